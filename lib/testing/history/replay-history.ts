import { readFile } from 'node:fs/promises';
import { ENGINE_SETTINGS } from '../../engine/invocation/brought-client.js';
import type { CallSubject, EngineConfig } from '../../engine/invocation/engine-config.js';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import { isTerminalStatus, type Operation, type OperationUpdate } from '../../wire/operation.js';
import { CallStack } from '../run/call-site.js';
import { CollectingLogger } from '../run/collecting-logger.js';
import { nextTurn } from '../time/event-loop.js';
import { operationsOfHistory, type RecordedEvent } from './operations-of-history.js';

/** A history as GetDurableExecutionHistory gives it, `run.save()` writes it, or `nestjs-durable show --json` prints it. */
export type RecordedHistory = { Events: readonly RecordedEvent[] } | readonly RecordedEvent[];

export interface ReplayFinding {
  /**
   * `changed`: an operation is another one than recorded. `missing`: a recorded operation is not called any more.
   * `added`: a new operation begins although the recorded execution has ended. `outcome`: it ends another way.
   */
  kind: 'changed' | 'missing' | 'added' | 'outcome';
  message: string;
  /** File, line and column of the call in today's code that differs, where one does. */
  calledAt?: string;
  /** A line to write, so that executions under way and new ones both find their way; absent where none is known. */
  proposal?: string;
}

export interface ReplayReport {
  findings: readonly ReplayFinding[];
  /** Operations that today's code would begin next, where the recorded execution goes on. */
  next: readonly string[];
}

/** Turns of the event loop in which the replay sends nothing and settles nothing: it has come to where the history ends. */
const QUIET_TURNS = 20;

type Handler = (event: never, context: never) => unknown;

/**
 * Runs today's code against a recorded history. No body of a step runs, and nothing is sent: what is recorded answers,
 * and what is not shows where the code goes on.
 * @param history - or the path of a JSON file that holds it
 */
export async function replayHistory(handler: Handler, history: RecordedHistory | string): Promise<ReplayReport> {
  const events = eventsOf(
    typeof history === 'string' ? (JSON.parse(await readFile(history, 'utf8')) as RecordedHistory) : history,
  );
  const operations = operationsOfHistory(events);
  const replay = new Replay(operations);
  const outcome = await replay.run(handler);
  return { findings: findingsOf({ operations, outcome, replay, events }), next: replay.sent.map(nameOf) };
}

/** How a replay came out: `undefined` where it only waits. */
type Output = { Status?: string; Result?: string; Error?: { ErrorType?: string; ErrorMessage?: string } } | undefined;

class Replay implements DurableExecutionClient {
  /** Bodies of steps do not run: where one would, the history ends. And nobody outside is told of what happens. */
  readonly [ENGINE_SETTINGS] = ({ apiErrorCodes, errors }: EngineConfig): EngineConfig => ({
    ...(apiErrorCodes && { apiErrorCodes }),
    ...(errors && { errors }),
    logger: new CollectingLogger(() => undefined),
    aroundAttempt: () => new Promise(() => undefined),
    stepStartHoldMs: 0,
    onCall: (call) => (this.#lastCall = { call, stack: new CallStack() }),
  });
  /** What would have been written. */
  readonly sent: OperationUpdate[] = [];
  #activity = 0;
  #lastCall: { call: CallSubject; stack: CallStack } | undefined;

  constructor(private readonly operations: readonly Operation[]) {}

  async run(handler: Handler): Promise<Output> {
    const [execution] = this.operations;
    const arn = `arn:aws:lambda:us-east-1:123456789012:function:replayed:$LATEST/durable-execution/replay/${execution?.Id ?? ''}`;
    const event = {
      DurableExecutionArn: arn,
      CheckpointToken: 'replay',
      InitialExecutionState: { Operations: this.operations, NextMarker: '' },
    };
    Object.defineProperty(event, 'durableExecutionClient', { value: this });
    const running = Promise.resolve((handler as (event: unknown, context: unknown) => unknown)(event, lambdaContext()));
    return Promise.race([running as Promise<Output>, this.#quiet()]);
  }

  /** The call that the engine has refused: nothing goes on after it. */
  get lastCall(): { call: CallSubject; stack: CallStack } | undefined {
    return this.#lastCall;
  }

  checkpoint({ Updates = [] }: { Updates?: OperationUpdate[] }): Promise<never> {
    this.#activity += 1;
    this.sent.push(...Updates);
    return new Promise(() => undefined);
  }

  getExecutionState(): Promise<never> {
    throw new Error('The history was given whole: there is no further page.');
  }

  async #quiet(): Promise<undefined> {
    for (let turn = 0, before = -1; turn < QUIET_TURNS; turn += 1) {
      await nextTurn();
      if (this.#activity !== before) turn = 0;
      before = this.#activity;
    }
    return undefined;
  }
}

interface Replayed {
  operations: readonly Operation[];
  outcome: Output;
  replay: Replay;
  events: readonly RecordedEvent[];
}

function findingsOf({ operations, outcome, replay, events }: Replayed): ReplayFinding[] {
  const { sent } = replay;
  const ended = events.find(({ EventType }) => /^Execution(Succeeded|Failed)$/.test(EventType ?? ''));
  const recordedStatus = ended?.EventType === 'ExecutionSucceeded' ? 'SUCCEEDED' : ended ? 'FAILED' : undefined;
  if (outcome?.Status === 'FAILED' && outcome.Error?.ErrorType === 'NonDeterministicExecutionError') {
    return [changed(outcome.Error.ErrorMessage ?? '', { operations, replay })];
  }
  const findings: ReplayFinding[] = [];
  const [begun] = sent;
  // A patch behind the last operation changes nothing for an execution that has ended: it is not resumed.
  if (recordedStatus && begun && begun.SubType !== 'Patch') {
    findings.push({ kind: 'added', message: `${nameOf(begun)} begins, although the recorded execution has ended.` });
  }
  if (recordedStatus && outcome?.Status && outcome.Status !== recordedStatus) {
    const why = outcome.Error?.ErrorMessage ? `: ${outcome.Error.ErrorMessage}` : '';
    findings.push({
      kind: 'outcome',
      message: `It is ${outcome.Status}${why}, and was recorded as ${recordedStatus}.`,
    });
  }
  if (!recordedStatus && outcome?.Status && outcome.Status !== 'PENDING') {
    for (const operation of operations) {
      if (operation.Type !== 'EXECUTION' && operation.ParentId === undefined && !isTerminalStatus(operation.Status)) {
        findings.push({
          kind: 'missing',
          message: `${nameOf(operation)} is still open, and the code ends without it.`,
          proposal: `if (!context.patched('without ${idOf(operation)}')) { /* ${nameOf(operation)}, as recorded */ }`,
        });
      }
    }
  }
  return findings;
}

function changed(problem: string, { operations, replay }: Pick<Replayed, 'operations' | 'replay'>): ReplayFinding {
  const { call, stack } = replay.lastCall ?? {};
  const calledAt = stack?.userSite;
  const recorded = operations.find(({ Id }) => Id === call?.id.wire);
  return {
    kind: 'changed',
    message: calledAt === undefined ? problem : `${problem} It is called at ${calledAt}.`,
    ...(calledAt !== undefined && { calledAt }),
    ...(call && recorded && { proposal: bothWays(call, recorded) }),
  };
}

/** The new way under a patch, and the recorded one for executions that have gone on without it. */
function bothWays({ subType, name, id }: CallSubject, recorded: Operation): string {
  const called = { SubType: subType, Name: name ?? id.wire };
  return `if (context.patched('${idOf(called)}')) { /* ${nameOf(called)} */ } else { /* ${nameOf(recorded)}, as recorded */ }`;
}

/** A name for a patch, such as `charge-card`. */
function idOf({ Name, Id = '' }: { Name?: string; Id?: string }): string {
  return (Name ?? Id).toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function nameOf({ Type, SubType, Name, Id }: { Type?: string; SubType?: string; Name?: string; Id?: string }): string {
  return `${SubType ?? Type} ${JSON.stringify(Name ?? Id)}`;
}

function eventsOf(history: RecordedHistory): readonly RecordedEvent[] {
  if (Array.isArray(history)) return history as readonly RecordedEvent[];
  const { Events } = history as { Events?: readonly RecordedEvent[] };
  if (Array.isArray(Events)) return Events;
  throw new TypeError('This is no history: give { Events: […] }, as GetDurableExecutionHistory answers it.');
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
