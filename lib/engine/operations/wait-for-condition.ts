import { OperationAction, OperationStatus, OperationSubType, type Operation } from '../../wire/operation.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { DurableOperationError } from '../errors/operation-errors.js';
import { isUnrecoverableError } from '../errors/recognise.js';
import { attemptOf, AttemptedOperation } from './attempted-operation.js';
import type { OperationPlace } from './operation.js';
import type {
  WaitForConditionCheckFunc,
  WaitForConditionConfig,
  WaitForConditionDecision,
} from './wait-for-condition-config.js';

/** A state that is checked until it will do, each attempt beginning with what the one before has saved (PROTOCOL §5.6). */
export class WaitForConditionOperation<T> extends AttemptedOperation<T> {
  readonly subType = OperationSubType.WAIT_FOR_CONDITION;
  readonly #check: WaitForConditionCheckFunc<T>;
  readonly #config: WaitForConditionConfig<T> | undefined;

  constructor(
    place: OperationPlace,
    check: WaitForConditionCheckFunc<T>,
    config: WaitForConditionConfig<T> | undefined,
  ) {
    super(place, config?.serdes);
    this.#check = check;
    this.#config = config;
  }

  protected start(): Promise<void> {
    return this.#announcedAttempt(undefined);
  }

  protected replay(existing: Operation): void | Promise<void> {
    switch (existing.Status) {
      case OperationStatus.SUCCEEDED:
        return this.succeeded(existing.StepDetails?.Result);
      case OperationStatus.PENDING:
        return this.awaitNextAttempt(existing);
      case OperationStatus.READY:
        return this.#announcedAttempt(existing);
      case OperationStatus.STARTED:
        return this.#attempt(existing);
      case OperationStatus.FAILED:
      case OperationStatus.CANCELLED:
      case OperationStatus.TIMED_OUT:
      case OperationStatus.STOPPED:
        return this.failed(DurableOperationError.fromErrorObject(existing.StepDetails?.Error ?? {}));
      default:
        return existing.Status satisfies never;
    }
  }

  #announcedAttempt(existing: Operation | undefined): Promise<void> {
    const config = this.#checkedConfig();
    this.enqueue(OperationAction.START);
    return this.#attempt(existing, config);
  }

  #attempt(existing: Operation | undefined, config = this.#checkedConfig()): Promise<void> {
    return this.executing(async () => {
      const saved = existing?.StepDetails?.Result ?? undefined;
      const state = saved === undefined ? config.initialState : ((await this.decode(saved)) as T);
      await this.#checkFrom(state, existing ? attemptOf(existing) : 1, config);
    });
  }

  /** Neither a check nor a strategy that throws is tried again: what is uncertain belongs into the state. */
  async #checkFrom(state: T, attempt: number, { waitStrategy }: WaitForConditionConfig<T>): Promise<void> {
    let next: T;
    let decision: WaitForConditionDecision;
    try {
      next = await this.runBody(attempt, (context) => this.#check(state, context));
      decision = waitStrategy(next, attempt);
    } catch (thrown) {
      if (isUnrecoverableError(thrown)) throw thrown;
      return this.fail(thrown);
    }
    if (!decision.shouldContinue) return this.succeed(next);
    await this.retry({ Payload: await this.encode(next) }, decision.delay);
  }

  #checkedConfig(): WaitForConditionConfig<T> {
    if (this.#config?.initialState !== undefined && typeof this.#config.waitStrategy === 'function')
      return this.#config;
    throw new ConfigValidationError(
      `${this.label} lacks a waitStrategy or an initialState. The first check is given initialState, which may be null ` +
        'but not undefined.',
    );
  }
}
