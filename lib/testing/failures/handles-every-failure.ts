import { assertOptions, type OptionTypes } from '../../nest/errors/assert-options.js';
import { assertName } from '../assert-name.js';
import { assertNamed, runOf } from '../check-scenario.js';
import { type Fallible, fallibleOperations, kindOf, labelOf, letFail } from './fallible-operations.js';
import { alwaysReplay } from '../replay/always-replay.js';
import type { DurableRun, RunOutcome } from '../run/durable-run.js';
import { DurableRunError } from '../run/durable-run-error.js';
import type { OperationView } from '../run/operation-view.js';
import type { TestBench } from '../test-bench.js';
import { UnhandledFailureError } from './unhandled-failure-error.js';

export interface FailureSweepOptions {
  /** Names of steps and other operations that may fail without changing the result, such as a mail. @defaultValue none */
  optional?: readonly string[];
  /** The compensation of each step: `{ 'charge card': 'refund' }`. @defaultValue none */
  compensations?: Readonly<Record<string, string>>;
  /** Creates the error of a step, or of what else fails. @defaultValue an `Error` that names it */
  error?: (step: string) => unknown;
}

const OPTIONS: OptionTypes<FailureSweepOptions> = { compensations: 'object', error: 'function', optional: 'array' };

export interface FailureSweepReport {
  /** The steps, conditions, callbacks and invokes that have failed, in one run each. */
  steps: readonly string[];
}

/**
 * Runs a scenario once undisturbed, and then once for each of its steps with that step failing permanently. A new
 * invocation follows each operation. Every run starts on an empty service.
 * @throws {UnhandledFailureError} when a failure does not change the result, or a compensation does not run
 */
export async function failureSweep(
  bench: TestBench,
  scenario: () => Promise<DurableRun>,
  options: FailureSweepOptions = {},
): Promise<FailureSweepReport> {
  assertOptions('handlesEveryFailure()', options, OPTIONS);
  for (const [step, undo] of Object.entries(options.compensations ?? {}))
    assertName('handlesEveryFailure()', undo, `the name of the compensation of ${JSON.stringify(step)}`);
  return bench.keepingStubs(() => runsOf(bench, scenario, options));
}

async function runsOf(
  bench: TestBench,
  scenario: () => Promise<DurableRun>,
  options: FailureSweepOptions,
): Promise<FailureSweepReport> {
  await bench.reset();
  const undisturbed = await runOf(scenario());
  const expected = await undisturbed.outcome();
  if (expected.status !== 'SUCCEEDED')
    throw new DurableRunError(
      undisturbed,
      'The scenario fails without any failure of the sweep, so nothing would be checked',
    );
  const fallible = fallibleOperations(undisturbed, bench);
  if (fallible.length === 0) throw new DurableRunError(undisturbed, 'The scenario has no step that could fail');
  assertNamed(bench, undisturbed, { option: 'compensations', names: Object.keys(options.compensations ?? {}) });
  for (const failing of fallible) {
    const run = await failingRun(bench, scenario, { failing, error: options.error });
    judge(run, { failing, expected, outcome: await run.outcome(), options });
  }
  return { steps: fallible.map(({ label }) => label) };
}

interface Failing {
  failing: Fallible;
  error: FailureSweepOptions['error'];
}

async function failingRun(
  bench: TestBench,
  scenario: () => Promise<DurableRun>,
  { failing, error }: Failing,
): Promise<DurableRun> {
  await bench.reset();
  const { label, kind, operation } = failing;
  const planned = new Error(`The test lets the ${kind.toLowerCase()} ${JSON.stringify(label)} fail`);
  const stopFailing = letFail(bench, failing, error ? error(label) : planned);
  const stopReplaying = alwaysReplay(bench);
  try {
    // A scenario that completes the callback itself cannot do so any more.
    const run = await scenario().catch((problem: unknown) => {
      const [first] = bench.runs;
      if (operation.type !== 'CALLBACK' || !first) throw problem;
      return first;
    });
    await run.outcome();
    return run;
  } finally {
    stopReplaying();
    stopFailing();
  }
}

interface Judged {
  failing: Fallible;
  expected: RunOutcome;
  outcome: RunOutcome;
  options: FailureSweepOptions;
}

function judge(run: DurableRun, { failing, expected, outcome, options }: Judged): void {
  const { optional = [], compensations = {} } = options;
  const { label } = failing;
  const failed = run.operations.find(({ id }) => id === failing.operation.id);
  if (failed?.status !== 'FAILED' || optional.includes(label)) return;
  const isUnnoticed = JSON.stringify(outcome) === JSON.stringify(expected);
  if (isUnnoticed) {
    throw new UnhandledFailureError(
      run,
      label,
      `${placed(run, failed)} has failed permanently, and the execution has ended with the same result as without that: the ` +
        'failure was swallowed. Let it through, mention it in the result, or name it in `optional`.',
    );
  }
  for (const [name, compensation] of Object.entries(compensations)) {
    const done = run.operationsNamed(name).find(({ status }) => status === 'SUCCEEDED');
    const isTakenBack = run.operationsNamed(compensation).some(({ status }) => status === 'SUCCEEDED');
    if (!done || isTakenBack || label === compensation) continue;
    throw new UnhandledFailureError(
      run,
      label,
      `${placed(run, failed)} has failed permanently, and ${placed(run, done)} was not undone: ` +
        `its compensation ${JSON.stringify(compensation)} has not run. What the code remembers outside of operations is ` +
        'lost in the next invocation.',
    );
  }
}

function placed(run: DurableRun, operation: OperationView): string {
  const where = operation.calledAt === undefined ? '' : ` (called at ${operation.calledAt})`;
  return `${kindOf(operation)} ${JSON.stringify(labelOf(run, operation))}${where}`;
}
