/**
 * Gives a module of Node as `require` gives it. An `import` in an ES module copies all that the module exports, and so runs
 * every getter that loads something late: of each cold start that takes 2 ms for `node:util`, and 25 ms for `node:http`.
 */
export const nodeModule: typeof process.getBuiltinModule = process.getBuiltinModule;
