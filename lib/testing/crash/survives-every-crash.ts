import { assertOptions, type OptionTypes } from '../../nest/errors/assert-options.js';
import { assertNamed, runOf } from '../check-scenario.js';
import type { DurableRun } from '../run/durable-run.js';
import { DurableRunError } from '../run/durable-run-error.js';
import type { TestBench } from '../test-bench.js';
import { isTerminalAction } from './terminal-action.js';
import { BodyRules } from './body-rules.js';
import { CrashPlan, type CrashSide } from './crash-plan.js';
import { type ExecutionRecord, type ExpectedRecord, firstDifference, recordOf } from './execution-record.js';
import { SameValues } from './same-values.js';
import { SurvivalError } from './survival-error.js';

/** What a sweep does at each checkpoint in addition to the crashes before and after it. */
export type Disturbance = Exclude<CrashSide, 'before' | 'after'>;

export interface SweepOptions {
  /** @defaultValue none */
  also?: readonly Disturbance[];
  /**
   * Names of steps whose body may start once in a whole run, such as the charging of a card: a retry after an
   * interrupted attempt counts too. @defaultValue each step as often as its semantics allow
   */
  once?: readonly string[];
  /** Checks the effects of each run on other systems, the undisturbed ones included; if it throws, the sweep fails. */
  check?: (run: DurableRun) => unknown;
}

const OPTIONS: OptionTypes<SweepOptions> = { also: 'array', check: 'function', once: 'array' };

const DISTURBANCES: Readonly<Record<Disturbance, true>> = {
  throttle: true,
  'stale-token': true,
  pause: true,
  kms: true,
};

/** A misspelled option or disturbance would leave out a check, and the test would pass without it. */
function checkOptions(options: SweepOptions): void {
  assertOptions('survivesEveryCrash()', options, OPTIONS);
  const unknown = options.also?.find((disturbance) => !Object.hasOwn(DISTURBANCES, disturbance));
  if (unknown === undefined) return;
  const known = Object.keys(DISTURBANCES).join(', ');
  throw new TypeError(`\`also\` of survivesEveryCrash() knows no ${JSON.stringify(unknown)}. Known: ${known}.`);
}

export interface SweepReport {
  /** Checkpoints of the undisturbed run. */
  checkpoints: number;
  /** Disturbed runs, each of which ended in the same way. */
  runs: number;
}

/** Starts the execution under test, and drives it as far as necessary; the sweep itself lets it continue to its end. */
export type Scenario = () => Promise<DurableRun>;

/**
 * Runs a scenario twice undisturbed, and then once for each of its checkpoints and each disturbance. Every run starts on
 * an empty service, in the same application.
 * @throws {SurvivalError} when a run has another result, records other operations, or runs a body too often
 */
export async function sweep(bench: TestBench, scenario: Scenario, wanted: SweepOptions = {}): Promise<SweepReport> {
  checkOptions(wanted);
  return bench.keepingStubs(() => runsOf(bench, scenario, wanted));
}

async function runsOf(bench: TestBench, scenario: Scenario, wanted: SweepOptions): Promise<SweepReport> {
  const options = { ...wanted, values: new SameValues() };
  const { writes, expected } = await undisturbedRuns(bench, scenario, options);
  const sides: readonly CrashSide[] = ['before', 'after', ...(options.also ?? [])];
  const targets = writes.flatMap((_, index) => sides.map((side) => ({ at: index + 1, side })));
  for (const target of targets) {
    const disturbed = await disturbedRun(bench, scenario, { ...options, target });
    const found = await problemOf(disturbed, { side: target.side, expected, check: options.check });
    const { plan, run } = disturbed;
    if (found) throw new SurvivalError({ ...target, of: writes.length, write: plan.struck, run, ...found });
  }
  return { checkpoints: writes.length, runs: targets.length };
}

/** Two runs, which must agree; otherwise a difference in a later run would not be that of a crash. */
async function undisturbedRuns(bench: TestBench, scenario: Scenario, options: RunOptions) {
  const { run, plan, record: first } = await disturbedRun(bench, scenario, options);
  const { writes } = plan;
  if (writes.length === 0) {
    throw new DurableRunError(run, 'The scenario has written nothing that a crash could interrupt');
  }
  assertNamed(bench, run, { option: 'once', names: options.once ?? [] });
  await options.check?.(run);
  const again = await disturbedRun(bench, scenario, options);
  const expected = { first, second: again.record };
  const difference = firstDifference(expected, again.record);
  if (difference !== undefined) {
    const remedy = 'Let each run begin with the same state of other systems';
    throw new DurableRunError(again.run, `Two undisturbed runs differ: ${difference}. ${remedy}`);
  }
  await options.check?.(again.run);
  return { writes, expected };
}

interface Expected {
  side: CrashSide;
  expected: ExpectedRecord;
  check: SweepOptions['check'];
}

type DisturbedRun = Awaited<ReturnType<typeof disturbedRun>>;

async function problemOf(
  { rules, record, run }: DisturbedRun,
  { side, expected, check }: Expected,
): Promise<{ problem: string; cause?: unknown } | undefined> {
  const difference = side === 'kms' ? kmsDifference(expected, record) : firstDifference(expected, record);
  const problem = rules.violations[0] ?? difference;
  if (problem !== undefined) return { problem };
  try {
    await check?.(run);
    return undefined;
  } catch (cause) {
    return { problem: `its check failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause };
  }
}

/** A key that can no longer be used ends the execution with an error that says so; everything else must be the same. */
function kmsDifference(expected: ExpectedRecord, actual: ExecutionRecord): string | undefined {
  if (actual.status === 'FAILED' && JSON.stringify(actual.error).includes('KMS')) return undefined;
  return firstDifference(expected, actual);
}

interface RunOptions extends SweepOptions {
  values: SameValues;
  target?: { at: number; side: CrashSide };
}

async function disturbedRun(bench: TestBench, scenario: Scenario, { target, values, once = [] }: RunOptions) {
  await bench.reset();
  const plan = new CrashPlan(bench, target);
  const placeOf = (arn: string, id: string) => bench.runOf(arn).operations.find((one) => one.id === id)?.calledAt;
  const rules = new BodyRules({ crashes: target ? 1 : 0, once, placeOf });
  const stopWatching = plan.watch();
  const stopCounting = bench.around(rules.around);
  const stopRepeating = bench.around(values.around(bench));
  const stopNoting = bench.guardWrites({
    before: () => undefined,
    after: ({ arn, updates }) => {
      for (const { Id, Action } of updates) if (isTerminalAction(Action)) rules.saved(arn, Id);
    },
  });
  try {
    const run = await runOf(scenario());
    return { plan, rules, run, record: await recordOf(run) };
  } finally {
    stopNoting();
    stopRepeating();
    stopCounting();
    stopWatching();
  }
}
