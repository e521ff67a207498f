// Runs ESLint on the whole checkout, or on the given paths; `--fix` and other options are passed on. Then oxlint looks for
// cycles of imports (.oxlintrc.json), for which it needs all files of `lib`.
import { runNode } from './run.mjs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const binOf = (name, bin) => join(dirname(require.resolve(`${name}/package.json`)), bin);
const given = process.argv.slice(2);
const paths = given.some((argument) => !argument.startsWith('-')) ? [] : ['.'];

const eslint = runNode(
  [binOf('eslint', 'bin/eslint.js'), '--ext', '.ts,.js,.mjs', '--max-warnings', '0', ...paths, ...given],
  { env: { ESLINT_USE_FLAT_CONFIG: 'false' }, nodeOptions: ['--disable-warning=ESLintRCWarning'] },
);
const oxlint = runNode([binOf('oxlint', 'bin/oxlint'), '--quiet', 'lib']);
process.exit(eslint || oxlint);
