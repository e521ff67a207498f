// Compiles specs and sources for jest with the compiler of the build, so that tests run what is shipped. The samples
// inject by type, as most applications do, so a compiler that emits types for Nest compiles them.
import { createHash } from 'node:crypto';
import { transform as transformWithTypes } from '@swc/core';
import { transform } from 'rolldown/utils';
import { compilerOptions } from '../sample/order-fulfilment/build.mjs';

const options = {
  target: 'node20',
  sourcemap: true,
  tsconfig: false,
  decorator: { legacy: true },
  typescript: { onlyRemoveTypeImports: true },
};

const VERSION = '3';
const isOfSample = (file) => /[\\/]sample[\\/]/.test(file);

export default {
  /** Changes with this file's settings: jest stores compiled files under it. */
  getCacheKey: (source, sourcefile) =>
    createHash('sha1').update(VERSION).update(sourcefile).update(source).digest('hex'),
  processAsync: async (source, sourcefile) => {
    if (!isOfSample(sourcefile)) {
      const { code, map, errors } = await transform(sourcefile, source, options);
      if (errors.length > 0) throw new Error(errors.map(({ codeframe, message }) => codeframe ?? message).join('\n'));
      return { code, map };
    }
    const filename = sourcefile;
    return { code: (await transformWithTypes(source, { ...compilerOptions, filename, sourceMaps: 'inline' })).code };
  },
};
