// Compiles specs and sources for jest with the compiler of the build, so that tests run what is shipped.
import { transform } from 'esbuild';

const options = {
  loader: 'ts',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  tsconfigRaw: {
    compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true, verbatimModuleSyntax: true },
  },
};

export default {
  processAsync: async (source, sourcefile) => ({ code: (await transform(source, { ...options, sourcefile })).code }),
};
