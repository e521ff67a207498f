import { type ExecutionContext, HttpException, HttpStatus } from '@nestjs/common';
import { notDurable } from '../durable-execution.messages.js';
import { DurableConfigurationError } from './durable-configuration-error.js';

/** A plain request reached a `@Durable()` route: the function it runs in is not durable. */
export class NotDurableException extends HttpException {
  constructor(place: string) {
    super(notDurable(place), HttpStatus.NOT_IMPLEMENTED);
  }
}

/** The error of a `@Durable()` method for a call that is not part of a durable execution. */
export function notDurableError(context: ExecutionContext): Error {
  const place = `${context.getClass().name}.${context.getHandler().name}`;
  return context.getType() === 'http'
    ? new NotDurableException(place)
    : new DurableConfigurationError(notDurable(place));
}
