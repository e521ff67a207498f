import { unknownOption } from '../../client/unknown-option.js';
import { noOptionsObject, wrongOption } from './errors.messages.js';
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
 * @throws {DurableConfigurationError} for an unknown option, or a value of another type, such as null
 */
export function assertOptions<T>(place: string, options: object, types: OptionTypes<T>): void {
  assertObject(place, options);
  const problem = unknownOption(options, types);
  if (problem !== undefined) throw new DurableConfigurationError(`${place} ${problem}`);
  for (const [name, value] of Object.entries(options)) {
    const expected = (types as Readonly<Record<string, string>>)[name];
    if (!expected || value === undefined) continue;
    if (!expected.split(' or ').some((type) => type === typeOf(value) || type === String(value)))
      throw new DurableConfigurationError(wrongOption(place, name, { expected, given: kindOf(value) }));
  }
}

/** @throws {DurableConfigurationError} for options that are no object, such as null */
export function assertObject(place: string, options: unknown): void {
  if (typeOf(options) !== 'object') throw new DurableConfigurationError(noOptionsObject(place, options));
}

/** `5`, `null`, `a string`, `an object`: what may be a secret is not shown. */
function kindOf(value: unknown): string {
  const type = typeOf(value);
  if (['boolean', 'null', 'number'].includes(type)) return String(value);
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
