// A copy of `dist` is measured: in a shared checkout somebody may build during a run.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';

/** The processes that a run starts measure the same copy. */
export const dist = process.env.BENCH_DIST ?? copyOfDist();

function copyOfDist() {
  // Below `node_modules`, so that it finds the packages that `dist` finds.
  const copy = join(root, `node_modules/.cache/bench-${process.pid}`);
  cpSync(join(root, 'dist'), copy, { recursive: true });
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  process.env.BENCH_DIST = copy;
  return copy;
}
