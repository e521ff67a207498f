import type { openLambda } from './open-lambda.js';

/** As `openLambda()`, whose file is loaded with the first call. */
export const openLambdaLater: typeof openLambda = async (options, timeouts) => {
  const file = await import('./late-open-lambda.js');
  return file.openLambda(options, timeouts);
};
