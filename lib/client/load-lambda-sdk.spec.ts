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

  it('says why a package that is there cannot be loaded', async () => {
    const broken = () => {
      throw new Error("Cannot find module '@smithy/core'\nRequire stack:\n- /opt/nodejs/node_modules/x.js");
    };
    const cannotFind = () => {
      throw new Error("Cannot find package '@aws-sdk/client-lambda' imported from /var/task/index.mjs");
    };
    jest.unstable_mockModule('./require-lambda-sdk.cjs', () => ({ default: { requireLambdaSdk: broken } }));
    jest.unstable_mockModule('@aws-sdk/client-lambda', cannotFind);
    const { loadLambdaSdk } = await import('./load-lambda-sdk.js');

    await expect(loadLambdaSdk()).rejects.toThrow(
      "cannot be loaded. Cannot find module '@smithy/core'. Install it (npm install @aws-sdk/client-lambda)",
    );
  });

  it('refuses a version that knows no durable executions', async () => {
    const requireLambdaSdk = () => ({ LambdaClient: sdk.LambdaClient, InvokeCommand: sdk.InvokeCommand });
    jest.unstable_mockModule('./require-lambda-sdk.cjs', () => ({ default: { requireLambdaSdk } }));
    const { createLambdaDurableClient } = await import('./lambda-durable-client.js');

    await expect(createLambdaDurableClient().preload()).rejects.toMatchObject({
      code: 'NOT_DEPLOYED',
      message: expect.stringContaining('is too old: it knows no durable executions'),
    });
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
