import type { DurableRun } from '../run/durable-run.js';
import type { OperationView } from '../run/operation-view.js';
import type { TestBench } from '../test-bench.js';

/** Recorded as steps, and cannot fail, or is no step to users. */
const NO_STEPS: ReadonlySet<string | undefined> = new Set(['Now', 'Uuid', 'Random', 'Patch']);

/** What messages call an operation that may fail. */
const KINDS: Readonly<Record<string, string>> = { STEP: 'Step', CALLBACK: 'Callback', CHAINED_INVOKE: 'Invoke' };

/** An operation of the undisturbed run, which will fail in a separate run. */
export interface Fallible {
  operation: OperationView;
  /** Its name, or else that of what it is a part of, such as `waitForCallback('approval')`. */
  label: string;
  /** Such as `Step`. */
  kind: string;
}

/** The operations that have succeeded and could fail: steps, conditions, callbacks, and invokes of mocked functions. */
export function fallibleOperations(run: DurableRun, bench: TestBench): Fallible[] {
  return run.operations
    .filter(({ status, type, subType, id }) => {
      if (status !== 'SUCCEEDED') return false;
      if (type === 'CHAINED_INVOKE') return bench.service.isMocked(functionOf(run, id));
      return type === 'CALLBACK' || (type === 'STEP' && !NO_STEPS.has(subType));
    })
    .map((operation) => ({ operation, label: labelOf(run, operation), kind: kindOf(operation) }));
}

/** Lets one operation fail permanently. @returns ends it */
export function letFail(bench: TestBench, failing: Fallible, error: unknown): () => void {
  const { id, type } = failing.operation;
  switch (type) {
    case 'CALLBACK':
      bench.answers.fail(id, error instanceof Error ? error : new Error(String(error)));
      return () => undefined;
    case 'CHAINED_INVOKE':
      return failInvoke(bench, id, error);
    default:
      return failAttempts(bench, failing, error);
  }
}

/** More attempts than a step needs that ends its retries. */
const MOST_ATTEMPTS = 1000;

function failAttempts(bench: TestBench, { operation: { id }, kind, label }: Fallible, error: unknown): () => void {
  return bench.around(async ({ operationId, executionArn, attempt }, body) => {
    if (operationId !== id) return body();
    if (attempt > MOST_ATTEMPTS) {
      const failed = `${kind} ${JSON.stringify(label)} has failed ${MOST_ATTEMPTS} times`;
      bench.runOf(executionArn).reject(`${failed}, and is retried without end: limit its attempts, at least in tests`);
    }
    throw error;
  });
}

/** An invocation of another function does not say which operation has called it: the start of the operation does. */
function failInvoke(bench: TestBench, id: string, error: unknown): () => void {
  return bench.guardWrites({
    before: ({ updates }) => {
      const own = updates.find(({ Id, Type }) => Id === id && Type === 'CHAINED_INVOKE');
      const name = own?.ChainedInvokeOptions?.FunctionName;
      if (name === undefined) return;
      const alike = updates.filter(({ ChainedInvokeOptions }) => ChainedInvokeOptions?.FunctionName === name);
      bench.service.failInvocation(name, { after: alike.indexOf(own!), error });
    },
    after: () => undefined,
  });
}

function functionOf(run: DurableRun, id: string): string {
  const started = run.events.find(({ Id, EventType }) => Id === id && EventType === 'ChainedInvokeStarted');
  const { FunctionName = '' } = (started?.ChainedInvokeStartedDetails ?? {}) as { FunctionName?: string };
  return FunctionName;
}

export function labelOf(run: DurableRun, { name, parentId, id }: OperationView): string {
  return name ?? run.operations.find((one) => one.id === parentId)?.name ?? id;
}

export function kindOf({ type, subType }: OperationView): string {
  return subType === 'WaitForCondition' ? 'Condition' : (KINDS[type] ?? 'Operation');
}
