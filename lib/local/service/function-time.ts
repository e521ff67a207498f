import type { Operation } from '../../wire/operation.js';
import { onSystemClock, type ServiceClock } from '../clock/clock.js';
import type { ExecutionState, OperationRecord } from '../core/execution-state.js';

/**
 * Functions read the system's clock. Where the service skips or accelerates time, the time at which a wait or a retry
 * is due would come too late on that clock for a function that still runs. So functions are told when it is due on
 * theirs.
 */
export function inFunctionTime(
  records: readonly OperationRecord[],
  { aheadMs }: Pick<ExecutionState, 'aheadMs'>,
  clock: ServiceClock,
): readonly OperationRecord[] {
  if (!clock.onSystemClock && aheadMs === 0) return records;
  const told = (atMs: unknown): number => onSystemClock(clock, Number(atMs) - aheadMs);
  return records.map((record) => {
    const operation = withDueTime(record.operation, told);
    return operation === record.operation ? record : { ...record, operation };
  });
}

function withDueTime(operation: Operation, told: (atMs: unknown) => number): Operation {
  const { Status, StepDetails, WaitDetails } = operation;
  if (StepDetails?.NextAttemptTimestamp !== undefined) {
    const NextAttemptTimestamp = told(StepDetails.NextAttemptTimestamp);
    return { ...operation, StepDetails: { ...StepDetails, NextAttemptTimestamp } };
  }
  if (Status === 'STARTED' && WaitDetails?.ScheduledEndTimestamp !== undefined) {
    return { ...operation, WaitDetails: { ScheduledEndTimestamp: told(WaitDetails.ScheduledEndTimestamp) } };
  }
  return operation;
}
