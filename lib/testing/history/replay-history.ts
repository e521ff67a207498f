import { ENGINE_SETTINGS } from '../../engine/invocation/client-in-event.js';
import type { CallSubject, EngineConfig } from '../../engine/invocation/engine-config.js';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { Operation, OperationUpdate } from '../../wire/operation.js';
import { readEnvelope } from '../../local/core/envelope.js';
import { assertOptions, type OptionTypes } from '../../nest/errors/assert-options.js';
import { Deferred } from '../../nest/pipeline/deferred.js';
import { CallStack } from '../run/call-site.js';
import { CollectingLogger } from '../run/collecting-logger.js';
import { EngineClock } from '../time/engine-clock.js';
import { clearTimeout, nextTurn, requireTimers, setTimeout } from '../time/event-loop.js';
import { type AskedCall, askedBy, inputChanges } from './input-changes.js';
import { findingsOf, nameOf, type Outcome, type ReplayFinding } from './findings.js';
import { operationsOfHistory } from './operations-of-history.js';
import { readHistory, type RecordedHistory } from './read-history.js';

export interface ReplayReport {
  findings: readonly ReplayFinding[];
  /** Operations that today's code would start next, if the recorded execution continues. */
  next: readonly string[];
}

export interface ReplayOptions {
  /**
   * Whether the inputs of recorded invokes, waits and callbacks are compared: functions and their inputs, durations and
   * timeouts. The recorded ones stand in any case.
   * @defaultValue `compare`
   */
  inputs?: 'compare' | 'ignore';
}

const OPTIONS: OptionTypes<ReplayOptions> = { inputs: 'compare or ignore' };

/** How long code may do something other than operations, such as the boot of an application. */
const PATIENCE_MS = 60_000;

const STUCK =
  `The code has ended neither itself nor the history within ${PATIENCE_MS / 1000} s: it awaits something other than ` +
  'operations. Give the replay what that needs, such as a database, or a module of its own.';
const REMEDY = 'Pass what createLambdaHandler() or withDurableExecution() has created.';
const NOT_DURABLE = `The function is no durable handler: its output has no status of an execution. ${REMEDY}`;

/** Event-loop turns in which the replay sends nothing and settles nothing: it has reached the end of the history. */
const QUIET_TURNS = 20;

type Handler = (event: never, context: never) => unknown;

/**
 * Runs today's code against a recorded history. No body of a step runs, and nothing is sent: recorded operations return
 * their results, and the others show where the code continues.
 * @param history - or the path of a JSON file that contains it, or the ARN of an execution, whose history is requested
 *   with the AWS client that the environment configures
 * @throws {Error} when the timers of the test are fake or missing: see the message
 */
export async function replayHistory(
  handler: Handler,
  history: RecordedHistory | string,
  options: ReplayOptions = {},
): Promise<ReplayReport> {
  requireTimers();
  assertOptions('replayHistory()', options, OPTIONS);
  const { inputs = 'compare' } = options;
  if (typeof handler !== 'function')
    throw new TypeError(`replayHistory() needs the handler of a function, and received ${String(handler)}. ${REMEDY}`);
  const events = await readHistory(history);
  const operations = operationsOfHistory(events);
  const replay = new Replay(operations);
  const outcome = await replay.run(handler);
  const { sent, lastCall, called } = replay;
  const findings = findingsOf({ operations, outcome, events, sent, lastCall, called });
  const changed = inputs === 'ignore' ? [] : await inputChanges({ events, operations, calls: replay.asked });
  return {
    findings: [...changed, ...findings],
    next: replay.sent.map(nameOf),
  };
}

class Replay implements DurableExecutionClient {
  /** Bodies of steps do not run: the history ends where one would. And no hook or plugin is called. */
  readonly [ENGINE_SETTINGS] = ({ apiErrorCodes, errors }: EngineConfig): EngineConfig => ({
    ...(apiErrorCodes && { apiErrorCodes }),
    ...(errors && { errors }),
    logger: new CollectingLogger(() => undefined),
    aroundAttempt: () => {
      this.#goBeyond();
      return new Promise(() => undefined);
    },
    stepStartHoldMs: 0,
    clock: this.#clock,
    onCall: (call) => {
      const stack = new CallStack();
      this.#lastCall = { call, stack };
      // Operations without a record are written with the inputs of the call.
      const asked = this.called.has(call.id.wire) ? undefined : askedBy(call, stack);
      this.called.add(call.id.wire);
      if (asked) this.asked.push(asked);
    },
  });
  /** What would have been written. */
  readonly sent: OperationUpdate[] = [];
  readonly called = new Set<string>();
  readonly asked: AskedCall[] = [];
  #activity = 0;
  /** Resolved when the code has come to something that the history does not contain. */
  readonly #beyond = new Deferred<void>();
  /** The code is left where it stands: its timers are to keep no process alive. */
  readonly #clock = new EngineClock(Date.now);
  #lastCall: { call: CallSubject; stack: CallStack } | undefined;

  constructor(private readonly operations: readonly Operation[]) {}

  async run(handler: Handler): Promise<Outcome> {
    const [execution] = this.operations;
    const arn = `arn:aws:lambda:us-east-1:123456789012:function:replayed:$LATEST/durable-execution/replay/${execution?.Id ?? ''}`;
    const event = {
      DurableExecutionArn: arn,
      CheckpointToken: 'replay',
      InitialExecutionState: { Operations: this.operations, NextMarker: '' },
    };
    Object.defineProperty(event, 'durableExecutionClient', { value: this });
    const patience = setTimeout(() => this.#beyond.reject(new Error(STUCK)), PATIENCE_MS);
    try {
      return await Promise.race([outputOf(handler, event), this.#quiet()]);
    } finally {
      clearTimeout(patience);
      this.#clock.close();
    }
  }

  /** The call that the engine has refused: nothing continues after it. */
  get lastCall(): { call: CallSubject; stack: CallStack } | undefined {
    return this.#lastCall;
  }

  checkpoint({ Updates = [] }: { Updates?: OperationUpdate[] }): Promise<never> {
    this.sent.push(...Updates);
    this.#goBeyond();
    return new Promise(() => undefined);
  }

  getExecutionState(): Promise<never> {
    throw new Error('The whole history was passed: there is no further page.');
  }

  #goBeyond(): void {
    this.#activity += 1;
    this.#beyond.resolve();
  }

  async #quiet(): Promise<undefined> {
    await this.#beyond.promise;
    for (let turn = 0, before = -1; turn < QUIET_TURNS; turn += 1) {
      await nextTurn();
      if (this.#activity !== before) turn = 0;
      before = this.#activity;
    }
    return undefined;
  }
}

/** @throws {TypeError} when a function has run that is no durable handler: nothing would be found */
async function outputOf(handler: Handler, event: object): Promise<Outcome> {
  const output = await (handler as (event: unknown, context: unknown) => unknown)(event, lambdaContext());
  if ('violation' in readEnvelope(JSON.stringify(output) ?? 'null', Infinity)) throw new TypeError(NOT_DURABLE);
  return output as Outcome;
}

function lambdaContext(): LambdaContext {
  return {
    awsRequestId: 'replay',
    functionName: 'replayed',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:replayed:$LATEST',
    getRemainingTimeInMillis: () => 900_000,
  } as LambdaContext;
}
