// Runs ESLint on the whole checkout, or on the given paths; `--fix` and other options are passed on.
import { runNode } from './run.mjs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const eslint = join(dirname(createRequire(import.meta.url).resolve('eslint/package.json')), 'bin/eslint.js');
const given = process.argv.slice(2);
const paths = given.some((argument) => !argument.startsWith('-')) ? [] : ['.'];

process.exit(
  runNode([eslint, '--ext', '.ts,.js,.mjs', '--max-warnings', '0', ...paths, ...given], {
    env: { ESLINT_USE_FLAT_CONFIG: 'false' },
    nodeOptions: ['--disable-warning=ESLintRCWarning'],
  }),
);
