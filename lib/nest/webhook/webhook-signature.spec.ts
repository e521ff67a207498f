import { createHmac } from 'node:crypto';
import { isSignedBy } from './webhook-signature.js';

const body = Buffer.from('{"approved": true}');
const hmac = (algorithm: string, encoding: 'hex' | 'base64') =>
  createHmac(algorithm, 'secret').update(body).digest(encoding);

describe('isSignedBy', () => {
  it('accepts the HMAC of exactly these bytes', async () => {
    const header = hmac('sha256', 'hex');
    expect(await isSignedBy({ secret: 'secret' }, body, header)).toBe(true);
    expect(await isSignedBy({ secret: 'secret' }, Buffer.from('{"approved":true}'), header)).toBe(false);
  });

  it('asks for the secret, and understands other forms', async () => {
    const signature = { secret: async () => 'secret', algorithm: 'sha512', encoding: 'base64', prefix: 'v1=' } as const;
    expect(await isSignedBy(signature, body, `v1=${hmac('sha512', 'base64')}`)).toBe(true);
    expect(await isSignedBy(signature, body, hmac('sha512', 'base64'))).toBe(false);
  });

  it.each([[undefined], [['a', 'b']], [''], ['zz'], [hmac('sha256', 'hex').slice(2)]])('refuses %j', async (header) => {
    expect(await isSignedBy({ secret: 'secret' }, body, header)).toBe(false);
  });

  it('refuses everything under another secret', async () => {
    expect(await isSignedBy({ secret: 'guess' }, body, hmac('sha256', 'hex'))).toBe(false);
  });
});
