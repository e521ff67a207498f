import type { DurableRun } from '../run/durable-run.js';
import { DurableRunError } from '../run/durable-run-error.js';
import type { TestBench } from '../test-bench.js';
import { isTerminalAction } from './terminal-action.js';
import { BodyRules } from './body-rules.js';
import { CrashPlan, type CrashSide } from './crash-plan.js';
import { type ExecutionRecord, firstDifference, recordOf } from './execution-record.js';
import { SurvivalError } from './survival-error.js';

/** What a sweep does at each checkpoint besides crashing before and after it. */
export type Disturbance = Exclude<CrashSide, 'before' | 'after'>;

export interface SweepOptions {
  /** @defaultValue none */
  also?: readonly Disturbance[];
}

export interface SweepReport {
  /** Checkpoints of the undisturbed run. */
  checkpoints: number;
  /** Disturbed runs, each of which came to the same end. */
  runs: number;
}

/** Starts what is to survive, and steers it as far as it has to be; the sweep itself lets it go on to its end. */
export type Scenario = () => Promise<DurableRun>;

/**
 * Runs a scenario once undisturbed, and then once for each of its checkpoints and each disturbance. Every run begins on
 * an empty service, in the same application.
 * @throws {SurvivalError} when a run came to another result, recorded other operations, or ran a body too often
 */
export async function sweep(
  bench: TestBench,
  scenario: Scenario,
  { also = [] }: SweepOptions = {},
): Promise<SweepReport> {
  const undisturbed = await disturbedRun(bench, scenario);
  const { writes } = undisturbed.plan;
  if (writes.length === 0)
    throw new DurableRunError(undisturbed.run, 'The scenario has written nothing that a crash could cut off');
  const sides: readonly CrashSide[] = ['before', 'after', ...also];
  let runs = 0;
  for (let at = 1; at <= writes.length; at += 1) {
    for (const side of sides) {
      await compare(bench, scenario, { at, side, of: writes.length, expected: undisturbed.record });
      runs += 1;
    }
  }
  return { checkpoints: writes.length, runs };
}

interface Comparison {
  at: number;
  side: CrashSide;
  of: number;
  expected: ExecutionRecord;
}

async function compare(bench: TestBench, scenario: Scenario, { at, side, of, expected }: Comparison): Promise<void> {
  const { plan, rules, record, run } = await disturbedRun(bench, scenario, { at, side });
  const difference = side === 'kms' ? kmsDifference(expected, record) : firstDifference(expected, record);
  const problem = rules.violations[0] ?? difference;
  if (problem) throw new SurvivalError({ at, of, side, write: plan.struck, problem, run, callSites: bench.callSites });
}

/** A key that can no longer be used ends the execution, with an error that says so; nothing else may differ. */
function kmsDifference(expected: ExecutionRecord, actual: ExecutionRecord): string | undefined {
  if (actual.status === 'FAILED' && JSON.stringify(actual.error).includes('KMS')) return undefined;
  return firstDifference(expected, actual);
}

async function disturbedRun(bench: TestBench, scenario: Scenario, target?: { at: number; side: CrashSide }) {
  await bench.reset();
  const plan = new CrashPlan(bench, target);
  const rules = new BodyRules(target ? 1 : 0);
  const stopWatching = plan.watch();
  const stopCounting = bench.around(rules.around);
  const stopNoting = bench.guardWrites({
    before: () => undefined,
    after: ({ arn, updates }) => {
      for (const { Id, Action } of updates) if (isTerminalAction(Action)) rules.saved(arn, Id!);
    },
  });
  try {
    const run = await scenario();
    return { plan, rules, run, record: await recordOf(run) };
  } finally {
    stopNoting();
    stopCounting();
    stopWatching();
  }
}
