import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DurableTest } from 'nestjs-durable-execution/testing';
import {
  AfterDeployment,
  BeforeDeployment,
  BrokenModule,
  ChargesTwice,
  CutsOff,
  ForgetsRefund,
  Ledger,
  NonDeterministic,
  SwallowsFailure,
} from './broken/broken-handlers.js';

const FILE = 'test/testing/broken/broken-handlers.ts';
const LINES = readFileSync(join(process.cwd(), FILE), 'utf8').split('\n');

/** The place of a mistake, as `file:line`. */
function placeOf(mistake: string): string {
  const index = LINES.findIndex((line) => line.endsWith(`// broken: ${mistake}`));
  if (index < 0) throw new Error(`No line is marked as ${mistake}.`);
  return `${FILE}:${index + 1}:`;
}

const broken = () => DurableTest.create({ imports: [BrokenModule] });
const order = { id: '7' };

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing was found',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

describe('The testing kit catches', () => {
  it('code that asks the clock', async () => {
    await using test = await broken();
    const run = await test.start(NonDeterministic, 'asksTheClock', order);
    const failure = await failureOf(run.result());
    expect(failure).toContain('new Date() is called outside of a step');
    expect(failure).toContain(placeOf('clock'));
  });

  it('code that takes another path in the next invocation', async () => {
    await using test = await broken();
    const failure = await failureOf(
      test.survivesEveryCrash((fresh) => {
        NonDeterministic.seen = 0;
        return fresh.start(NonDeterministic, 'countsInAVariable', order);
      }),
    );
    expect(failure).toMatch(/^SurvivalError: Killed (before|after) checkpoint \d of \d/);
    expect(failure).toContain(placeOf('variable'));
  });

  it('a body that must run once and runs twice', async () => {
    await using test = await broken();
    const failure = await failureOf(
      test.survivesEveryCrash((fresh) => fresh.start(ChargesTwice, 'fulfil', order), { once: ['charge card'] }),
    );
    expect(failure).toMatch(/step "charge card" \(called at [^)]*\) ran 2 times, and may run once\./);
    expect(failure).toContain(placeOf('once'));
  });

  it('no body that is kept from running twice, and is looked up after a crash', async () => {
    await using test = await broken();
    const report = await test.survivesEveryCrash((fresh) => fresh.start(ChargesTwice, 'chargesOnce', order), {
      once: ['charge card'],
    });
    expect(report).toEqual({ checkpoints: 4, runs: 8 });
  });

  it('an effect outside of steps that each invocation repeats', async () => {
    await using test = await broken();
    const failure = await failureOf(
      test.survivesEveryCrash(
        (fresh) => {
          fresh.get(Ledger).entries.length = 0;
          return fresh.start(ChargesTwice, 'chargesOutside', order);
        },
        { check: () => expect(test.get(Ledger).entries).toEqual(['charged 7']) },
      ),
    );
    expect(failure).toContain('its check failed');
    expect(failure).toContain(placeOf('outside'));
  });

  it('a compensation that a later invocation has forgotten', async () => {
    await using test = await broken();
    const failure = await failureOf(
      test.handlesEveryFailure((fresh) => fresh.start(ForgetsRefund, 'fulfil'), {
        compensations: { 'charge card': 'refund' },
      }),
    );
    expect(failure).toMatch(/^UnhandledFailureError: Step "ship" .* its compensation "refund" has not run\./);
    expect(failure).toContain(placeOf('compensation'));
  });

  it('a failure that is swallowed', async () => {
    await using test = await broken();
    const failure = await failureOf(test.handlesEveryFailure((fresh) => fresh.start(SwallowsFailure, 'fulfil', order)));
    expect(failure).toMatch(/^UnhandledFailureError: Step "charge card" .* the failure was swallowed\./);
    expect(failure).toContain(placeOf('swallowed'));
  });

  it('no failure where the step may fail', async () => {
    await using test = await broken();
    const report = await test.handlesEveryFailure((fresh) => fresh.start(SwallowsFailure, 'fulfil', order), {
      optional: ['charge card'],
    });
    expect(report).toEqual({ steps: ['charge card', 'ship'] });
  });

  it('plain asynchronous work that a suspension cuts off', async () => {
    await using test = await broken();
    const run = await test.start(CutsOff, 'fulfil', order);
    const failure = await failureOf(run.result());
    expect(failure).toContain('A timer was started outside of a step');
    expect(failure).toContain('had not ended when the execution was suspended');
    expect(failure).toContain(placeOf('cut off'));
  });

  it('a step that was renamed while executions are under way', async () => {
    await using before = await DurableTest.create({ providers: [BeforeDeployment] });
    const run = await before.start(BeforeDeployment, 'fulfil');
    await run.until({ suspended: true });
    await using after = await DurableTest.create({ providers: [AfterDeployment] });
    const { findings } = await after.replay(run.events);
    expect(findings).toEqual([
      {
        kind: 'changed',
        message: expect.stringContaining('"charge the card"'),
        diff: ['- Step "charge card"', '+ Step "charge the card"'],
        calledAt: expect.any(String),
        proposal: `if (context.patched('charge-the-card')) { /* Step "charge the card" */ } else { /* Step "charge card", as recorded */ }`,
      },
    ]);
    expect(findings[0]!.message).toContain(placeOf('renamed'));
  });
});
