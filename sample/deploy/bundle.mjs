// bundle.mjs
// Bundles the output of `nest build` into one file for Lambda: node bundle.mjs [dist/lambda.js] [bundle/index.mjs]
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const [entry = 'dist/lambda.js', outfile = 'bundle/index.mjs'] = process.argv.slice(2);
const { resolve: find } = createRequire(resolve(entry));

function isInstalled(name) {
  try {
    return Boolean(find(`${name}/package.json`));
  } catch (error) {
    return error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}

/** Nest's optional packages: left out unless the application has them. */
const optional = [
  '@nestjs/microservices',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
  '@fastify/static',
];

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
  external: [
    ...optional.filter((name) => !isInstalled(name)),
    'class-transformer/storage',
    'class-transformer/storage.js',
  ],
  // CommonJS packages call `require`, which ES modules do not have.
  banner: {
    js: "import { createRequire as bannerCreateRequire } from 'node:module'; const require = bannerCreateRequire(import.meta.url);",
  },
});
