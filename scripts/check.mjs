// Everything that must pass before a commit, in one command: `npm run check`.
import { ensureInstalled } from './readiness.mjs';
import { runNode } from './run.mjs';

const parts = {
  lint: ['scripts/lint.mjs'],
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  types: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit'],
  build: ['scripts/build.mjs'],
  'unit tests': ['scripts/jest.mjs', '--selectProjects', 'unit'],
  'e2e tests': ['scripts/jest.mjs', '--selectProjects', 'e2e'],
  'package exports': ['scripts/check-package.mjs'],
};

ensureInstalled();
const failed = [];
for (const [name, command] of Object.entries(parts)) {
  const startedMs = Date.now();
  console.log(`── ${name}`);
  const ok = runNode(command) === 0;
  console.log(`── ${name}: ${ok ? 'ok' : 'FAILED'} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)\n`);
  if (!ok) failed.push(name);
}
console.log(failed.length === 0 ? 'Everything holds.' : `Failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
