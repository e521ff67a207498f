import { assertOptions, type OptionTypes } from '../errors/assert-options.js';
import { assertParentheses } from './decorated-method.js';

/**
 * The options of a decorator that accepts a name, options, or a name and further options.
 * @param decorator - its name in messages, such as `@Step()`
 * @throws {DurableConfigurationError} when the decorator has no parentheses, or for a wrong option
 */
export function namedOptions<T extends { name?: string }>(
  decorator: string,
  [first, rest]: readonly [first: string | T, rest: Omit<T, 'name'> | undefined],
  types: OptionTypes<T>,
): T {
  assertParentheses(decorator, first);
  const options = typeof first === 'string' ? ({ ...rest, name: first } as T) : first;
  assertOptions(decorator, options, types);
  return options;
}
