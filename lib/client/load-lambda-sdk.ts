import { packageNotLoaded } from '../wire/not-deployed.js';

export type LambdaSdk = typeof import('@aws-sdk/client-lambda');

/**
 * Loads the AWS client quickly, from a CommonJS file. In a bundle without `require`, it loads the client by `import()`.
 *
 * @throws {NotDeployedError} when it is missing
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
    const name = '@aws-sdk/client-lambda';
    throw packageNotLoaded(`The package \`${name}\`, through which Lambda is called,`, name, cause);
  }
}
