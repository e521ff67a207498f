export type LambdaSdk = typeof import('@aws-sdk/client-lambda');

/**
 * Loads the AWS client the short way, from a CommonJS file; in a bundle where `require` means nothing, the long way.
 */
export async function loadLambdaSdk(): Promise<LambdaSdk> {
  try {
    // By its default: bundlers that split give a CommonJS file no other export.
    const { default: file } = await import('./require-lambda-sdk.cjs');
    return file.requireLambdaSdk();
  } catch {
    return import('@aws-sdk/client-lambda');
  }
}
