import { Logger } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import { isFailedInvocation, isUnrecoverableError } from '../../engine/adapter.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import type { ExecutionState } from '../../engine/state/execution-state.js';
import { type Operation, OperationStatus, OperationType } from '../../wire/operation.js';
import type { AdmissionOptions } from '../durable-execution.options.js';
import { textOf } from '../../wire/thrown.js';
import { type KeptRequest, keptRequest } from './kept-request.js';
import { nameOf } from './stage-seam.js';

/** The step in which is saved what guards have put on the request; it is always the first operation. */
export const GUARDS_STEP = 'nest:guards';

export interface Guard {
  canActivate(context: unknown): unknown;
}

/** The guards of one call, as Nest has found them, and how Nest asks guards. */
export interface GuardedCall {
  guards: readonly Guard[];
  request: object | undefined;
  /** @defaultValue what guards did to the request is saved as data */
  options: AdmissionOptions | false | undefined;
  ask(guards: readonly Guard[]): Promise<boolean>;
}

/** Whether guards have let this execution pass in an earlier invocation, and what they had put on the request then. */
export class Admission {
  /**
   * Durable operations are refused before the guards have passed, so an execution that has saved any was admitted. A step
   * of the guards that was interrupted says nothing: their verdict counts again.
   */
  readonly isAdmitted: boolean;
  /** The step of the guards has to take its place again. */
  #isRecorded: boolean;
  #hasPassedGuards = false;

  constructor(
    private readonly invocation: DurableInvocation,
    state: ExecutionState,
  ) {
    const first = firstOperation(state);
    this.hasBegun = first !== undefined;
    this.#isRecorded = first?.Type === OperationType.STEP && first.Name === GUARDS_STEP;
    this.isAdmitted = first !== undefined && (!this.#isRecorded || first.Status === OperationStatus.SUCCEEDED);
  }

  /** Whether anything of the execution was saved. */
  readonly hasBegun: boolean;

  /** Whether the guards of the durable method have let this invocation pass. */
  get hasPassedGuards(): boolean {
    return this.#hasPassedGuards;
  }

  /**
   * Asks the guards. Their verdict counts until the execution is admitted; afterwards only their effects do.
   *
   * Nothing is awaited before the first guard is asked: what it enters by `AsyncLocalStorage.enterWith()` reaches the
   * handler only if it is called where Nest calls it.
   */
  async pass({ guards, request, options, ask }: GuardedCall): Promise<boolean> {
    const kept = keptRequest(request, options);
    let recalled: Promise<unknown> | undefined;
    const recall = () => (recalled ??= this.#recall(kept, options));
    if (this.isAdmitted) {
      const refused = async (guard: Guard, reason: unknown) => refusedAfterwards(guard, reason, { kept, recall });
      await ask(guards.map((guard) => ({ canActivate: (context) => effectsOf(guard, context, refused) })));
    } else if (!(await ask(guards))) {
      return false;
    }
    await kept?.restore(await recall());
    this.#hasPassedGuards = true;
    return true;
  }

  /** The handler is next: where no guard was asked, a step that an earlier version has saved still takes its place. */
  handlerIsNext(): void {
    if (this.#isRecorded) void this.#recall(undefined, undefined);
  }

  /** Saves in the first invocation, reads in every other, and gives what was saved through the serdes in each. */
  async #recall(kept: KeptRequest | undefined, options: AdmissionOptions | false | undefined): Promise<unknown> {
    const toSave = this.isAdmitted ? undefined : await kept?.save();
    if (toSave === undefined && !this.#isRecorded) return undefined;
    this.#isRecorded = false;
    const { serdes } = options || {};
    const saved: unknown = await this.invocation.context.step(GUARDS_STEP, async () => toSave ?? null, {
      serdes,
      // Nothing happens outside in it, so it may be repeated at once.
      countInterruptedAttempts: false,
    });
    return saved ?? undefined;
  }
}

/** Operations are told in the order in which they started. */
function firstOperation(state: ExecutionState): Operation | undefined {
  for (const operation of state.all()) {
    if (operation.Type !== OperationType.EXECUTION && !isFailedInvocation(operation)) return operation;
  }
  return undefined;
}

type Refused = (guard: Guard, reason: unknown) => Promise<true>;

/** Asks a guard synchronously, as Nest does; whatever it answers, the chain goes on. */
function effectsOf(guard: Guard, context: unknown, refused: Refused): unknown {
  const judge = (verdict: unknown): true | Promise<true> => (verdict ? true : refused(guard, verdict));
  const failed = (error: unknown): Promise<true> => refused(guard, error);
  try {
    const answer = guard.canActivate(context);
    return typeof answer === 'boolean' ? judge(answer) : verdictOf(answer).then(judge, failed);
  } catch (error) {
    return failed(error);
  }
}

async function verdictOf(answer: unknown): Promise<unknown> {
  const value = isObservable(answer) ? answer : await answer;
  return isObservable(value) ? lastValueFrom(value) : value;
}

interface Recall {
  kept: KeptRequest | undefined;
  recall(): Promise<unknown>;
}

async function refusedAfterwards(guard: Guard, reason: unknown, { kept, recall }: Recall): Promise<true> {
  // Who states the scope of a failure does not refuse: the invocation, or the execution, is to end.
  if (isUnrecoverableError(reason)) throw reason;
  Logger.debug(`${nameOf(guard)} refuses after the execution was admitted: ${textOf(reason)}`, 'DurableExecution');
  await kept?.restoreMissing(await recall());
  return true;
}
