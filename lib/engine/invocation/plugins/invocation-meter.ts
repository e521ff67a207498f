import type { DurableExecutionClient } from '../../../wire/durable-execution-client.js';
import { type Operation, type OperationUpdate, resultOf } from '../../../wire/operation.js';
import { toEpochMs } from '../../../wire/timestamp.js';
import type { Clock } from '../../base/clock.js';
import { toErrorObject } from '../../base/errors/error-object.js';
import { isDurableApiError } from '../../base/errors/recognise.js';
import type { Ending } from '../outcome.js';
import type { Outcome } from '../settlement.js';
import type { CheckpointMeasures, DecisionMeasures, InvocationMeasures } from './invocation-measures.js';

export interface InvocationMeterOptions {
  clock: Clock;
  /** The records at the beginning, including that of the execution itself. */
  operations: Iterable<Operation>;
  /** The causes of the invocation; at the first one, the execution itself. */
  wokenBy: readonly Operation[];
}

/** The members that identify the invocation. */
type Identity = Pick<InvocationMeasures, 'requestId' | 'executionArn' | 'isFirstInvocation'>;

/** Measures one invocation. Created only if a plugin needs measures. */
export class InvocationMeter {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #wakeUpDelayMs: number | undefined;
  readonly #checkpoints: CheckpointMeasures[] = [];
  readonly #started: Record<string, number> = {};
  readonly #attempts = { succeeded: 0, failed: 0 };
  #replayedMs: number | undefined;
  #operations = 0;
  #payloadBytes = 0;

  constructor({ clock, operations, wokenBy }: InvocationMeterOptions) {
    this.#clock = clock;
    this.#startMs = clock.now();
    const due = wokenBy.map(dueOf).filter((moment) => moment !== undefined);
    this.#wakeUpDelayMs = due.length > 0 ? Math.max(0, this.#startMs - Math.min(...due)) : undefined;
    for (const operation of operations) this.#take(operation);
  }

  /** The client, with measured checkpoints. */
  measuring(client: DurableExecutionClient): DurableExecutionClient {
    return {
      getExecutionState: (...call) => client.getExecutionState(...call),
      checkpoint: async (...call) => {
        const [{ Updates: updates = [] }] = call;
        const startMs = this.#clock.now();
        const checkpoint = { updates: updates.length, payloadBytes: sumOf(updates), succeeded: false, durationMs: 0 };
        this.#checkpoints.push(checkpoint);
        try {
          const answer = await client.checkpoint(...call);
          this.#payloadBytes += checkpoint.payloadBytes;
          checkpoint.succeeded = true;
          return answer;
        } finally {
          checkpoint.durationMs = this.#clock.now() - startMs;
        }
      },
    };
  }

  /** The code calls an operation. @param isOpen - whether it had not completed before this invocation */
  met(type: string, { isNew, isOpen }: { isNew: boolean; isOpen: boolean }): void {
    if (isOpen) this.#replayedMs ??= this.#sinceStart();
    if (!isNew) return;
    this.#operations += 1;
    this.#started[type] = (this.#started[type] ?? 0) + 1;
  }

  attemptEnded(outcome: 'succeeded' | 'failed'): void {
    this.#attempts[outcome] += 1;
  }

  measures(identity: Identity, ending: Ending, outcome: Outcome | undefined): InvocationMeasures {
    return {
      ...identity,
      status: ending.Status,
      durationMs: this.#sinceStart(),
      replayMs: this.#replayedMs ?? this.#sinceStart(),
      ...(this.#wakeUpDelayMs !== undefined && { wakeUpDelayMs: this.#wakeUpDelayMs }),
      operationsStarted: { ...this.#started },
      attempts: { ...this.#attempts },
      operationsUsed: this.#operations,
      payloadBytesUsed: this.#payloadBytes,
      checkpoints: this.#checkpoints.map((checkpoint) => ({ ...checkpoint })),
      ...decisionOf(outcome),
    };
  }

  #take(operation: Operation): void {
    if (operation.Type !== 'EXECUTION') this.#operations += 1;
    const { Result, Error } = resultOf(operation);
    const input = operation.ExecutionDetails?.InputPayload;
    this.#payloadBytes += bytesOf({ Payload: Result ?? input, Error });
  }

  #sinceStart(): number {
    return this.#clock.now() - this.#startMs;
  }
}

/** When the service would have continued an operation, in epoch milliseconds. */
function dueOf({ Type, StartTimestamp, EndTimestamp, StepDetails, WaitDetails }: Operation): number | undefined {
  if (Type === 'EXECUTION') return toEpochMs(StartTimestamp);
  if (Type === 'STEP') return toEpochMs(StepDetails?.NextAttemptTimestamp);
  return toEpochMs(EndTimestamp ?? WaitDetails?.ScheduledEndTimestamp);
}

function sumOf(updates: readonly OperationUpdate[]): number {
  return updates.reduce((bytes, update) => bytes + bytesOf(update), 0);
}

function bytesOf({ Payload, Error }: Pick<OperationUpdate, 'Payload' | 'Error'>): number {
  const errorBytes = Error ? Buffer.byteLength(JSON.stringify(Error)) : 0;
  return (Payload ? Buffer.byteLength(Payload) : 0) + errorBytes;
}

function decisionOf(outcome: Outcome | undefined): { decision?: DecisionMeasures } {
  if (!outcome || !('error' in outcome)) return {};
  const { kind, path, error } = outcome;
  const errorType = toErrorObject(error).ErrorType ?? 'Error';
  return { decision: { kind, path, errorType, ...(isDurableApiError(error) && { rule: error.rule }) } };
}
