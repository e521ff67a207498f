import { isDeepStrictEqual } from 'node:util';
import type { DurableRun } from '../run/durable-run.js';
import { readJson } from '../run/operation-view.js';

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

/** Two undisturbed runs: a value that differs between them, such as the time in the result of a step, may always differ. */
export interface ExpectedRecord {
  first: ExecutionRecord;
  second: ExecutionRecord;
}

/** The first difference of a run, for people; `undefined` when there is none. */
export function firstDifference({ first, second }: ExpectedRecord, actual: ExecutionRecord): string | undefined {
  if (actual.refusal !== undefined && first.status !== actual.status) return actual.refusal;
  for (const [id, operation] of first.operations) {
    const again = second.operations.get(id);
    const difference = differenceOf(operation, again, actual.operations.get(id));
    if (difference !== undefined) return difference;
  }
  for (const [id, other] of actual.operations) if (!first.operations.has(id)) return `${placed(other)} is new`;
  return changeOf(['status', 'result', 'error'], 'the execution', { was: first, again: second, is: actual });
}

function differenceOf(was: OperationRecord, again?: OperationRecord, is?: OperationRecord): string | undefined {
  if (!is) return `${placed(was)} is missing`;
  if (wasCutOffForGood(is)) return undefined;
  return changeOf(['label', 'status', 'payload', 'error'], placed(was), { was, again, is });
}

/** The first of the members that has changed, where undisturbed runs agree about it. */
function changeOf<R extends object>(
  members: ReadonlyArray<keyof R & string>,
  what: string,
  { was, again, is }: { was: R; again: R | undefined; is: R },
): string | undefined {
  const changed = members.find((member) => !agrees(is[member], was[member], again?.[member]));
  return changed && `the ${changed} of ${what} was ${text(was[changed])} and is ${text(is[changed])}`;
}

/** Whether a value is as in the first run, wherever the second undisturbed run has the same value as the first. */
function agrees(is: unknown, was: unknown, again: unknown): boolean {
  const values = [is, was, again].map(parsed);
  if (isDeepStrictEqual(values[0], values[1])) return true;
  if (isDeepStrictEqual(values[1], values[2])) return false;
  const [keys, first, second] = values.map(keysOf);
  if (!isDeepStrictEqual(first, second)) return true;
  if (!isDeepStrictEqual(keys, first)) return false;
  const members = values as Array<Record<string, unknown>>;
  return (keys ?? []).every((key) => agrees(members[0]![key], members[1]![key], members[2]![key]));
}

/** Those of an object; none of another value: it may always differ, but not be absent. */
function keysOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? Object.keys(value).sort() : [];
}

function parsed(value: unknown): unknown {
  return typeof value === 'string' ? readJson(value) : value;
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
