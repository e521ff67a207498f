// bundle.mjs
// Bundles the output of `nest build` into one file for Lambda: node bundle.mjs [dist/lambda.js] [bundle/index.mjs]
import { build } from 'esbuild';

const [entry = 'dist/lambda.js', outfile = 'bundle/index.mjs'] = process.argv.slice(2);
const leftOut = new Set();

/** Packages load many others only if these are installed, such as Nest its optional ones: those that are not stay outside. */
const leaveOutWhatIsNotInstalled = {
  name: 'leave out what is not installed',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      // A static import that is not found, and whatever your own code does not find, remains an error.
      const isOptional = ['require-call', 'require-resolve', 'dynamic-import'].includes(from.kind);
      if (pluginData === 'asked' || !isOptional || !/[\\/]node_modules[\\/]/.test(from.importer)) return undefined;
      const found = await build.resolve(path, { ...from, pluginData: 'asked' });
      if (found.errors.length === 0) return found;
      leftOut.add(path);
      return { path, external: true };
    });
  },
};

await build({
  // Not `src`: esbuild emits no decorator metadata, but tsc and SWC do.
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node22',
  // `.mjs`, because Lambda neither guesses the format of `.js` nor lets `require()` load ES modules.
  format: 'esm',
  minify: true,
  // The default names of durable methods, and names in logs, contain class names; esbuild renames classes that collide.
  keepNames: true,
  legalComments: 'none',
  plugins: [leaveOutWhatIsNotInstalled],
  // CommonJS packages call `require`, which ES modules do not have.
  banner: {
    js: "import { createRequire as bannerCreateRequire } from 'node:module'; const require = bannerCreateRequire(import.meta.url);",
  },
});
if (leftOut.size > 0) console.log(`Left out, because they are not installed: ${[...leftOut].sort().join(', ')}`);
