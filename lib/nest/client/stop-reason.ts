import type { RecordedError } from '../../client/control-types.js';
import { unknownOption } from '../../client/unknown-option.js';
import { assertOptions } from '../errors/assert-options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { graceWithoutCompensation } from './client.messages.js';

/** Options of a stop, and members of its reason. */
const MEMBERS = {
  compensate: true,
  graceSeconds: true,
  type: true,
  message: true,
  data: true,
  stackTrace: true,
  name: true,
} as const;

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
  assertOptions('stop()', { compensate, graceSeconds }, { compensate: 'boolean', graceSeconds: 'number' });
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
