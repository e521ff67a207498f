import { randomUUID } from 'node:crypto';
import type { DurableContext } from '../../engine/context/durable-context.js';
import { withDurableExecution } from '../../engine/invocation/with-durable-execution.js';
import { TestBench } from '../test-bench.js';
import { determinismGuard, type DeterminismFinding } from './determinism-guard.js';

async function findingsOf(handler: (context: DurableContext) => Promise<unknown>): Promise<DeterminismFinding[]> {
  const bench = await TestBench.open({ startMs: Date.parse('2026-03-01T00:00:00Z'), isManual: false });
  bench.run(
    'f',
    withDurableExecution(async (_input, context) => handler(context)),
  );
  const findings: DeterminismFinding[] = [];
  const stop = determinismGuard.watch((finding) => findings.push(finding));
  try {
    await (await bench.start('f', '{}')).result();
  } finally {
    stop();
    await bench.close();
  }
  return findings;
}

describe('DeterminismGuard', () => {
  it.each<[string, () => unknown]>([
    ['Date.now()', () => Date.now()],
    ['new Date()', () => new Date().toISOString()],
    ['Math.random()', () => Math.random()],
    ['crypto.randomUUID()', () => globalThis.crypto.randomUUID()],
    ['setTimeout()', () => clearTimeout(setTimeout(() => undefined, 0))],
  ])('tells of %s in orchestration code, with file and line', async (what, call) => {
    const findings = await findingsOf(async (context) => {
      call();
      await context.step('fine', async () => void call());
    });
    expect(findings).toEqual([
      {
        kind: 'differs',
        what,
        site: expect.stringMatching(/determinism-guard\.spec\.ts:\d+:\d+$/),
        executionArn: expect.any(String),
      },
    ]);
  });

  it('leaves alone what the engine does itself, such as the jitter of a retry', async () => {
    let attempts = 0;
    const findings = await findingsOf(async (context) =>
      context.step('flaky', async () => {
        attempts += 1;
        if (attempts === 1) throw new Error('not yet');
      }),
    );
    expect(attempts).toBe(2);
    expect(findings).toEqual([]);
  });

  it('leaves alone what is the same on every run, and everything outside of executions', async () => {
    const before = Date.now;
    const findings = await findingsOf(async (context) => {
      const day = new Date('2026-01-01');
      return context.step('random', async () => [day, randomUUID()]);
    });
    expect(findings).toEqual([]);
    expect(Date.now).toBe(before);
    expect(new Date()).toBeInstanceOf(Date);
  });
});
