import { NotDeployedError } from '../wire/not-deployed.js';

export type LambdaSdk = typeof import('@aws-sdk/client-lambda');

/**
 * Loads the AWS client the short way, from a CommonJS file; in a bundle where `require` means nothing, the long way.
 *
 * @throws {NotDeployedError} when it is not there
 */
export async function loadLambdaSdk(): Promise<LambdaSdk> {
  try {
    // By its default: bundlers that split give a CommonJS file no other export.
    const { default: file } = await import('./require-lambda-sdk.cjs');
    return file.requireLambdaSdk();
  } catch {
    return importLambdaSdk();
  }
}

async function importLambdaSdk(): Promise<LambdaSdk> {
  try {
    return await import('@aws-sdk/client-lambda');
  } catch (cause) {
    const message =
      'The package `@aws-sdk/client-lambda`, through which Lambda is called, cannot be loaded. Install it (npm install ' +
      '@aws-sdk/client-lambda), and deploy it with the function, in a layer or in the bundle.';
    throw new NotDeployedError(message, { cause });
  }
}
