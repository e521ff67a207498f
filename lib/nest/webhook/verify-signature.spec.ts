import { createHmac } from 'node:crypto';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { signWebhook } from './sign-webhook.js';
import { type SignatureVerifier, verifierOf } from './verify-signature.js';
import type { HmacForm, WebhookSignature } from './webhook-signature.js';

const BODY = '{"approved": true}';
const CALLBACK = 'cb1';
const now = () => Math.floor(Date.now() / 1000);
const hmac = (content: string, encoding: 'hex' | 'base64' = 'hex', key: string | Buffer = 'k') =>
  createHmac('sha256', key).update(content).digest(encoding);

const request = (headers: Record<string, string | string[]>, rawBody = BODY, callbackId = CALLBACK) => ({
  headers,
  rawBody: Buffer.from(rawBody),
  callbackId,
});
const judge = (signature: object, sent: ReturnType<typeof request>, ...secrets: Array<string | Buffer>) =>
  verifierOf({ secret: 'k', ...signature })(sent, secrets.length ? secrets : ['k']);

/** GitHub does not say when it has signed. */
// @ts-expect-error -- nothing would expire
export const unchecked: WebhookSignature = { scheme: 'github', secret: 'k', toleranceSeconds: 60 };

describe('a plain HMAC', () => {
  const forms: HmacForm[] = [
    {},
    { coversCallbackId: false },
    { header: 'X-Hub-Signature', prefix: 'sha256=' },
    { algorithm: 'sha512', encoding: 'base64', prefix: 'v1=' },
    { encoding: 'base64url', timestampHeader: 'X-Timestamp' },
    { timestampHeader: 'x-timestamp', coversCallbackId: false },
  ];

  it.each(forms)('is that of signWebhook(), in the form %j', async (form) => {
    const signed = signWebhook({ secret: 'k', callbackId: CALLBACK, body: BODY, ...form });
    const headers = Object.fromEntries(Object.entries(signed).map(([name, value]) => [name.toLowerCase(), value]));
    expect(await judge(form, request(headers))).toBe('valid');
    expect(await judge(form, request(headers), 'guess')).toBe('wrong');
    expect(await judge(form, request(headers, `${BODY} `))).toBe('wrong');
    const other = await judge(form, request(headers, BODY, 'cb2'));
    expect(other).toBe(form.coversCallbackId === false ? 'valid' : 'wrong');
  });

  it('covers callback id, a point and the body', async () => {
    expect(await judge({}, request({ 'x-signature': hmac(`cb1.${BODY}`) }))).toBe('valid');
    expect(await judge({ coversCallbackId: false }, request({ 'x-signature': hmac(BODY) }))).toBe('valid');
  });

  it('covers the very bytes, whatever they are', async () => {
    const body = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
    const headers = signWebhook({ secret: 'k', callbackId: CALLBACK, body });
    const verify = verifierOf({ secret: 'k' });
    expect(await verify({ headers, rawBody: body, callbackId: CALLBACK }, ['k'])).toBe('valid');
    const asText = Buffer.from(body.toString('utf8'));
    expect(await verify({ headers, rawBody: asText, callbackId: CALLBACK }, ['k'])).toBe('wrong');
  });

  it.each([
    [undefined],
    [''],
    ['zz'],
    ['0'.repeat(64)],
    [hmac(`cb1.${BODY}`).slice(2)],
    [[hmac(`cb1.${BODY}`), hmac(`cb1.${BODY}`)]],
  ])('is not %j', async (header) => {
    expect(await judge({}, request(header === undefined ? {} : { 'x-signature': header }))).toBe('wrong');
  });

  it('is good under each of several secrets, text or bytes', async () => {
    const sent = request({ 'x-signature': hmac(`cb1.${BODY}`) });
    expect(await judge({}, sent, 'new', Buffer.from('k'))).toBe('valid');
    expect(await judge({}, sent, 'new', 'newer')).toBe('wrong');
  });

  it('grows old, and cannot be made young again', async () => {
    const form = { timestampHeader: 'x-timestamp', toleranceSeconds: 60 };
    const at = (seconds: number, signed = seconds) =>
      judge(form, request({ 'x-timestamp': `${seconds}`, 'x-signature': hmac(`cb1.${signed}.${BODY}`) }));
    expect(await at(now() - 50)).toBe('valid');
    expect(await at(now() + 50)).toBe('valid');
    expect(await at(now() - 70)).toBe('too-old');
    expect(await at(now() + 70)).toBe('too-old');
    expect(await at(now(), now() - 70)).toBe('wrong');
    expect(await judge(form, request({ 'x-signature': hmac(`cb1.${BODY}`) }))).toBe('wrong');
    expect(await judge(form, request({ 'x-timestamp': 'now', 'x-signature': hmac(`cb1.now.${BODY}`) }))).toBe('wrong');
  });

  it.each([
    [{ algorithm: 'sha-0815' }, 'sha-0815'],
    [{ toleranceSeconds: Number.NaN }, 'NaN'],
    [{ toleranceSeconds: 0 }, 'toleranceSeconds of 0'],
    [{ toleranceSeconds: 60 }, 'no timestampHeader, so no request would expire'],
    [{ scheme: 'github', coversCallbackId: true }, 'states coversCallbackId, which its scheme "github" does not check'],
    [{ scheme: 'slack', timestampHeader: 'x-time' }, 'states timestampHeader, which its scheme "slack" does not check'],
    [{ scheme: 'github', toleranceSeconds: 60 }, 'states toleranceSeconds, which its scheme "github" does not check'],
    [{ scheme: 'stripe', algorithm: 'sha512' }, 'states algorithm, which its scheme "stripe" does not check'],
    [
      { scheme: 'custom', verify: (): boolean => true, toleranceSeconds: 60 },
      'states toleranceSeconds, which its scheme "custom" does not check',
    ],
    [{ scheme: 'gitlab' }, 'Known: hmac, github, stripe, slack, standard-webhooks, custom'],
    [{ scheme: 'constructor' }, 'constructor'],
    [{ encoding: 'hexx' }, 'Use hex, base64 or base64url'],
    [{ scheme: 'custom' }, 'a function `verify`'],
    [{ scheme: 'custom', verify: undefined }, 'a function `verify`'],
    [{ verify: (): boolean => true }, 'the scheme "custom"'],
  ])('cannot be %j', (signature, message) => {
    expect(() => verifierOf({ secret: 'k', ...signature } as WebhookSignature)).toThrow(DurableConfigurationError);
    expect(() => verifierOf({ secret: 'k', ...signature } as WebhookSignature)).toThrow(message);
  });

  it('may have an option that is undefined', () => {
    const signature = { secret: 'k', verify: undefined } as WebhookSignature;
    expect(() => verifierOf(signature)).not.toThrow();
  });

  it.each([[''], [new Uint8Array()], [undefined]])('is not made with the secret %j', (secret) => {
    expect(() => signWebhook({ secret: secret!, callbackId: CALLBACK })).toThrow(DurableConfigurationError);
  });
});

interface Service {
  scheme: 'github' | 'stripe' | 'slack' | 'standard-webhooks';
  /** As the service's documentation says. */
  sign: (seconds: number, key?: string) => Record<string, string>;
  hasTime: boolean;
  secret?: string;
}

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const keyOf = (secret: string) => Buffer.from(secret.replace('whsec_', ''), 'base64');

const services: Service[] = [
  {
    scheme: 'github',
    hasTime: false,
    sign: (_at, key = 'k') => ({ 'x-hub-signature-256': `sha256=${hmac(BODY, 'hex', key)}` }),
  },
  {
    scheme: 'stripe',
    hasTime: true,
    sign: (at, key = 'k') => ({
      'stripe-signature': `t=${at},v1=${'0'.repeat(64)},v1=${hmac(`${at}.${BODY}`, 'hex', key)},v0=abc`,
    }),
  },
  {
    scheme: 'slack',
    hasTime: true,
    sign: (at, key = 'k') => ({
      'x-slack-request-timestamp': `${at}`,
      'x-slack-signature': `v0=${hmac(`v0:${at}:${BODY}`, 'hex', key)}`,
    }),
  },
  {
    scheme: 'standard-webhooks',
    hasTime: true,
    secret: SECRET,
    sign: (at, key = SECRET) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': `${at}`,
      'webhook-signature': `v1a,xyz v1,${hmac(`msg_1.${at}.${BODY}`, 'base64', keyOf(key))}`,
    }),
  },
];

describe.each(services)('the scheme of $scheme', ({ scheme, sign, hasTime, secret = 'k' }) => {
  const verify: SignatureVerifier = verifierOf({ scheme, secret });
  const otherSecret = 'whsec_AAAAq8GKYqrTwjUPD8ILPZIo2LaLaSw';

  it('accepts what the service has signed, and nothing else', async () => {
    const headers = sign(now());
    expect(await verify(request(headers), [secret])).toBe('valid');
    expect(await verify(request(headers), [otherSecret, secret])).toBe('valid');
    expect(await verify(request(headers), [otherSecret])).toBe('wrong');
    expect(await verify(request(headers, `${BODY}\n`), [secret])).toBe('wrong');
    expect(await verify(request(sign(now(), otherSecret)), [secret])).toBe('wrong');
    expect(await verify(request({}), [secret])).toBe('wrong');
  });

  it.each(Object.keys(sign(0)))('needs the header %s', async (name) => {
    for (const spoilt of ['', 'v1', 't=1', 'x,y,z']) {
      expect(await verify(request({ ...sign(now()), [name]: spoilt }), [secret])).toBe('wrong');
    }
  });

  it('refuses what is old, where the service says when it has signed', async () => {
    const verdict = hasTime ? 'too-old' : 'valid';
    expect(await verify(request(sign(now() - 301)), [secret])).toBe(verdict);
    expect(await verify(request(sign(now() + 301)), [secret])).toBe(verdict);
    if (!hasTime) return;
    const patient = verifierOf({ scheme: scheme as 'stripe', secret, toleranceSeconds: 400 });
    expect(await patient(request(sign(now() - 301)), [secret])).toBe('valid');
  });
});

describe('published examples', () => {
  it("include GitHub's", async () => {
    const headers = {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    };
    const sent = request(headers, 'Hello, World!');
    expect(await verifierOf({ scheme: 'github', secret: '-' })(sent, ["It's a Secret to Everybody"])).toBe('valid');
  });

  it("include Slack's", async () => {
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
      '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
      '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
      '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const verify = verifierOf({ scheme: 'slack', secret: '-', toleranceSeconds: 1e10 });
    expect(await verify(request(headers, body), ['8f742231b10e8888abcd99yyyzzz85a5'])).toBe('valid');
  });

  it('include that of Standard Webhooks', async () => {
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const verify = verifierOf({ scheme: 'standard-webhooks', secret: '-', toleranceSeconds: 1e10 });
    expect(await verify(request(headers, '{"test": 2432232314}'), [SECRET])).toBe('valid');
  });
});

describe('a secret that is no key', () => {
  it.each(['whsec_', 'whsec_!!!'])('such as %s gives no verdict at all', async (secret) => {
    const headers = {
      'webhook-id': 'm',
      'webhook-timestamp': `${now()}`,
      'webhook-signature': `v1,${hmac(`m.${now()}.${BODY}`, 'base64', '')}`,
    };
    expect(await verifierOf({ scheme: 'standard-webhooks', secret })(request(headers), [secret])).toBeUndefined();
  });
});
