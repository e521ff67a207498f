import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { SoakReport } from './soak/soak.js';

/** Far below a kilobyte an invocation; the garbage collector does not give back every last page. */
const HEAP_GROWTH_BYTES = 600_000;

function soak(): SoakReport {
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  try {
    const outfile = join(folder, 'soak.mjs');
    const entry = fileURLToPath(new URL('./soak/soak.ts', import.meta.url));
    buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', outfile], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the soak ended with ${status}: ${stderr}`);
    return JSON.parse(stdout) as SoakReport;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('many invocations in one process', () => {
  let report: SoakReport;
  beforeAll(() => (report = soak()), 60_000);

  it('do not grow the heap', () => {
    expect(report.invocations).toBe(1000);
    expect(report.heapGrowthBytes).toBeLessThan(HEAP_GROWTH_BYTES);
  });

  it('leave no timer pending when they end, and nothing at all one turn later', () => {
    expect(report.pending).toEqual({});
  });

  it('leave no listener behind', () => {
    expect(report.listeners).toBe(0);
  });

  it('leave no rejection unhandled', () => {
    expect(report.unhandledRejections).toEqual([]);
  });
});
