import type { RecordedError } from '../../client/control-types.js';
import { unknownOption } from '../../client/unknown-option.js';
import { assertOptions, type OptionTypes } from '../errors/assert-options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { graceWithoutCompensation } from './client.messages.js';

/** Asks an execution to stop, so that it undoes what it has done. Type, message and data tell it why. */
export interface CompensatingStop extends RecordedError {
  compensate: true;
  /** How long the execution may take to end by itself, in seconds; then it is stopped. @defaultValue 60 */
  graceSeconds?: number;
}

const OPTIONS = { compensate: 'boolean', graceSeconds: 'number' } as const;

/** Of a stop that compensates: its options, and the members of its reason. */
export const STOP: OptionTypes<CompensatingStop> = {
  ...OPTIONS,
  type: 'string',
  message: 'string',
  data: 'string',
  stackTrace: 'array',
};

/** What is thrown may be the reason of any other stop. */
const MEMBERS = { ...STOP, name: 'string' };

/**
 * The reason of a stop, without its options. An object that was written for the call has no other members: a misspelled
 * `compensate` would stop without compensation. What was thrown, such as an error of a library, may have any.
 *
 * @throws {DurableConfigurationError} for an option that does not exist, has a wrong value or has no effect
 */
export function reasonOf(request: unknown): RecordedError {
  if (!isLiteral(request)) return request as RecordedError;
  const problem = unknownOption(request, MEMBERS);
  if (problem !== undefined) throw new DurableConfigurationError(`stop() ${problem}`);
  const { compensate, graceSeconds, ...reason } = request as Record<string, unknown>;
  assertOptions('stop()', { compensate, graceSeconds }, OPTIONS);
  if (compensate === undefined && graceSeconds !== undefined)
    throw new DurableConfigurationError(graceWithoutCompensation);
  return reason;
}

/** @throws {RangeError} for what is no number of seconds */
export function assertGraceSeconds(graceSeconds: number): void {
  if (graceSeconds >= 0) return;
  throw new RangeError(`graceSeconds is ${graceSeconds}; give a number of seconds of at least 0.`);
}

/** An object as code writes it, of any realm. */
function isLiteral(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
