import type { DurableRun } from '../run/durable-run.js';

/** What two runs of one scenario must have in common. */
export interface ExecutionRecord {
  status: string;
  result: unknown;
  error: unknown;
  /** The error with which the engine has refused a call, if that ended the execution. */
  refusal: string | undefined;
  /** By the ids of the operations, which their positions in the code determine. */
  operations: ReadonlyMap<string, OperationRecord>;
}

interface OperationRecord {
  label: string;
  /** Where the code calls it. */
  calledAt: string | undefined;
  name: string | undefined;
  subType: string | undefined;
  status: string;
  payload: string | undefined;
  error: unknown;
}

export async function recordOf(run: DurableRun): Promise<ExecutionRecord> {
  const { status, result, error } = await run.outcome();
  const operations = run.operations.map((operation) => {
    const { id, name, subType, payload, calledAt } = operation;
    const label = `${subType} ${JSON.stringify(name ?? id)}`;
    return [id, { label, calledAt, name, subType, status: operation.status, payload, error: operation.error }] as const;
  });
  const refusal = run.refusedAt && `${error?.message} (called at ${run.refusedAt})`;
  return { status, result, error, refusal, operations: new Map(operations) };
}

/** The first difference between two runs, for people; `undefined` when they are the same. */
export function firstDifference(expected: ExecutionRecord, actual: ExecutionRecord): string | undefined {
  if (actual.refusal !== undefined && expected.status !== actual.status) return actual.refusal;
  for (const [id, operation] of expected.operations) {
    const other = actual.operations.get(id);
    if (!other) return `${placed(operation)} is missing`;
    if (wasCutOffForGood(other)) continue;
    for (const member of ['label', 'status', 'payload', 'error'] as const) {
      const [was, is] = [text(operation[member]), text(other[member])];
      if (was !== is) return `the ${member} of ${placed(operation)} was ${was} and is ${is}`;
    }
  }
  for (const [id, other] of actual.operations) if (!expected.operations.has(id)) return `${placed(other)} is new`;
  for (const member of ['status', 'result', 'error'] as const) {
    const [was, is] = [text(expected[member]), text(actual[member])];
    if (was !== is) return `the ${member} of the execution was ${was} and is ${is}`;
  }
  return undefined;
}

/**
 * A step that may run at most once has failed where the crash interrupted it, as declared. The reaction of the handler
 * is visible in the result, and in the operations after it.
 */
function wasCutOffForGood({ status, error }: OperationRecord): boolean {
  return status === 'FAILED' && (error as { type?: unknown } | undefined)?.type === 'StepInterruptedError';
}

function placed({ label, calledAt }: OperationRecord): string {
  return calledAt === undefined ? label : `${label} (called at ${calledAt})`;
}

function text(value: unknown): string {
  if (value === undefined) return 'absent';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
