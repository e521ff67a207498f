import { OPERATION_NAME_CHARACTERS } from '../../wire/limits.js';
import { runInFrame } from '../context/call-frame.js';
import { nameProblem } from '../context/context-checks.js';
import { compareCalls, type OperationId } from '../context/operation-id.js';
import { aBoolean, assertConfig, assertFunction, type Labelled } from '../operations/call-checks.js';
import { assertStepConfig } from '../operations/step.js';
import { asSentence } from '../../wire/as-sentence.js';
import { memberOf, messageOf } from '../../wire/thrown.js';
import type { StopRequest } from '../../wire/stop-request.js';
import { shownText } from '../base/errors/shown.js';
import { handled } from '../base/handled.js';
import { isRetryableError } from '../base/errors/recognise.js';
import { takenVerdictOf } from '../base/errors/settled-failure.js';
import type { DurableContext } from '../context/durable-context.js';
import type { StepConfig, StepContext, StepFunc } from '../operations/step-config.js';
import type { ContextScope, InvocationScope } from '../scope.js';
import { assertInBody } from './assert-in-body.js';
import { CompensationError, type FailedUndo } from './compensation-error.js';
import type { OpenSaga, SagaConfig, SagaScope, SagaStepConfig, Undo } from './saga-scope.js';
import { StopRequestedError } from './stop-requested-error.js';

const SAGA = { label: 'saga()' };
const CHECKS = [aBoolean('stoppable')];

const UNDO = 'a function that undoes it';

interface Registered {
  name: string;
  run(context: StepContext): unknown;
  config?: StepConfig<unknown> | undefined;
}

/** The context of the steps that undo. */
export const COMPENSATION = 'compensation';

/** The sagas whose body has not ended, in the order in which they started. */
const openSagas = new WeakMap<InvocationScope, Set<Saga>>();

/** Errors of steps that took effect, as their body returned a result, or for which that is unknown. */
const UNKNOWN = new Set(['UnknownOutcomeError', 'StepInterruptedError', 'StepTimeoutError', 'UnsavableValueError']);

/**
 * Steps and their undos. When the body fails, the undos run one by one, in reverse order, each as a durable step: after
 * a crash they continue where they were. Steps that still run are awaited first, and none starts any more.
 */
export class Saga implements SagaScope, OpenSaga {
  readonly #context: ContextScope;
  /** The last operation that was called in its context before it. */
  readonly #after: OperationId;
  readonly #undos: Registered[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #failed: { first: unknown } | undefined;
  /** Whether a stop request has ended it. */
  isStopped = false;
  #undoing: Promise<FailedUndo[]> | undefined;

  constructor(context: ContextScope) {
    this.#context = context;
    this.#after = context.lastCalledId;
    sagasOf(context).add(this);
    context.invocation.failureAround.expect();
  }

  orStopped<T>(running: Promise<T>, hears?: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const over = () => (isOver = true);
      running.then(over, over);
      running.then(resolve, reject);
      this.#context.invocation.stopSignal.listen(this.#context, (request) => {
        // If an outer context has been left, its saga undoes this one too. A closed one may not have run at all.
        if (isOver || this.#context.isLeft || this.#context.isClosed) return;
        this.isStopped = true;
        hears?.();
        resolve(stop(this.#context.invocation, request));
      });
    });
  }

  // eslint-disable-next-line no-restricted-syntax -- as `context.step()`, with the undo beside the body
  step<T>(name: string, body: StepFunc<T>, undo: Undo<T>['run'], config?: SagaStepConfig<T> | null): Promise<T> {
    const how = { run: undo, config: config?.undo };
    assertUndo(how, { label: `Saga step "${shownText(name)}"` });
    return handled(this.track(name, () => this.#context.step(name, body, config ?? undefined), how));
  }

  onFailure(name: string, undo: (context: StepContext) => unknown, config?: StepConfig<unknown>): void {
    const problem = nameProblem({ name, subType: 'onFailure' });
    if (problem) throw problem;
    const called = { label: `onFailure "${name}"` };
    assertInBody(this.#context, called);
    assertUndo({ run: undo, config }, called);
    this.#undos.push({ name, run: undo, config });
  }

  async track<T>(name: string, begin: () => PromiseLike<T>, undo: Undo<T>): Promise<T> {
    if (this.#failed) throw notStarted(name, this.#failed.first);
    // It would never end, so nothing may wait for it.
    if (this.#context.isCodeLeft) return new Promise(() => undefined);
    assertUndo(undo, { label: `the undo of "${shownText(name)}"` });
    const known = (result: T | undefined) => {
      this.#undos.push({ name, run: (context) => undo.run(result, context), config: undo.config });
    };
    const ended = (async () => begin())().then(
      (result) => (known(result), result),
      (error: unknown) => {
        if (mayHaveTakenEffect(error)) known(undefined);
        throw error;
      },
    );
    this.#running.add(ended);
    try {
      return await ended;
    } finally {
      this.#running.delete(ended);
    }
  }

  /**
   * Undoes everything, unless the invocation will only be repeated.
   *
   * @throws the first failure; or a {@link CompensationError} with it as the cause if something could not be undone
   */
  async compensate(first: unknown): Promise<never> {
    if (isRetryableError(first) || this.#context.isLeft) throw first;
    this.#failed = { first };
    if (this.#running.size > 0) await Promise.allSettled([...this.#running]);
    // If the body has been left meanwhile, the code that left it undoes this too.
    if (this.#undos.length === 0 || this.#context.isLeft) throw first;
    // Before the body starts: while it waits for a page of the history, code may go on and register more.
    const known = this.#take();
    const undoing = startedIn(this.#context, (child) => Saga.#undo([known], [this], child));
    // A replay does not run that body once it has completed.
    this.#undoing = undoing.then((failures) => (this.#take(), failures));
    const failures = await this.#undoing;
    sagasOf(this.#context).delete(this);
    throw failureOf(first, failures);
  }

  /**
   * No operation of the execution starts any more; running ones are awaited, and all open sagas are undone, wherever the
   * failure was seen: the execution fails.
   *
   * @returns nothing if there is nothing to undo; otherwise it rejects with the first failure
   */
  static undoOpen(root: ContextScope, first: unknown): Promise<never> | undefined {
    if (!Saga.mayNeedUndo(root)) return undefined;
    root.leave();
    // The last one first, by their calls: the bodies of concurrent contexts may start in another order on a replay.
    const left = [...sagasOf(root)].filter((saga) => !saga.#context.isClosed && saga.#context.isLeft).reverse();
    left.sort((one, other) => compareCalls(other.#after, one.#after));
    return Saga.#undoLeft(root, left, first);
  }

  /** Whether an execution that fails now has something to undo, or may have. */
  static mayNeedUndo({ invocation }: ContextScope): boolean {
    const open = [...(openSagas.get(invocation) ?? [])];
    return open.some((saga) => !saga.#context.isClosed && saga.#mayNeedUndo);
  }

  static async #undoLeft(root: ContextScope, left: readonly Saga[], first: unknown): Promise<never> {
    // What the code calls from now on never starts, so it is not awaited, even if the compensation cannot start yet.
    const running = Promise.allSettled(left.flatMap((saga) => [...saga.#running]));
    const known = running.then(() => left.map((saga) => saga.#undoing ?? saga.#take()));
    const undoLeft = async (child: DurableContext) => Saga.#undo(await known, left, child);
    const frame = { invocation: root.invocation, context: root };
    throw failureOf(first, await runInFrame(frame, () => startedIn(root, undoLeft), undefined));
  }

  /** Whether there is something to undo, or may be. */
  get #mayNeedUndo(): boolean {
    return this.#undos.length > 0 || this.#running.size > 0 || this.#undoing !== undefined;
  }

  #take(): Registered[] {
    return this.#undos.splice(0);
  }

  /** Undoes what is known, and then what code has registered meanwhile, by `onFailure()` after an operation that ran. */
  static async #undo(
    known: ReadonlyArray<Registered[] | Promise<FailedUndo[]>>,
    sagas: readonly Saga[],
    context: DurableContext,
  ): Promise<FailedUndo[]> {
    const failures: FailedUndo[] = [];
    for (const undos of known) failures.push(...(await (undos instanceof Promise ? undos : undoAll(undos, context))));
    const late = () => sagas.flatMap((saga) => saga.#take());
    for (let undos = late(); undos.length > 0; undos = late()) failures.push(...(await undoAll(undos, context)));
    return failures;
  }
}

/** Also where the context itself is left. */
async function startedIn(
  context: ContextScope,
  undo: (child: DurableContext) => Promise<FailedUndo[]>,
): Promise<FailedUndo[]> {
  const body = (child: DurableContext): Promise<FailedUndo[]> => {
    (child as ContextScope).stay();
    return undo(child);
  };
  return context.evenIfLeft(() => context.runInChildContext(COMPENSATION, body));
}

/** The last one first. */
async function undoAll(undos: readonly Registered[], context: DurableContext): Promise<FailedUndo[]> {
  const failures: FailedUndo[] = [];
  for (const { name, run, config } of [...undos].reverse()) {
    try {
      await context.step(
        `undo ${name}`.slice(0, OPERATION_NAME_CHARACTERS),
        async (step) => void (await run(step)),
        config,
      );
    } catch (error) {
      const { name: errorType, message } = (memberOf(error, 'cause') ?? error) as Error;
      failures.push({ step: name, errorType, message });
    }
  }
  return failures;
}

/** When it is needed, it is too late. @throws {ConfigValidationError} when it could not run */
function assertUndo({ run, config }: { run: unknown; config?: Undo<never>['config'] }, called: Labelled): void {
  assertFunction(run, called, UNDO);
  if (config) assertStepConfig(config, called);
}

/** Runs a body whose steps are undone when it fails, or when it is stopped. */
export async function runSaga<T>(
  context: ContextScope,
  body: (saga: SagaScope) => Promise<T>,
  config?: SagaConfig | null,
): Promise<T> {
  assertFunction(body, SAGA, 'a function to run');
  assertConfig(config, SAGA, CHECKS);
  const saga = new Saga(context);
  try {
    const running = body(saga);
    const { invocation } = context;
    return await (config?.stoppable ? saga.orStopped(running, () => invocation.leaveBody()) : running);
  } catch (error) {
    if (saga.isStopped) return await endedBy(error, context);
    return await saga.compensate(error);
  } finally {
    sagasOf(context).delete(saga);
  }
}

/**
 * The handler has failed: if the bodies of sagas still run, they are undone first, unless the invocation will only be
 * repeated.
 *
 * @returns whether there is something to undo
 */
export function undoesBeforeFailure(invocation: InvocationScope, error: unknown): boolean {
  const root = invocation.context as ContextScope;
  const undoing = root.isLeft || isRetryableError(error) ? undefined : Saga.undoOpen(root, error);
  if (!undoing) return false;
  invocation.leaveBody();
  undoing.catch((first: unknown) => invocation.fault(first, 'user-code'));
  return true;
}

async function stop({ context }: InvocationScope, request: StopRequest): Promise<never> {
  const first = new StopRequestedError(request);
  // Also where nothing is undone, no operation starts any more.
  (context as ContextScope).leave();
  await Saga.undoOpen(context as ContextScope, first);
  throw first;
}

/** Past all code: no operation starts any more, so code that caught the error would wait for ever. */
function endedBy(stopped: unknown, { invocation }: ContextScope): Promise<never> {
  invocation.fault(stopped, 'user-code');
  return new Promise(() => undefined);
}

function sagasOf({ invocation }: ContextScope): Set<Saga> {
  let sagas = openSagas.get(invocation);
  if (!sagas) openSagas.set(invocation, (sagas = new Set()));
  return sagas;
}

function failureOf(first: unknown, failures: readonly FailedUndo[]): unknown {
  if (failures.length === 0) return first;
  // A saga inside may have failed so: its first failure is the first of all.
  if (first instanceof CompensationError) return new CompensationError(first.cause, [...first.failures, ...failures]);
  return new CompensationError(first, failures);
}

/** Code that goes on after the failure, such as a `retry()` around the method, must not hide it. */
function notStarted(name: string, first: unknown): Error {
  const reason = `"${name}" has not started, because everything before it is being undone after this failure: `;
  return new Error(reason + asSentence(messageOf(first)), { cause: first });
}

function mayHaveTakenEffect(error: unknown): boolean {
  // An error of a registered class has its own name, and the recorded verdict beside it.
  if (takenVerdictOf(error)?.verdict === 'ambiguous') return true;
  const names = [memberOf(error, 'name'), memberOf(memberOf(error, 'cause'), 'name')];
  return names.some((name) => UNKNOWN.has(String(name)));
}
