import type { CallSubject } from '../../engine/invocation/engine-config.js';
import { isTerminalStatus, type Operation, type OperationUpdate } from '../../wire/operation.js';
import { FAILURE_AROUND } from '../../wire/failure-around.js';
import { STOP_REQUEST } from '../../wire/stop-request.js';
import type { CallStack } from '../run/call-site.js';
import type { RecordedEvent } from './operations-of-history.js';

/** The number of operations that a diff shows before the difference. */
const CONTEXT_LINES = 2;

export interface ReplayFinding {
  /**
   * `changed`: an operation differs from the recorded one. `missing`: a recorded operation is no longer called.
   * `added`: a new operation starts although the recorded execution has ended. `outcome`: the execution ends in another
   * way. `input`: an operation is called with another input; the recorded one stands, and the execution continues.
   */
  kind: 'changed' | 'missing' | 'added' | 'outcome' | 'input';
  message: string;
  /** The recorded operation (`-`) and today's operation (`+`), after the operations before them. */
  diff: readonly string[];
  /** File, line and column of the call in today's code that differs, if there is one. */
  calledAt?: string;
  /** A line to write, so that both running and new executions continue; absent if none is known. */
  proposal?: string;
}

/** The outcome of a replay: `undefined` if it only waits. */
export type Outcome =
  { Status?: string; Result?: string; Error?: { ErrorType?: string; ErrorMessage?: string } } | undefined;

/** The observations of a replay. */
export interface Replayed {
  operations: readonly Operation[];
  outcome: Outcome;
  /** What would have been written. */
  sent: readonly OperationUpdate[];
  /** The last call of an operation; if the engine has refused a call, that call. */
  lastCall: { call: CallSubject; stack: CallStack } | undefined;
  /** The ids of all called operations. */
  called: ReadonlySet<string>;
  events: readonly RecordedEvent[];
}

/** The differences, for people and for programs. */
export function findingsOf(replayed: Replayed): ReplayFinding[] {
  const { outcome, events } = replayed;
  if (outcome?.Status === 'FAILED' && outcome.Error?.ErrorType === 'NonDeterministicExecutionError') {
    return [changed(outcome.Error.ErrorMessage ?? '', replayed)];
  }
  const recorded = recordedEndOf(events);
  const hasEnded = outcome?.Status !== undefined && outcome.Status !== 'PENDING';
  return [
    ...(recorded ? [...added(replayed), ...otherEnd(outcome, recorded)] : []),
    ...(hasEnded ? missing(replayed, recorded !== undefined) : []),
  ];
}

function recordedEndOf(events: readonly RecordedEvent[]): 'SUCCEEDED' | 'FAILED' | undefined {
  for (const { EventType } of events) {
    if (EventType === 'ExecutionSucceeded') return 'SUCCEEDED';
    if (EventType === 'ExecutionFailed') return 'FAILED';
  }
  return undefined;
}

/** A patch after the last operation changes nothing for an execution that has ended: it is not resumed. */
function added({ sent: [begun] }: Replayed): ReplayFinding[] {
  if (!begun || isBeside(begun)) return [];
  const message = `${nameOf(begun)} starts, although the recorded execution has ended.`;
  return [{ kind: 'added', message, diff: [`+ ${nameOf(begun)}`] }];
}

function otherEnd(outcome: Outcome, recorded: string): ReplayFinding[] {
  if (!outcome?.Status || outcome.Status === recorded) return [];
  const why = outcome.Error?.ErrorMessage ? `: ${outcome.Error.ErrorMessage}` : '';
  const message = `It is ${outcome.Status}${why}, and was recorded as ${recorded}.`;
  return [{ kind: 'outcome', message, diff: [`- ${recorded}`, `+ ${outcome.Status}${why}`] }];
}

/** These have no position among the operations: code may add and remove them. */
function isBeside({ SubType }: { SubType?: string | undefined }): boolean {
  return SubType === 'Patch' || SubType === STOP_REQUEST.SubType || SubType === FAILURE_AROUND.subType;
}

/** Recorded top-level operations that are no longer called, and operations that are open when the code ends. */
function missing({ operations, called }: Replayed, isEnded: boolean): ReplayFinding[] {
  const atTop = operations.filter(({ Type, ParentId }) => Type !== 'EXECUTION' && ParentId === undefined);
  return atTop
    .filter(({ Id, SubType, Status }) =>
      called.has(Id) ? !isEnded && !isTerminalStatus(Status) : !isBeside({ SubType }),
    )
    .map((operation) => ({
      kind: 'missing',
      message: `${nameOf(operation)} is recorded, and the code ends without it.`,
      diff: [...before(operation, operations), `- ${nameOf(operation)}`],
      proposal: `if (!context.patched('without-${idOf(operation)}')) { /* ${nameOf(operation)}, as recorded */ }`,
    }));
}

function changed(problem: string, { operations, lastCall }: Replayed): ReplayFinding {
  const { call, stack } = lastCall ?? {};
  const calledAt = stack?.userSite;
  const recorded = operations.find(({ Id }) => Id === call?.id.wire);
  return {
    kind: 'changed',
    message: calledAt === undefined ? problem : `${problem} It is called at ${calledAt}.`,
    diff: call && recorded ? changeOf(call, recorded, operations) : [],
    ...(calledAt !== undefined && { calledAt }),
    ...(call && recorded && { proposal: bothWays(call, recorded) }),
  };
}

/** The new path under a patch, and the recorded path for executions that continue without it. */
function bothWays({ subType, name, id }: CallSubject, recorded: Operation): string {
  const called = { SubType: subType, Name: name ?? id.wire };
  return `if (context.patched('${idOf(called)}')) { /* ${nameOf(called)} */ } else { /* ${nameOf(recorded)}, as recorded */ }`;
}

function changeOf(call: CallSubject, recorded: Operation, operations: readonly Operation[]): string[] {
  const called = nameOf({ SubType: call.subType, Name: call.name ?? call.id.wire });
  return [...before(recorded, operations), `- ${nameOf(recorded)}`, `+ ${called}`];
}

/** The operations before an operation in the same context, as lines of a diff. */
function before(operation: Operation, operations: readonly Operation[]): string[] {
  const beside = operations.filter(({ Type, ParentId }) => Type !== 'EXECUTION' && ParentId === operation.ParentId);
  const at = beside.indexOf(operation);
  return beside.slice(Math.max(0, at - CONTEXT_LINES), at).map((one) => `  ${nameOf(one)}`);
}

/** A name for a patch, such as `charge-card`. */
function idOf({ Name, Id = '' }: { Name?: string; Id?: string }): string {
  return (Name ?? Id).toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

/** The name of an operation in messages. */
export function nameOf({
  Type,
  SubType,
  Name,
  Id,
}: {
  Type?: string;
  SubType?: string;
  Name?: string;
  Id?: string;
}): string {
  return `${SubType ?? Type} ${JSON.stringify(Name ?? Id)}`;
}
