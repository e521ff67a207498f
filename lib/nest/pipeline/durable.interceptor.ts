import type { ServerResponse } from 'node:http';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, defer, finalize, identity, NEVER, type Observable, tap, throwError } from 'rxjs';
import { shared } from '../../process-state.js';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { durableOptionsOf } from '../discovery/method-marks.js';
import { notDurableError } from '../errors/not-durable.exception.js';
import { answerableError } from './http-answer.js';
import { currentScope } from './current-scope.js';
import type { InvocationScope } from './invocation-scope.js';
import { rawResponseOf } from './raw-response.js';
import { untilSettled } from './until-settled.js';

/**
 * Follows the handler for the invocation. A suspended handler has neither a value nor an end: its stream is silent, and
 * a promise of it never settles, as in the handler itself.
 *
 * It is stateless, and `@Durable()` applies it as an instance: Nest skips class-based enhancers of controllers on the
 * direct route (nestjs/nest#11272).
 */
export class DurableInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scope = currentScope();
    if (!scope) throw notDurableError(context);
    const method = context.getHandler() as HandlerMethod;
    const options = durableOptionsOf(method) ?? {};
    if (scope.refusesToRun(context.getClass(), method, options)) return untilSettled(NEVER, scope.invocation);
    scope.handlerIs(method, options);
    const response = scope.route === 'http' ? rawResponseOf(context) : undefined;
    // Called now: the handler gets the stores of `AsyncLocalStorage` that an interceptor calls it in.
    return untilSettled(handlerOf({ scope, called: next.handle(), response }), scope.invocation);
  }
}

/** The same for every copy of this package, so that a method has it once, whichever copy decorates it. */
export const durableInterceptor = shared('interceptor', () => new DurableInterceptor());

interface HandlerCall {
  scope: InvocationScope;
  /** The handler, called once subscribed to. */
  called: Observable<unknown>;
  response: ServerResponse | undefined;
}

/**
 * Deferred, so that an interceptor that subscribes again (`retry`) calls the handler again. After a final failure nothing
 * is called any more: while everything is undone, no operation may begin.
 */
function handlerOf({ scope, called, response }: HandlerCall): Observable<unknown> {
  const { progress } = scope;
  return defer(() => {
    if (progress.hasFailedFinally) return NEVER;
    let hasReturned = false;
    if (!progress.hasStarted) scope.admission.handlerIsNext();
    progress.handlerStarts();
    const answered = response ? catchError((error: unknown) => throwError(() => answerableError(error))) : identity;
    return called.pipe(
      answered,
      tap({
        next: () => progress.handlerGave(),
        complete: () => (hasReturned = true),
        error: (error: unknown) => progress.handlerThrew(error),
      }),
      finalize(() => progress.handlerEnded({ hasReturned })),
    );
  });
}
