import { isOfMissingPackage, packageNotLoaded } from '../wire/not-deployed.js';

export type LambdaSdk = typeof import('@aws-sdk/client-lambda');

const NAME = '@aws-sdk/client-lambda';

/**
 * Loads the AWS client quickly, from a CommonJS file. In a bundle without `require`, it loads the client by `import()`.
 *
 * @throws {NotDeployedError} when it is missing
 */
export async function loadLambdaSdk(): Promise<LambdaSdk> {
  return requireLambdaSdk().catch(importLambdaSdk);
}

async function requireLambdaSdk(): Promise<LambdaSdk> {
  // By its default: bundlers that split give a CommonJS file no other export.
  const { default: file } = await import('./require-lambda-sdk.cjs');
  return file.requireLambdaSdk();
}

async function importLambdaSdk(unrequired: unknown): Promise<LambdaSdk> {
  try {
    return await import('@aws-sdk/client-lambda');
  } catch (unimported) {
    // In a layer it is found only by require(), which then knows why it cannot be loaded.
    const cause = isOfMissingPackage(unrequired, NAME) ? unimported : unrequired;
    throw packageNotLoaded(`The package \`${NAME}\`, through which Lambda is called,`, NAME, cause);
  }
}
