import type { DurableExecutionInvocationOutput } from '../../../lib/wire/envelope.js';
import type { DurableInstrumentationPlugin } from '../../../lib/engine/invocation/plugins/plugin.js';
import { isTerminalStatus, type Operation, type OperationStatus } from '../../../lib/wire/operation.js';
import type { MemoryService } from '../../fixtures/memory-service.js';
import { Path, type Seen } from './path.js';
import type { Chain } from './program.js';
import { FAILING, ProgramRun } from './run-program.js';
import { Stage } from './stage.js';
import type { Loss, StrictService } from './strict-service.js';
import { TurnClock } from './turn-clock.js';
import { turns } from './turns.js';

/** A stream of decisions that a seed fixes. */
export class Decisions {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, but not including, the given one. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.below(left.length), 1)[0]!);
  }
}

/** How the world around an execution behaves; all of it follows from the seed. */
export interface World {
  seed: number;
  /** Whether calls are lost. */
  isLossy?: boolean;
  pageItems?: number;
  firstPageItems?: number;
  /** Whether calls take no time, so that many fall into one millisecond. */
  isInstant?: boolean;
  /** Called before each invocation but the first, and at the end, with what a replay in another process needs. */
  onRecorded?: (snapshot: Snapshot) => void;
  /** Whether waiting operations complete during calls, and not only between invocations. */
  isBusy?: boolean;
  /** Whether someone asks the execution to stop, if it listens. */
  isStopped?: boolean;
  /** Whether a plugin takes its time in every hook. */
  isObserved?: boolean;
  /** Whether a later deployment adds patches. */
  isPatched?: boolean;
}

export interface Snapshot {
  operations: Operation[];
  path: readonly Seen[];
}

export interface Played {
  result: unknown;
  invocations: number;
  operations: Record<string, object>;
}

const MAX_INVOCATIONS = 300;

/**
 * Plays a program to its end in a world, and holds every invocation to the path of those before.
 * @throws when the execution fails, another path is taken, a step has run again without a crash, or the service would
 *   have refused anything
 */
export async function play(program: Chain, world: World): Promise<Played> {
  const decisions = new Decisions(world.seed);
  const clock = new TurnClock();
  const path = new Path();
  const run = new ProgramRun(path);
  const stage = new Stage((context) => run.run(context, program), {
    config: { clock, plugins: world.isObserved ? [slowPlugin(decisions)] : [] },
  });
  const { service } = stage;
  Object.assign(service, { pageItems: world.pageItems ?? 1000, firstPageItems: world.firstPageItems ?? 1000 });
  if (world.isInstant) tellTimeBy(clock, service);
  service.arrange = (operations) => decisions.shuffled(operations);
  // Of many pages one is lost soon: a state must be readable at times.
  const lostOneIn = world.pageItems === undefined ? 6 : 40;
  if (world.isLossy) service.lose = () => lossOf(decisions, lostOneIn);
  service.interfere = ({ api, request }) => {
    if (api !== 'checkpoint') return;
    if (request.Updates!.length === 0 || (world.isBusy && decisions.oneIn(3))) passTime(stage, decisions, world);
  };
  const tellRecorded = () =>
    world.onRecorded?.({ operations: structuredClone([...service.operations.values()]), path: path.taken });
  for (let invocations = 1; invocations <= MAX_INVOCATIONS; invocations += 1) {
    if (world.isPatched && invocations > 1) run.isPatched ||= decisions.oneIn(2);
    path.beginInvocation();
    const output = await stage.invoke().catch(lostOnly);
    path.endInvocation();
    // While a hook of an abandoned body ends, its time is limited.
    if (clock.hasTimers && !world.isObserved) throw new Error('a timer has outlived its invocation');
    if (output?.Status === 'FAILED' && !isOwnFailure(output))
      throw new Error(`FAILED: ${JSON.stringify(output.Error)}`);
    if (output && output.Status !== 'PENDING') {
      await turns(4);
      if (!world.isLossy && path.repeated.length > 0) throw new Error(`ran again: ${path.repeated.join(', ')}`);
      tellRecorded();
      return { result: resultOf(output), invocations, operations: recorded(stage) };
    }
    passTime(stage, decisions, world);
    tellRecorded();
  }
  throw new Error(`no end after ${MAX_INVOCATIONS} invocations`);
}

/** The service has the clock of the machine: its time advances with outside events and with timers. */
export function tellTimeBy(clock: TurnClock, service: StrictService): void {
  service.msPerCall = 0;
  service.msPerChange = 0;
  const passed = (nowMs: number) => clock.goOnTo(nowMs);
  Object.defineProperty(service, 'nowMs', { get: () => clock.now(), set: passed });
}

/** What an execution has come to, if it has ended. */
export function resultOf(output: DurableExecutionInvocationOutput): unknown {
  if (output.Status === 'FAILED') return output.Error;
  return output.Status === 'SUCCEEDED' && output.Result !== undefined
    ? (JSON.parse(output.Result) as unknown)
    : undefined;
}

/** A program may end by throwing, or because it is asked to stop. */
function isOwnFailure({ Error: error }: Extract<DurableExecutionInvocationOutput, { Status: 'FAILED' }>): boolean {
  if (error?.ErrorType === 'StopRequestedError') return true;
  return error?.ErrorType === 'TypeError' && error.ErrorMessage === 'p fails';
}

function slowPlugin(decisions: Decisions): DurableInstrumentationPlugin {
  const pause = () => turns(decisions.below(3));
  const around = async (_info: unknown, run: () => unknown) => {
    await pause();
    return run();
  };
  return { onOperationStart: pause, onOperationEnd: pause, wrapChildContextFn: around, wrapOperationAttemptFn: around };
}

function lossOf(decisions: Decisions, lostOneIn: number): Loss | undefined {
  if (!decisions.oneIn(lostOneIn)) return undefined;
  return decisions.oneIn(2) ? 'request' : 'response';
}

/** A lost call ends the invocation, and Lambda invokes again; anything else that is thrown is a fault of the engine. */
function lostOnly(error: Error): undefined {
  if (error.name !== 'CheckpointError' && error.name !== 'GetExecutionStateError') throw error;
}

/** Lets some of what waits for time or for the outside go on, in any order; the first always. */
function passTime({ service }: Stage, decisions: Decisions, { isStopped = false }: World): void {
  const changesOf = (operation: Operation) =>
    operation.SubType === 'StopRequest' && !isStopped ? undefined : whenItGoesOn(operation, nameOf(service, operation));
  const waiting = decisions.shuffled([...service.operations.values()]).filter((operation) => changesOf(operation));
  for (const [at, operation] of waiting.entries()) {
    if (at === 0 || decisions.oneIn(2)) service.change(operation.Id, changesOf(operation)!);
  }
  if (service.msPerChange > 0 || decisions.oneIn(3)) service.nowMs += 1;
}

/** The callback of an approval has no name. */
function nameOf({ operations }: MemoryService, { Name, ParentId }: Operation): string {
  return Name ?? operations.get(ParentId ?? '')?.Name ?? '';
}

/** @param name - from which the reply is derived: ids depend on what was called first */
function whenItGoesOn({ Type, Status, CallbackDetails }: Operation, name: string): Partial<Operation> | undefined {
  if (Status === 'PENDING') return { Status: 'READY' };
  if (Status !== 'STARTED') return undefined;
  if (Type === 'WAIT') return { Status: 'SUCCEEDED' };
  const end: { Status: OperationStatus; Result?: string; Error?: object } = name.endsWith(FAILING)
    ? { Status: 'FAILED', Error: { ErrorType: 'OutsideError', ErrorMessage: `${name} from outside` } }
    : { Status: 'SUCCEEDED', Result: JSON.stringify(`answer to ${name}`) };
  const { Status: ended, ...details } = end;
  if (Type === 'CALLBACK') return { Status: ended, CallbackDetails: { ...CallbackDetails, ...details } };
  return Type === 'CHAINED_INVOKE' ? { Status: ended, ChainedInvokeDetails: details } : undefined;
}

/** By id: what the service has recorded of what has ended. */
function recorded({ service }: Stage): Record<string, object> {
  const ended = [...service.operations.values()].filter(
    ({ Type, Status }) => Type !== 'EXECUTION' && isTerminalStatus(Status),
  );
  return Object.fromEntries(
    ended.map(({ Id, Name, Type, SubType, ParentId, Status }) => [Id, { Name, Type, SubType, ParentId, Status }]),
  );
}
