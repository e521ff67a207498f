import type { StepConfig } from '../../engine/operations/step-config.js';
import { COMPENSATION_METADATA } from '../durable-execution.constants.js';
import { duplicateUndo } from './compensation.messages.js';
import { assertParentheses, decoratedMethod } from '../decorators/decorated-method.js';
import { STEP_OPTIONS } from '../decorators/step-options.js';
import { markMethod } from '../discovery/method-marks.js';
import { assertOptions } from '../errors/assert-options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { declaredSagaOf } from './declared-undos.js';

/**
 * Makes a method undo a step of the same class, if the durable method fails after that step. The undos run as durable
 * steps, named `undo <step>`, with their own retries, in reverse order; after a crash they continue where they were.
 *
 * The method is called with the step's result, and then with the arguments that the step was called with. It is also
 * called if the last attempt has failed without a response, because the step may have taken effect, and if the result
 * cannot be saved: the result is `undefined` then.
 *
 * Call the step from the durable method itself, or from code that it calls; in a child context use `context.saga()`.
 *
 * @param step - the name of the step
 * @param config - of the step that undoes it
 * @example
 * ```ts
 * @Step('reserve stock')
 * async reserve(order: Order): Promise<Reservation> {}
 *
 * @Compensate('reserve stock')
 * async release(reservation: Reservation | undefined, order: Order): Promise<void> {}
 * ```
 */
export function Compensate(step: string, config: StepConfig<unknown> = {}): MethodDecorator {
  assertParentheses('@Compensate()', step);
  assertOptions('@Compensate()', config, STEP_OPTIONS);
  return (target, key, descriptor) => {
    const method = decoratedMethod(
      '@Compensate()',
      { target, key, descriptor: descriptor as never },
      { mayBeStatic: true },
    );
    const { undos } = declaredSagaOf(target);
    const other = undos.get(step);
    const className = target.constructor.name;
    if (other) throw new DurableConfigurationError(duplicateUndo(className, step, [other.method, key].map(String)));
    undos.set(step, { method: key, config });
    markMethod(COMPENSATION_METADATA, step, { target, name: key, method });
  };
}
