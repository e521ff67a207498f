import type { RetryStrategy, StepConfig } from '../../engine/operations/step-config.js';
import { ambientOperation, type AsyncMethodDecorator } from './ambient-operation.js';

export interface StepOptions extends Omit<StepConfig<unknown>, 'retryStrategy'> {
  /** @defaultValue the name of the method */
  name?: string;
  /** @defaultValue `retryPresets.default`: 6 attempts, 5 s doubling to 60 s, full jitter */
  retry?: RetryStrategy;
}

/**
 * Makes calls of a method durable steps: the result is saved, and on replay the method is not run again.
 *
 * Outside executions it is a plain method. Inside a step it is a plain call too, and so part of that step: steps do not
 * nest. Persisted: the result; the arguments are not.
 *
 * @throws {StepError} (from the call) when the last attempt failed
 * @example
 * ```ts
 * @Step({ name: 'charge card', retry: retryPresets.linear })
 * async charge(order: Order): Promise<Receipt> {}
 * ```
 */
export function Step(options?: StepOptions): AsyncMethodDecorator;
export function Step(name: string, options?: Omit<StepOptions, 'name'>): AsyncMethodDecorator;
export function Step(
  nameOrOptions: string | StepOptions = {},
  rest: Omit<StepOptions, 'name'> = {},
): AsyncMethodDecorator {
  const options: StepOptions = typeof nameOrOptions === 'string' ? { ...rest, name: nameOrOptions } : nameOrOptions;
  const { name, retry, ...config } = options;
  return ambientOperation({
    decorator: '@Step()',
    name,
    run: (context, step, body) => context.step(step, body, { ...config, retryStrategy: retry }),
  });
}
