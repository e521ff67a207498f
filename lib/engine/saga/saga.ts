import { memberOf } from '../../wire/thrown.js';
import { isRetryableError } from '../base/errors/recognise.js';
import type { DurableContext } from '../context/durable-context.js';
import type { StepConfig, StepContext, StepFunc } from '../operations/step-config.js';
import { CompensationError, type FailedUndo } from './compensation-error.js';
import type { SagaScope, SagaStepConfig, Undo } from './saga-scope.js';

/** The context in which the steps that undo run. */
const COMPENSATION = 'compensation';

/** Steps of which nobody knows whether they took effect. */
const UNKNOWN = new Set(['UnknownOutcomeError', 'StepInterruptedError', 'StepTimeoutError']);

/**
 * Steps and what undoes them. When the body fails, the undos run one by one, the last step first, each as a durable step: a crash
 * in between goes on where it was. Steps that are still running are waited for first, and none begins any more.
 */
export class Saga implements SagaScope {
  readonly #context: DurableContext;
  readonly #undos: Array<{
    name: string;
    run(context: StepContext): unknown;
    config?: StepConfig<unknown> | undefined;
  }> = [];
  readonly #running = new Set<Promise<unknown>>();
  #hasFailed = false;

  constructor(context: DurableContext) {
    this.#context = context;
  }

  // eslint-disable-next-line no-restricted-syntax -- as `context.step()`, with the undo beside the body
  step<T>(name: string, body: StepFunc<T>, undo: Undo<T>['run'], config: SagaStepConfig<T> = {}): Promise<T> {
    const { undo: undoConfig, ...own } = config;
    return this.track(name, () => this.#context.step(name, body, own), { run: undo, config: undoConfig });
  }

  onFailure(name: string, undo: (context: StepContext) => unknown, config?: StepConfig<unknown>): void {
    this.#undos.push({ name, run: undo, config });
  }

  /** Begins an operation, and knows from its end on how it is undone. */
  async track<T>(name: string, begin: () => PromiseLike<T>, undo: Undo<T>): Promise<T> {
    if (this.#hasFailed) throw new Error(`"${name}" has not begun: what came before it is being undone.`);
    const known = (result: T | undefined) => this.onFailure(name, (context) => undo.run(result, context), undo.config);
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
   * Undoes everything, unless the invocation is only to be repeated.
   *
   * @throws what has failed first; a {@link CompensationError} with it as the cause where something could not be undone
   */
  async compensate(first: unknown): Promise<never> {
    if (isRetryableError(first)) throw first;
    this.#hasFailed = true;
    if (this.#running.size > 0) await Promise.allSettled([...this.#running]);
    if (this.#undos.length === 0) throw first;
    const failures = await this.#context.runInChildContext(COMPENSATION, (child) => this.#undoAll(child));
    throw failures.length === 0 ? first : new CompensationError(first, failures);
  }

  async #undoAll(context: DurableContext): Promise<FailedUndo[]> {
    const failures: FailedUndo[] = [];
    for (const { name, run, config } of this.#undos.splice(0).reverse()) {
      try {
        await context.step(`undo ${name}`.slice(0, 256), async (step) => void (await run(step)), config);
      } catch (error) {
        const { name: errorType, message } = (memberOf(error, 'cause') ?? error) as Error;
        failures.push({ step: name, errorType, message });
      }
    }
    return failures;
  }
}

/** Runs a body whose steps are undone when it fails. */
export async function runSaga<T>(context: DurableContext, body: (saga: SagaScope) => Promise<T>): Promise<T> {
  const saga = new Saga(context);
  try {
    return await body(saga);
  } catch (error) {
    return saga.compensate(error);
  }
}

function mayHaveTakenEffect(error: unknown): boolean {
  const names = [memberOf(error, 'name'), memberOf(memberOf(error, 'cause'), 'name')];
  return names.some((name) => UNKNOWN.has(String(name)));
}
