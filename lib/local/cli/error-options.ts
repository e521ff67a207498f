import type { ErrorObject } from '../../wire/operation.js';
import type { CommandOption, OptionValues } from './command.js';
import { textOption } from './option-values.js';

/** Options of the commands that end something with an error. */
export const ERROR_OPTIONS: Readonly<Record<string, CommandOption>> = {
  'error-type': { type: 'string', value: 'NAME', description: 'class of the error' },
  'error-message': { type: 'string', mayBeEmpty: true, value: 'TEXT', description: 'what went wrong' },
};

export function errorObjectOf(values: OptionValues): ErrorObject {
  const ErrorType = textOption(values, 'error-type');
  const ErrorMessage = textOption(values, 'error-message');
  return { ...(ErrorType !== undefined && { ErrorType }), ...(ErrorMessage !== undefined && { ErrorMessage }) };
}
