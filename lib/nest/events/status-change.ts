import type { ExecutionStatus } from '../../client/control-types.js';
import { asRecord } from '../../wire/thrown.js';

/** A status event of EventBridge about an execution. */
export interface ExecutionStatusChange {
  readonly executionArn: string;
  readonly executionName?: string;
  /** With the version that runs it. */
  readonly functionArn?: string;
  /** RUNNING, SUCCEEDED, FAILED, STOPPED or TIMED_OUT; the service may add others. */
  readonly status: ExecutionStatus;
  readonly startedAt?: Date;
  /** Of an execution that has ended. */
  readonly endedAt?: Date;
}

/**
 * Reads an event `Durable Execution Status Change` of `aws.lambda`, which Lambda sends to the default event bus.
 * @returns `undefined` for any other event
 */
export function statusChangeOf(event: unknown): ExecutionStatusChange | undefined {
  const { source, detail, ...envelope } = asRecord(event);
  if (source !== 'aws.lambda' || envelope['detail-type'] !== 'Durable Execution Status Change') return undefined;
  const { durableExecutionArn, durableExecutionName, functionArn, status, ...moments } = asRecord(detail);
  if (typeof durableExecutionArn !== 'string' || typeof status !== 'string') return undefined;
  return {
    executionArn: durableExecutionArn,
    status: status as ExecutionStatus,
    ...(typeof durableExecutionName === 'string' && { executionName: durableExecutionName }),
    ...(typeof functionArn === 'string' && { functionArn }),
    ...momentOf('startedAt', moments['startTimestamp']),
    ...momentOf('endedAt', moments['endTimestamp']),
  };
}

function momentOf(name: 'startedAt' | 'endedAt', given: unknown): Partial<Record<typeof name, Date>> {
  const moment = typeof given === 'string' || typeof given === 'number' ? new Date(given) : undefined;
  return moment && !Number.isNaN(moment.getTime()) ? { [name]: moment } : {};
}
