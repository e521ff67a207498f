import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { shared } from '../../process-state.js';
import { currentScope } from './current-scope.js';
import { endResponse } from './end-response.js';

/**
 * Nest uses `instanceof` to find the filter for an error, and checks this filter first: so it sees every failure, and
 * handles only those that filters must not handle.
 */
/* eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest asks by `instanceof`, which asks a class */
class NotForFilters {
  static [Symbol.hasInstance](thrown: unknown): boolean {
    return currentScope()?.progress.observes(thrown) ?? false;
  }
}

/**
 * Observes the failures of the pipeline of a `@Durable()` method; the application's own filters respond to them. It
 * handles failures that they cannot change: one that states its scope, and anything after the end of the invocation.
 *
 * It never throws. It is stateless, and `@Durable()` applies it as an instance, so that it is checked before all
 * others.
 */
@Catch(NotForFilters)
export class DurableExceptionFilter implements ExceptionFilter {
  /**
   * @returns `true`: on the direct route Nest takes a false value for "not handled", logs the error and throws it again
   */
  catch(_exception: unknown, host: ArgumentsHost): true {
    // Middleware may wait for the end of the response; it is not read.
    if (currentScope()?.route === 'http') endResponse(host);
    return true;
  }
}

export const durableExceptionFilter = shared('filter', () => new DurableExceptionFilter());
