import { asksNoRules, defaultRetryStrategy, handled } from '../../engine/adapter.js';
import type { RetryStrategy, StepConfig } from '../../engine/operations/step-config.js';
import { compensatedCall } from '../compensation/compensated-call.js';
import { declareStep, undoOf } from '../compensation/declared-undos.js';
import { markStep } from '../discovery/declared-steps.js';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import type { OptionTypes } from '../errors/assert-options.js';
import { type AmbientOperation, ambientOperation, type AsyncMethodDecorator } from './ambient-operation.js';
import { namedOptions } from './named-options.js';
import { retryUnlessRefused } from './retry-unless-refused.js';
import { STEP_OPTIONS } from './step-options.js';

/** The options of `@Step()`. */
export interface StepMethodOptions extends StepConfig<unknown> {
  /** @defaultValue the name of the method */
  name?: string;
  /**
   * A strategy that inspects errors itself is not called for an `HttpException` of 4xx other than 408, 425 and 429: the
   * step has failed then. With a strategy that only counts, such as a preset, the rules decide, and declared rules may
   * retry it.
   * @defaultValue `retryPresets.default`: 6 attempts, 5 s doubling to 60 s, full jitter
   */
  retryStrategy?: RetryStrategy;
  /**
   * Declares that the effect of the step must be undone by code: the application does not boot without a
   * `@Compensate()` method for it.
   * @defaultValue false
   */
  irreversible?: boolean;
}

const OPTIONS: OptionTypes<StepMethodOptions> = { ...STEP_OPTIONS, irreversible: 'boolean', name: 'string' };

/**
 * Makes calls of a method durable steps: the result is saved, and on replay the method is not run again.
 *
 * Outside executions it is a plain method. Inside a step it is a plain call too, and so part of that step: steps do not
 * nest. Persisted: the result; the arguments are not.
 *
 * The caller of the step catches an `HttpException` as an `HttpException`, with its status and response, and as an
 * instance of Nest's class for the status if it was one; live and on replay. So a route responds with it.
 *
 * @throws {StepError} (from the call) when the last attempt failed with anything else
 * @example
 * ```ts
 * @Step({ name: 'charge card', retryStrategy: retryPresets.linear })
 * async charge(order: Order): Promise<Receipt> {}
 * ```
 */
export function Step(options?: StepMethodOptions): AsyncMethodDecorator;
export function Step(name: string, options?: Omit<StepMethodOptions, 'name'>): AsyncMethodDecorator;
export function Step(
  nameOrOptions: string | StepMethodOptions = {},
  rest?: Omit<StepMethodOptions, 'name'>,
): AsyncMethodDecorator {
  const options = namedOptions('@Step()', [nameOrOptions, rest], OPTIONS);
  const { name, retryStrategy: given = defaultRetryStrategy, irreversible, ...others } = options;
  // With a strategy that only counts, rules apply: they know refusals, and declared rules may decide otherwise.
  const retryStrategy = asksNoRules(given) ? retryUnlessRefused(given) : given;
  const config: StepConfig<unknown> = { ...others, retryStrategy };
  return (target, key, descriptor) => {
    const stepName = name ?? String(key);
    const { undos } = declareStep(target, stepName);
    const inherited = undoOf(target, stepName);
    const run: AmbientOperation['run'] = (context, step, { body, self, args }) => {
      const begin = () => context.step(step, () => body(), config);
      const undo = undos.get(step) ?? inherited;
      return undo ? handled(compensatedCall(step, { context, undo, self, args, begin })) : begin();
    };
    ambientOperation({ decorator: '@Step()', name, run })(target, key, descriptor);
    markStep(
      { name: stepName, errors: options.errors, irreversible },
      { target, name: key, method: descriptor.value as unknown as HandlerMethod },
    );
  };
}
