import { unknownOption, wrongOption } from '../durable-execution.messages.js';
import { DurableConfigurationError } from './durable-configuration-error.js';

/**
 * Every option and the type of its value, such as `'string or false'`; empty if it is checked elsewhere. The compiler
 * finds an option that is missing here.
 */
export type OptionTypes<T> = Readonly<Record<keyof Required<T>, string>>;

/**
 * Checks options that the compiler may not have seen: of a JavaScript file, or built at run time. An ignored option,
 * such as `secret` beside `signature`, would silently leave out what it was to do.
 *
 * @param place - what receives them in messages, such as `@Step()`
 * @throws {DurableConfigurationError} for an unknown option, or a value of another type
 */
export function assertOptions<T>(place: string, options: object, types: OptionTypes<T>): void {
  for (const [name, value] of Object.entries(options)) {
    const expected = (types as Readonly<Record<string, string | undefined>>)[name];
    if (expected === undefined) throw new DurableConfigurationError(unknownOption(place, name, Object.keys(types)));
    if (!expected || value === undefined || value === null) continue;
    const actual = Array.isArray(value) ? 'array' : typeof value;
    if (!expected.split(' or ').some((type) => type === actual || type === String(value)))
      throw new DurableConfigurationError(wrongOption(place, name, expected));
  }
}
