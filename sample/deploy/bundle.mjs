// bundle.mjs
// One file for Lambda, out of what `nest build` has made: node bundle.mjs [dist/lambda.js] [bundle/index.mjs]
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

/** What Nest looks for and does without, unless the application has it. */
const optional = [
  '@nestjs/microservices',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
  '@fastify/static',
];

await build({
  // Not `src`: esbuild emits no decorator metadata, tsc and SWC do.
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node22',
  // `.mjs`, for Lambda neither guesses the format of `.js` nor lets `require()` load ES modules.
  format: 'esm',
  minify: true,
  // The default names of durable methods, and those in logs, are names of classes; esbuild renames what collides.
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
