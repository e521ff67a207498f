import { localIdentity } from './local-endpoint.js';

const none = () => Promise.reject(new Error('Region is missing'));
const local = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('localIdentity', () => {
  it.each([
    'http://127.0.0.1:9000',
    'http://127.9.9.9',
    'http://localhost:3000/path',
    'https://lambda.localhost',
    'http://[::1]:9000',
    new URL('http://127.0.0.1:1'),
  ])('is that of this machine for %s', (endpoint) => {
    expect(localIdentity(endpoint, {}, none)).toEqual({ credentials: local, region: 'us-east-1' });
  });

  it.each([
    undefined,
    '',
    'no endpoint',
    'https://lambda.eu-west-1.amazonaws.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0:9000',
    'http://example.com/127.0.0.1',
    'http://user@example.com#localhost',
  ])('is none for %s', (endpoint) => {
    expect(localIdentity(endpoint, {}, none)).toBeUndefined();
  });

  it.each([{ AWS_PROFILE: 'dev' }, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' }])(
    'is a region alone where the environment names credentials: that of the AWS client, if it finds one (%j)',
    async (env) => {
      const regionWith = async (findRegion: () => Promise<string>) => {
        const { region, ...others } = localIdentity('http://localhost', env, findRegion)!;
        return [await (region as () => Promise<string>)(), others];
      };

      expect(await regionWith(none)).toEqual(['us-east-1', {}]);
      expect(await regionWith(async () => 'eu-west-1')).toEqual(['eu-west-1', {}]);
    },
  );

  it('keeps the region of the environment', () => {
    expect(localIdentity('http://localhost', { AWS_REGION: 'eu-west-1' }, none)?.region).toBe('eu-west-1');
  });
});
