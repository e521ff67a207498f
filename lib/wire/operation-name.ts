import { OPERATION_NAME_CHARACTERS } from './limits.js';

/** The allowed names of an operation, in words. */
export const OPERATION_NAME_RULE = `1 to ${OPERATION_NAME_CHARACTERS} characters of printable ASCII`;

/** One character, without their number: compiling a repetition of up to 256 took a third of a replay in a new process. */
const NOT_PRINTABLE = /[^ -~]/;

/** Whether the service accepts a name; it refuses any other with a permanent 400. */
export function isOperationName(name: unknown): name is string {
  if (typeof name !== 'string' || name.length === 0 || name.length > OPERATION_NAME_CHARACTERS) return false;
  return !NOT_PRINTABLE.test(name);
}
