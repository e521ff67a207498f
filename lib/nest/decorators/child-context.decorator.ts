import type { ChildConfig } from '../../engine/operations/child-context-config.js';
import type { OptionTypes } from '../errors/assert-options.js';
import { ambientOperation, type AsyncMethodDecorator } from './ambient-operation.js';
import { namedOptions } from './named-options.js';

export interface ChildContextOptions extends ChildConfig<unknown> {
  /** @defaultValue the name of the method */
  name?: string;
}

/** The operation itself checks the values. */
const OPTIONS: OptionTypes<ChildContextOptions> = {
  errorMapper: '',
  name: 'string',
  serdes: '',
  subType: '',
  summaryGenerator: '',
  virtualContext: '',
};

/**
 * Makes calls of a method child contexts: operations inside have their own numbering, and the result is saved as a
 * whole.
 *
 * Outside executions, and inside a step, it is a plain method. Persisted: the result, and what its operations persist.
 *
 * @throws {ChildContextError} (from the call) when the method threw anything except an `HttpException`, which stays
 *   unchanged
 * @example
 * ```ts
 * @ChildContext('ship order')
 * async ship(order: Order): Promise<Parcel> {}
 * ```
 */
export function ChildContext(options?: ChildContextOptions): AsyncMethodDecorator;
export function ChildContext(name: string, options?: Omit<ChildContextOptions, 'name'>): AsyncMethodDecorator;
export function ChildContext(
  nameOrOptions: string | ChildContextOptions = {},
  rest?: Omit<ChildContextOptions, 'name'>,
): AsyncMethodDecorator {
  const { name, ...config } = namedOptions('@ChildContext()', [nameOrOptions, rest], OPTIONS);
  return ambientOperation({
    decorator: '@ChildContext()',
    name,
    run: (context, child, { body }) => context.runInChildContext(child, body, config),
  });
}
