import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Verdict {
  name: string;
  measure: string;
  /** Ours to theirs. */
  actual: number;
}

/** A run that is long enough for what is exact: calls, updates, results and tokens. Times are not checked here. */
function bench(...args: string[]) {
  const command = ['--expose-gc', join(process.cwd(), 'bench/bench.mjs'), '--repetitions', '1', ...args];
  return promisify(execFile)(process.execPath, command, { maxBuffer: 16 * 1024 * 1024 });
}

const opponent = (file: string) => join(process.cwd(), 'test/bench', file);

describe('the benchmark', () => {
  it.each(['body 1 ms', 'map, 1,000', 'nesting FLAT', 'nested', 'pages of', 'suspension'])(
    'finds no more calls than those of the official SDK in: %s',
    async (only) => {
      const { stdout } = await bench('--json', '--only', only);
      const calls = (JSON.parse(stdout) as Verdict[]).filter(({ measure }) => measure.startsWith('calls'));
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.filter(({ actual }) => actual > 1)).toEqual([]);
    },
  );

  it('shows a further opponent beside the others', async () => {
    const module = join(process.cwd(), 'bench/lib/floor.mjs');
    const { stdout } = await bench('--only', 'body 1 ms', module);
    expect(stdout).toMatch(new RegExp(`^  ${module.replaceAll('.', '\\.')} `, 'm'));
  });

  it.each([
    ['a wrong result', 'wrong-engine.mjs', /wrong result: expected SUCCEEDED 20, got/],
    ['a stale token', 'forgetful-engine.mjs', /stale token 1, not 2/],
  ])('fails for %s of an opponent', async (_, file, message) => {
    await expect(bench('--only', 'body 1 ms', opponent(file))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(message) as unknown,
    });
  });
});
