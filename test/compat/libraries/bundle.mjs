// Bundles the check with everything that it imports, minified: the names of classes are gone.
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Brought as files of their own, or loaded by name at run time. */
const ASIDE = ['@electric-sql/*', 'sql.js', '@grpc/grpc-js'];

/** What is optional to some library and not installed stays outside. */
const optionalAside = {
  name: 'optional-aside',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^[^.]/ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === 'tried') return undefined;
      const { errors } = await resolve(path, { ...options, pluginData: 'tried' });
      return errors.length > 0 ? { path, external: true } : undefined;
    }),
};

/**
 * @param directory in which the libraries are installed
 * @returns the path of the bundle, which lies beside them for the sake of what stays outside
 */
export async function bundle(directory, source) {
  const { build } = createRequire(join(directory, 'package.json'))('esbuild');
  const outfile = join(directory, 'minified.mjs');
  const js = [
    "import { createRequire as bannerCreateRequire } from 'node:module';",
    "import { dirname as bannerDirname } from 'node:path';",
    "import { fileURLToPath as bannerFile } from 'node:url';",
    'const require = bannerCreateRequire(import.meta.url);',
    'const __filename = bannerFile(import.meta.url), __dirname = bannerDirname(__filename);',
  ].join('');
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ASIDE,
    plugins: [optionalAside],
    banner: { js },
    logLevel: 'error',
  });
  return outfile;
}
