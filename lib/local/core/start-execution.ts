import { OperationType } from '../../wire/operation.js';
import type { Draft } from './draft.js';
import { TimerPurpose } from './effect.js';
import type { Environment, TargetFunction } from './environment.js';
import type { ExecutionStart } from './execution-state.js';
import { functionArnOf } from './function-name.js';
import { eventData } from './history-event.js';

/** Days for which a closed execution is kept when its function does not say (docs/protocol.md#quotas). */
const DEFAULT_RETENTION_DAYS = 14;

export interface StartRequest {
  target: TargetFunction;
  version: string;
  /** @defaultValue a random one */
  name?: string | undefined;
  input?: string | undefined;
  synchronous: boolean;
  clientContext?: string | undefined;
  traceId?: string | undefined;
  tenantId?: string | undefined;
  parent?: { executionId: string; operationId: string } | undefined;
}

/** Determines everything that an execution has from its start. */
export function describeStart(env: Environment, request: StartRequest): Omit<ExecutionStart, 'order'> {
  const { target, version, synchronous } = request;
  const id = env.newId();
  const name = request.name ?? env.newId();
  const functionArn = `${functionArnOf(env, target.name)}:${version}`;
  const timeoutSeconds = target.durable?.executionTimeoutSeconds ?? env.limits.syncExecutionSeconds;
  return {
    id,
    arn: `${functionArn}/durable-execution/${name}/${id}`,
    name,
    functionName: target.name,
    version,
    functionArn,
    startedAtMs: env.nowMs,
    input: request.input,
    synchronous,
    timeoutSeconds,
    deadlineSeconds: synchronous ? Math.min(timeoutSeconds, env.limits.syncExecutionSeconds) : timeoutSeconds,
    retentionDays: target.durable?.retentionPeriodInDays ?? DEFAULT_RETENTION_DAYS,
    kmsKeyArn: target.durable?.kmsKeyArn,
    clientContext: request.clientContext,
    traceId: request.traceId,
    tenantId: request.tenantId,
    parent: request.parent,
  };
}

/** The first transition of an execution, on an empty state. */
export function startExecution(draft: Draft): void {
  const { id, name, input, startedAtMs, timeoutSeconds, deadlineSeconds } = draft.before.start;
  draft.create({
    Id: id,
    Name: name,
    Type: OperationType.EXECUTION,
    Status: 'STARTED',
    StartTimestamp: startedAtMs,
    ExecutionDetails: input === undefined ? {} : { InputPayload: input },
  });
  draft.progress.storedBytes += input === undefined ? 0 : Buffer.byteLength(input);
  draft.recordExecution('ExecutionStarted', { Input: eventData(input), ExecutionTimeout: timeoutSeconds });
  const atMs = startedAtMs + deadlineSeconds * 1000;
  draft.effect({ kind: 'schedule', timer: { purpose: TimerPurpose.EXECUTION_TIMEOUT, operationId: '', atMs } });
  draft.announce(id);
}
