import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { shared } from '../../process-state.js';
import { InvocationScope } from './invocation-scope.js';

/**
 * Nest asks with `instanceof` whether a filter is for an error, this one's first: so it hears of every failure, and takes
 * only those that are not for filters at all.
 */
/* eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest asks by `instanceof`, which asks a class */
class NotForFilters {
  static [Symbol.hasInstance](thrown: unknown): boolean {
    return InvocationScope.current()?.progress.observes(thrown) ?? false;
  }
}

/**
 * Observes what leaves the pipeline of a `@Durable()` method; the application's own filters answer it. It takes what they
 * cannot change: a failure that states its scope, and whatever comes after the end of the invocation.
 *
 * It never throws. Stateless, and applied by `@Durable()` as an instance, so that it is asked before all others.
 */
@Catch(NotForFilters)
export class DurableExceptionFilter implements ExceptionFilter {
  /** @returns `true`: on the direct route Nest takes what is false for "not handled", logs the error and throws it again */
  catch(_exception: unknown, host: ArgumentsHost): true {
    const scope = InvocationScope.current();
    // Middleware waits for the end of the response, and of a suspended invocation there is none.
    if (scope?.route === 'http' && !scope.progress.wasOver) endResponse(host);
    return true;
  }
}

export const durableExceptionFilter = shared('filter', () => new DurableExceptionFilter());

/** Lets middleware that waits for the end of the response unwind; nobody reads the answer. */
function endResponse(host: ArgumentsHost): void {
  const response = host.switchToHttp().getResponse<ServerResponse & { raw?: ServerResponse }>();
  const raw = response.raw ?? response;
  if (raw.writableEnded) return;
  if (!raw.headersSent) raw.statusCode = 500;
  raw.end();
}
