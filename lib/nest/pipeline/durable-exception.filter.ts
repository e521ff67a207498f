import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { InvocationScope } from './invocation-scope.js';

/** Stands for all that is the durable filter's to handle. Nest asks with `instanceof` whether a filter is for an error. */
class ExecutionFailure {
  static [Symbol.hasInstance](thrown: unknown): boolean {
    return InvocationScope.current()?.claims(thrown) ?? false;
  }
}

/**
 * Proposes the failure of guards, pipes, handler or interceptors as the outcome of the invocation.
 *
 * It never throws and never leaves an answer to chance: what it does not decide, the engine has decided already.
 * Stateless, and applied by `@Durable()` as an instance, so that it wins over global filters.
 */
@Catch(ExecutionFailure)
export class DurableExceptionFilter implements ExceptionFilter {
  /** @returns `true`: on the direct route Nest takes what is false for "not handled", logs the error and throws it again */
  catch(exception: unknown, host: ArgumentsHost): true {
    const scope = InvocationScope.current();
    // An error after the end tells only that the pipeline was cut short, as by suspension.
    if (!scope || scope.invocation.isSettled) return true;
    scope.fail(exception);
    if (scope.route === 'http') endResponse(host);
    return true;
  }
}

export const durableExceptionFilter = new DurableExceptionFilter();

/** Lets middleware that waits for the end of the response unwind; nobody reads the answer. */
function endResponse(host: ArgumentsHost): void {
  const response = host.switchToHttp().getResponse<ServerResponse & { raw?: ServerResponse }>();
  const raw = response.raw ?? response;
  if (raw.writableEnded) return;
  if (!raw.headersSent) raw.statusCode = 500;
  raw.end();
}
