import { randomUUID } from 'node:crypto';
import type { DurableContext } from '../../engine/context/durable-context.js';
import { withDurableExecution } from '../../engine/invocation/with-durable-execution.js';
import { TestBench } from '../test-bench.js';
import { describeFinding, determinismGuard, type DeterminismFinding } from './determinism-guard.js';

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

  describe('of operations that code has not awaited', () => {
    const boom = async () => {
      throw new Error('boom');
    };
    const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };

    it.each<[string, string, (context: DurableContext) => Promise<unknown>]>([
      ['still runs at the end', 'Step "mail"', async (context) => void context.step('mail', async () => 'sent')],
      ['is a wait', 'Wait "a day"', async (context) => void context.wait('a day', { days: 1 })],
      ['still waits for a retry', 'Step "mail"', async (context) => void context.step('mail', boom)],
      [
        'has failed',
        'Step "mail"',
        async (context) => {
          void context.step('mail', boom, noRetry);
          await context.wait('a moment', { seconds: 5 });
        },
      ],
      ['is a child', 'RunInChildContext "all"', async (context) => void context.runInChildContext('all', boom)],
      [
        'runs in a child',
        'Step "mail"',
        (context) => context.runInChildContext('all', async (child) => void child.step('mail', boom)),
      ],
    ])('tells of one that %s', async (_, what, handler) => {
      const findings = await findingsOf(handler);
      expect(findings).toContainEqual({
        kind: 'not-awaited',
        what,
        site: expect.stringMatching(/determinism-guard\.spec\.ts:\d+:\d+$/),
        executionArn: expect.any(String),
      });
      expect(describeFinding(findings[0]!)).toMatch(/was never awaited.*Write await before the call/);
    });

    it.each<[string, (context: DurableContext) => Promise<unknown>]>([
      [
        'has succeeded',
        async (context) => {
          void context.step('mail', async () => 'sent');
          await context.wait('a moment', { seconds: 5 });
        },
      ],
      ['lost a race', (context) => Promise.race([context.wait({ days: 1 }), context.step('mail', async () => 'sent')])],
      ['has a catch()', async (context) => void context.step('mail', boom).catch(() => undefined)],
      ['is a callback', async (context) => (await context.createCallback('approval'))[1]],
      [
        'was left by a map',
        (context) =>
          context.map('all', [1, 2, 3], (item, days) => item.wait({ days }), {
            completionConfig: { minSuccessful: 1 },
          }),
      ],
      [
        'is awaited later in an item that was left',
        async (context) => {
          const hedged = await context.map(
            'all',
            [0, 1],
            async (item, days) => {
              if (days === 0) return 'first';
              const mail = item.step('mail', boom);
              await item.wait({ days });
              return mail;
            },
            { completionConfig: { minSuccessful: 1 } },
          );
          return hedged.successCount;
        },
      ],
    ])('leaves alone one that %s', async (_, handler) => {
      expect(await findingsOf(handler)).toEqual([]);
    });
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

  it.each<[string, object, string, () => unknown]>([
    ['Date.now()', Date, 'now', () => Date.now()],
    ['new Date()', globalThis, 'Date', () => new Date()],
    ['Math.random()', Math, 'random', () => Math.random()],
  ])(
    'a spy on %s works, also one that ends after the guard, which later finds each call once',
    async (what, owner, name, call) => {
      const members = owner as Record<string, (...args: unknown[]) => unknown>;
      const real = members[name]!;
      const stop = determinismGuard.watch(() => undefined);
      const spied = members[name]!;
      expect(members[name]).toBe(spied);
      let calls = 0;
      members[name] = function spy(...args: unknown[]) {
        calls += 1;
        return new.target ? Reflect.construct(spied, args) : spied(...args);
      };
      call();
      expect(calls).toBe(1);
      stop();
      members[name] = spied;
      try {
        const findings = await findingsOf(async () => void call());
        expect(findings.map((finding) => finding.what)).toEqual([what]);
      } finally {
        members[name] = real;
      }
    },
  );
});
