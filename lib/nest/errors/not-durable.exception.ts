import { type ExecutionContext, HttpException, HttpStatus } from '@nestjs/common';
import { placeOf } from '../discovery/discovered-handler.js';
import { methodNameOf } from '../discovery/method-name.js';
import { notDurable } from './errors.messages.js';
import { DurableConfigurationError } from './durable-configuration-error.js';

/** A plain request reached a `@Durable()` route: the function it runs in is not durable. */
export class NotDurableException extends HttpException {
  constructor(place: string) {
    super(notDurable(place), HttpStatus.NOT_IMPLEMENTED);
  }
}

/** The error of a `@Durable()` method for a call that is not part of a durable execution. */
export function notDurableError(context: ExecutionContext): Error {
  const place = placeOf({ className: context.getClass().name, methodName: methodNameOf(context.getHandler()) });
  return context.getType() === 'http'
    ? new NotDurableException(place)
    : new DurableConfigurationError(notDurable(place));
}
