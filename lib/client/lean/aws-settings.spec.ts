import { jest } from '@jest/globals';
import { AwsSettings } from './aws-settings.js';

const KEYS = ['AWS_REGION', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
const before = { ...process.env };
beforeEach(() => {
  for (const key of KEYS) delete process.env[key];
  Object.assign(process.env, { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
});
afterAll(() => {
  process.env = before;
});

const given = { accessKeyId: 'given', secretAccessKey: 's' };

describe('AwsSettings', () => {
  it('takes what the environment says, at every call anew', async () => {
    const settings = new AwsSettings({});
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 's',
      AWS_SESSION_TOKEN: 't',
    });

    await expect(settings.region()).resolves.toBe('eu-west-1');
    await expect(settings.endpoint()).resolves.toMatchObject({ host: 'lambda.eu-west-1.amazonaws.com' });
    await expect(settings.credentials()).resolves.toEqual({
      accessKeyId: 'a',
      secretAccessKey: 's',
      sessionToken: 't',
    });
    process.env.AWS_ACCESS_KEY_ID = 'renewed';
    await expect(settings.credentials()).resolves.toMatchObject({ accessKeyId: 'renewed' });
  });

  it.each([
    ['values', given],
    ['a function', () => Promise.resolve(given)],
  ])('prefers what is given as %s', async (_, credentials) => {
    Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' });
    const settings = new AwsSettings({ region: 'eu-west-3', endpoint: 'http://here:1', credentials });

    await expect(settings.region()).resolves.toBe('eu-west-3');
    await expect(settings.endpoint()).resolves.toMatchObject({ host: 'here:1' });
    await expect(settings.credentials()).resolves.toEqual(given);
  });

  it.each([undefined, {}, { accessKeyId: 'a' }, { accessKeyId: '', secretAccessKey: 's' }])(
    'refuses incomplete credentials: %j',
    async (given) => {
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'other', AWS_SECRET_ACCESS_KEY: 's' });
      const settings = new AwsSettings({ credentials: () => Promise.resolve(given as never) });

      await expect(settings.credentials()).rejects.toThrow('have no accessKeyId or no secretAccessKey');
    },
  );

  it('refuses an option that does not exist', () => {
    expect(() => new AwsSettings({ endpont: 'http://here:1' } as object).check()).toThrow(
      'The lean client has no option "endpont". Its options are: region, endpoint, credentials.',
    );
  });

  it('takes the endpoint of the environment, and who may call it, also where an empty one is configured', async () => {
    Object.assign(process.env, { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9090', AWS_EC2_METADATA_DISABLED: 'true' });
    const settings = new AwsSettings({ endpoint: '' });

    await expect(settings.endpoint()).resolves.toMatchObject({ host: '127.0.0.1:9090' });
    await expect(settings.credentials()).resolves.toMatchObject({ accessKeyId: 'local' });
    delete process.env.AWS_ENDPOINT_URL_LAMBDA;
  });

  it('needs no region for an endpoint on this machine, also where the environment has credentials', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' });
    const settings = new AwsSettings({ endpoint: 'http://127.0.0.1:9090' });

    await expect(settings.region()).resolves.toBe('us-east-1');
    await expect(settings.credentials()).resolves.toMatchObject({ accessKeyId: 'a' });
  });

  it('asks the chain of the AWS client where the environment says nothing', async () => {
    Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' });

    await expect(new AwsSettings({}).credentials()).rejects.toThrow('Could not load credentials from any providers');
  });

  it('lets a profile win over the credentials of the environment, as the AWS client does', async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    Object.assign(process.env, { AWS_PROFILE: 'nobody', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' });

    await expect(new AwsSettings({ region: 'eu-west-1' }).credentials()).rejects.toThrow(/nobody|credentials/);
  });

  it('fails with what the AWS client says when nobody knows the region', async () => {
    await expect(new AwsSettings({}).region()).rejects.toThrow('Region is missing');
  });
});
