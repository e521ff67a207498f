import type { ErrorObject, Operation, OperationStatus, OperationType, WireTimestamp } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';

/** An event of GetDurableExecutionHistory; times are in any of the forms that clients and files use. */
export interface RecordedEvent {
  EventId?: number | undefined;
  EventType?: string;
  EventTimestamp?: WireTimestamp | undefined;
  Id?: string | undefined;
  Name?: string | undefined;
  SubType?: string | undefined;
  ParentId?: string | undefined;
}

interface Details {
  Input?: { Payload?: string };
  Result?: { Payload?: string };
  Error?: { Payload?: ErrorObject };
  RetryDetails?: { CurrentAttempt?: number; NextAttemptDelaySeconds?: number };
  ScheduledEndTimestamp?: WireTimestamp;
  CallbackId?: string;
}

const EVENT =
  /^(Execution|Context|Step|Wait|Callback|ChainedInvoke)(Started|Succeeded|Failed|TimedOut|Stopped|Cancelled)$/;

const TYPES: Readonly<Record<string, OperationType>> = {
  Execution: 'EXECUTION',
  Context: 'CONTEXT',
  Step: 'STEP',
  Wait: 'WAIT',
  Callback: 'CALLBACK',
  ChainedInvoke: 'CHAINED_INVOKE',
};

const STATUSES: Readonly<Record<string, OperationStatus>> = {
  Started: 'STARTED',
  Succeeded: 'SUCCEEDED',
  Failed: 'FAILED',
  TimedOut: 'TIMED_OUT',
  Stopped: 'STOPPED',
  Cancelled: 'CANCELLED',
};

/** Rebuilds the operations of an execution, as the service would pass them to its next invocation. */
export function operationsOfHistory(events: readonly RecordedEvent[]): Operation[] {
  const operations = new Map<string, Operation>();
  for (const event of events) {
    const [, kind, change] = EVENT.exec(event.EventType ?? '') ?? [];
    if (kind === undefined || change === undefined || event.Id === undefined) continue;
    const before = operations.get(event.Id);
    operations.set(event.Id, { ...before, ...changed(event, { kind, change, before }) });
  }
  return markReplayedChildren([...operations.values()]);
}

interface Change {
  kind: string;
  change: string;
  before: Operation | undefined;
}

function changed(event: RecordedEvent, { kind, change, before }: Change): Operation {
  const details = ((event as Record<string, unknown>)[`${event.EventType}Details`] ?? {}) as Details;
  const retries = details.RetryDetails?.NextAttemptDelaySeconds !== undefined;
  const atMs = toEpochMs(event.EventTimestamp);
  const isStart = change === 'Started';
  return {
    Id: event.Id!,
    Type: TYPES[kind]!,
    Name: event.Name ?? before?.Name,
    SubType: event.SubType ?? before?.SubType,
    ParentId: event.ParentId ?? before?.ParentId,
    Status: retries ? 'PENDING' : STATUSES[change]!,
    StartTimestamp: before?.StartTimestamp ?? atMs,
    ...(!isStart && !retries && { EndTimestamp: atMs }),
    ...detailsOf(kind, details, before),
  };
}

function detailsOf(kind: string, details: Details, before: Operation | undefined): Partial<Operation> {
  const { Input, RetryDetails, ScheduledEndTimestamp, CallbackId } = details;
  const outcome = given({ Result: details.Result?.Payload, Error: details.Error?.Payload });
  switch (kind) {
    case 'Execution':
      return { ExecutionDetails: { InputPayload: Input?.Payload ?? before?.ExecutionDetails?.InputPayload } };
    case 'Step': {
      const Attempt = RetryDetails?.CurrentAttempt ?? before?.StepDetails?.Attempt ?? 0;
      return { StepDetails: { ...before?.StepDetails, Attempt, ...outcome } };
    }
    case 'Wait':
      return { WaitDetails: { ...before?.WaitDetails, ...given({ ScheduledEndTimestamp }) } };
    case 'Callback':
      return { CallbackDetails: { ...before?.CallbackDetails, ...given({ CallbackId }), ...outcome } };
    case 'ChainedInvoke':
      return { ChainedInvokeDetails: { ...before?.ChainedInvokeDetails, ...outcome } };
    default:
      return { ContextDetails: { ...before?.ContextDetails, ...outcome } };
  }
}

/** Without the members that are undefined: they must not replace what earlier events gave. */
function given<T extends object>(members: T): { [M in keyof T]?: Exclude<T[M], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

/**
 * The service keeps the children of a completed context only if its result was too large to be saved. A history shows
 * all of them, and marks nothing. A context counts as such if it saved a summary or nothing.
 */
function markReplayedChildren(operations: Operation[]): Operation[] {
  const parents = new Set(operations.map(({ ParentId }) => ParentId));
  return operations.map((operation) => {
    const { Id, Type, Status, ContextDetails } = operation;
    if (Type !== 'CONTEXT' || Status !== 'SUCCEEDED' || !parents.has(Id) || !isSummary(operation)) return operation;
    return { ...operation, ContextDetails: { ...ContextDetails, ReplayChildren: true } };
  });
}

function isSummary({ SubType, ContextDetails }: Operation): boolean {
  const result = ContextDetails?.Result;
  if (result === undefined || result === '') return true;
  return (SubType === 'Map' || SubType === 'Parallel') && /"type":"(Map|Parallel)Result"/.test(result);
}
