// A file of its own for `import()`: its target may not lie in the engine's chunks, which load `openLambda()` at once.
export { openLambda } from './open-lambda.js';
