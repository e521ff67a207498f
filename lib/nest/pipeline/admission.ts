import { isFailedInvocation } from '../../engine/invocation/invocation-engine.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import type { ExecutionState } from '../../engine/state/execution-state.js';
import { type Operation, OperationStatus, OperationType } from '../../wire/operation.js';
import type { AdmissionOptions } from '../durable-execution.options.js';
import { type GivenRequest, type KeptRequest, keptRequest } from './kept-request.js';
import type { Guard } from './guard.js';
import { effectsOf } from './guard-effects.js';
import type { NestTools } from './nest-tools.js';

/** The step that saves what guards have put on the request; it is always the first operation. */
export const GUARDS_STEP = 'nest:guards';

/** The guards of one call, as Nest has found them, and the function that runs a guard. */
export interface GuardedCall extends GivenRequest {
  guards: readonly Guard[];
  ask(guards: readonly Guard[]): Promise<boolean>;
  nest: NestTools;
}

/** Whether guards have accepted this execution in an earlier invocation, and what they put on the request then. */
export class Admission {
  /**
   * Durable operations are refused before the guards have passed, so an execution that has saved any was admitted. An
   * interrupted step of the guards says nothing: their decision counts again.
   */
  readonly isAdmitted: boolean;
  /** The step of the guards must take its position again. */
  #isRecorded: boolean;
  /** What was saved of the guards, as text. */
  readonly #savedText: string | undefined;

  constructor(
    private readonly invocation: DurableInvocation,
    state: ExecutionState,
  ) {
    const first = firstOperation(state);
    this.hasBegun = first !== undefined;
    this.#isRecorded = first?.Type === OperationType.STEP && first.Name === GUARDS_STEP;
    this.#savedText = this.#isRecorded ? first?.StepDetails?.Result : undefined;
    this.isAdmitted = first !== undefined && (!this.#isRecorded || first.Status === OperationStatus.SUCCEEDED);
  }

  /** Whether anything of the execution was saved. */
  readonly hasBegun: boolean;

  /**
   * Runs the guards. Their decision counts until the execution is admitted; afterwards only their effects do.
   *
   * Nothing is awaited before a guard runs, unless Nest awaits a guard before it: a store that it enters by
   * `AsyncLocalStorage.enterWith()` reaches the handler only if the guard is called where Nest calls it.
   */
  async pass({ guards, ask, nest, ...given }: GuardedCall): Promise<boolean> {
    const { options } = given;
    const kept = keptRequest(given);
    let recalled: Promise<unknown> | undefined;
    const recall = () => (recalled ??= this.#recall(kept, options));
    if (this.isAdmitted) {
      const restore = (): unknown => {
        if (options && options.serdes) return recall().then((saved) => kept?.restoreMissing(saved));
        return kept?.restoreMissing(this.#savedText && JSON.parse(this.#savedText));
      };
      await ask(effectsOf(guards, { restore, nest }));
    } else if (!(await ask(guards))) {
      return false;
    }
    await kept?.restore(await recall());
    return true;
  }

  /** The handler is next: if no guard ran, a step that an earlier version has saved still takes its position. */
  handlerIsNext(): void {
    if (this.#isRecorded) void this.#recall(undefined, undefined);
  }

  /** Saves in the first invocation, reads in every other, and passes the saved value through the serdes in each. */
  async #recall(kept: KeptRequest | undefined, options: AdmissionOptions | false | undefined): Promise<unknown> {
    const toSave = this.isAdmitted ? undefined : await kept?.save();
    if (toSave === undefined && !this.#isRecorded) return undefined;
    this.#isRecorded = false;
    const { serdes } = options || {};
    return this.invocation.context.step<unknown>(GUARDS_STEP, async () => toSave ?? null, {
      serdes,
      // It has no effects on other systems, so it may be repeated immediately.
      countInterruptedAttempts: false,
    });
  }
}

/** Operations are listed in the order in which they started. */
function firstOperation(state: ExecutionState): Operation | undefined {
  for (const operation of state.all()) {
    if (operation.Type !== OperationType.EXECUTION && !isFailedInvocation(operation)) return operation;
  }
  return undefined;
}
