import { alwaysReplay } from '../replay/always-replay.js';
import type { DurableRun, RunOutcome } from '../run/durable-run.js';
import { DurableRunError } from '../run/durable-run-error.js';
import type { OperationView } from '../run/operation-view.js';
import type { TestBench } from '../test-bench.js';
import { UnhandledFailureError } from './unhandled-failure-error.js';

export interface FailureSweepOptions {
  /** Names of steps that may fail without changing the result, such as a mail. @defaultValue none */
  optional?: readonly string[];
  /** The compensation of each step: `{ 'charge card': 'refund' }`. @defaultValue none */
  compensations?: Readonly<Record<string, string>>;
  /** Creates the error of a step's attempts. @defaultValue an `Error` that names the step */
  error?: (step: string) => unknown;
}

export interface FailureSweepReport {
  /** The steps that have failed, in one run each. */
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
  await bench.reset();
  const undisturbed = await scenario();
  const expected = await undisturbed.outcome();
  const steps = undisturbed.operations.filter(
    ({ type, subType, status }) => isStep(type, subType) && status === 'SUCCEEDED',
  );
  if (steps.length === 0) throw new DurableRunError(undisturbed, 'The scenario has no step that could fail');
  for (const step of steps) {
    const run = await failingRun(bench, scenario, { step, error: options.error });
    judge(run, { step, expected, outcome: await run.outcome(), options });
  }
  return { steps: steps.map(labelOf) };
}

interface Failing {
  step: OperationView;
  error: FailureSweepOptions['error'];
}

async function failingRun(
  bench: TestBench,
  scenario: () => Promise<DurableRun>,
  { step, error }: Failing,
): Promise<DurableRun> {
  await bench.reset();
  const label = labelOf(step);
  const stopFailing = bench.around(async ({ operationId }, body) => {
    if (operationId !== step.id) return body();
    throw error ? error(label) : new Error(`The test lets the step ${JSON.stringify(label)} fail`);
  });
  const stopReplaying = alwaysReplay(bench);
  try {
    const run = await scenario();
    await run.outcome();
    return run;
  } finally {
    stopReplaying();
    stopFailing();
  }
}

interface Judged {
  step: OperationView;
  expected: RunOutcome;
  outcome: RunOutcome;
  options: FailureSweepOptions;
}

function judge(run: DurableRun, { step, expected, outcome, options }: Judged): void {
  const { optional = [], compensations = {} } = options;
  const failed = run.operations.find(({ id }) => id === step.id);
  if (failed?.status !== 'FAILED' || optional.includes(failed.name ?? '')) return;
  const isUnnoticed = JSON.stringify(outcome) === JSON.stringify(expected);
  if (isUnnoticed) {
    throw new UnhandledFailureError(
      run,
      labelOf(step),
      `${placed(failed)} has failed permanently, and the execution has ended with the same result as without that: the ` +
        'failure was swallowed. Let it through, mention it in the result, or name the step in `optional`.',
    );
  }
  for (const [name, compensation] of Object.entries(compensations)) {
    const done = run.operationsNamed(name).find(({ status }) => status === 'SUCCEEDED');
    const isTakenBack = run.operationsNamed(compensation).some(({ status }) => status === 'SUCCEEDED');
    if (!done || isTakenBack || failed.name === compensation) continue;
    throw new UnhandledFailureError(
      run,
      labelOf(step),
      `${placed(failed)} has failed permanently, and ${placed(done)} was not undone: ` +
        `its compensation ${JSON.stringify(compensation)} has not run. What the code remembers outside of operations is ` +
        'lost in the next invocation.',
    );
  }
}

/** Subtypes that are recorded as steps but cannot fail, or are not steps for users. */
const NO_STEPS: ReadonlySet<string | undefined> = new Set(['WaitForCondition', 'Now', 'Uuid', 'Random', 'Patch']);

function isStep(type: string, subType: string | undefined): boolean {
  return type === 'STEP' && !NO_STEPS.has(subType);
}

function labelOf({ name, id }: OperationView): string {
  return name ?? id;
}

function placed(step: OperationView): string {
  const where = step.calledAt === undefined ? '' : ` (called at ${step.calledAt})`;
  return `Step ${JSON.stringify(labelOf(step))}${where}`;
}
