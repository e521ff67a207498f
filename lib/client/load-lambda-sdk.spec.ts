import { jest } from '@jest/globals';
import * as sdk from '@aws-sdk/client-lambda';

afterEach(() => jest.resetModules());

describe('loadLambdaSdk', () => {
  it('requires the AWS client', async () => {
    const { loadLambdaSdk } = await import('./load-lambda-sdk.js');

    await expect(loadLambdaSdk()).resolves.toMatchObject({ LambdaClient: expect.any(Function) as unknown });
  });

  it('imports it where nothing can be required, as in some bundles', async () => {
    const requireLambdaSdk = () => {
      throw new Error('Dynamic require of "@aws-sdk/client-lambda" is not supported');
    };
    jest.unstable_mockModule('./require-lambda-sdk.cjs', () => ({ default: { requireLambdaSdk } }));
    const { loadLambdaSdk } = await import('./load-lambda-sdk.js');

    expect(Object.keys(await loadLambdaSdk())).toEqual(Object.keys(sdk));
  });

  it('names the banner where a bundle of ES modules cannot require', async () => {
    const cannotRequire = () => {
      throw new Error('Dynamic require of "node:https" is not supported');
    };
    jest.unstable_mockModule('./require-lambda-sdk.cjs', () => ({ default: { requireLambdaSdk: cannotRequire } }));
    jest.unstable_mockModule('@aws-sdk/client-lambda', cannotRequire);
    const { loadLambdaSdk } = await import('./load-lambda-sdk.js');

    await expect(loadLambdaSdk()).rejects.toThrow(/Dynamic require of "node:https".*banner of docs\/deploying\.md/);
  });

  it('says what to install where it is not there', async () => {
    const cannotFind = () => {
      throw new Error("Cannot find package '@aws-sdk/client-lambda'");
    };
    jest.unstable_mockModule('./require-lambda-sdk.cjs', () => ({ default: { requireLambdaSdk: cannotFind } }));
    jest.unstable_mockModule('@aws-sdk/client-lambda', cannotFind);
    const { createLambdaDurableClient } = await import('./lambda-durable-client.js');

    await expect(createLambdaDurableClient().preload()).rejects.toMatchObject({
      code: 'NOT_DEPLOYED',
      message: expect.stringContaining('npm install @aws-sdk/client-lambda'),
    });
  });
});
