import type { CallHandler, NestInterceptor } from '@nestjs/common';
import type { ExternalContextCreator } from '@nestjs/core';
import { isObservable, tap } from 'rxjs';
import { answersItself } from '../discovery/answers-itself.js';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import { durableOptionsOf } from '../discovery/method-marks.js';
import { assertDecorated } from './assert-decorated.js';
import { currentScope } from './current-scope.js';
import { durableInterceptor } from './durable.interceptor.js';
import type { InvocationScope } from './invocation-scope.js';
import { type FrameworkResponse, rawResponse } from './raw-response.js';
import { replaceMethod } from './replace-method.js';
import { ResponseWatch } from './response-watch.js';
import { untilSettled } from './until-settled.js';

const SEAM = Symbol.for('nestjs-durable-execution:unwinding-seam');

type Intercept = (
  this: unknown,
  ...call: [
    interceptors: readonly NestInterceptor[],
    args: readonly unknown[],
    instance: unknown,
    callback: HandlerMethod,
    ...rest: unknown[],
  ]
) => Promise<unknown>;

/**
 * Follows the whole chain of interceptors for the invocation. When that ends, code around a handler that still waits
 * must let go of what it holds. So the chain is unsubscribed from: `finalize` runs, timers of `timeout` are cleared, and
 * no operator takes the suspension for an end. Nest's router, and instrumentation around it, then hear nothing more, as
 * of a handler that waits.
 *
 * A version of Nest without the method is not changed: then only what comes after the handler is not waited for when
 * the response was sent before.
 */
export function installUnwindingSeam(contexts: ExternalContextCreator): void {
  replaceMethod(contexts, { of: 'interceptorsConsumer', method: 'intercept', mark: SEAM }, unwindingAfter);
}

function unwindingAfter(intercept: Intercept): Intercept {
  return function (interceptors, args, instance, method, ...rest) {
    const isDurable = durableOptionsOf(method) !== undefined;
    if (!isDurable) assertDecorated(instance as object, method);
    const scope = isDurable ? currentScope() : undefined;
    if (!scope) return intercept.call(this, interceptors, args, instance, method, ...rest);
    const { invocation, progress } = scope;
    const response = scope.route === 'http' ? rawResponse(args[1] as FrameworkResponse) : undefined;
    const isLeftToMethod = response && answersItself((instance as object).constructor, method);
    progress.interceptorsStart(response, isLeftToMethod ? new ResponseWatch(response, true) : undefined);
    const isSentByNest = response && !isLeftToMethod;
    const ended = tap({
      complete: () => progress.pipelineCompleted(isSentByNest ? new ResponseWatch(response, false) : undefined),
      error: (error: unknown) => progress.pipelineFailed(error),
    });
    const unwinding = (stream: unknown): unknown =>
      isObservable(stream) ? untilSettled(stream, invocation).pipe(ended) : stream;
    const watched = interceptors.map((interceptor) => watching(interceptor, scope));
    return intercept.call(this, watched, args, instance, method, ...rest).then(unwinding);
  };
}

/**
 * The same interceptor; a failure within it that states its scope is final, whatever it makes of that. What is within it
 * is unsubscribed from also if it awaits a promise of that.
 */
function watching(interceptor: NestInterceptor, { invocation, progress }: InvocationScope): NestInterceptor {
  // The innermost watches the handler itself.
  if ((interceptor as unknown) === durableInterceptor) return interceptor;
  const failed = tap({ error: (error: unknown) => progress.handlerThrew(error) });
  const intercept: NestInterceptor['intercept'] = (context, next) => {
    const inner: CallHandler = { handle: () => untilSettled(next.handle().pipe(failed), invocation) };
    return interceptor.intercept(context, inner);
  };
  // It keeps the name of its class.
  return Object.create(interceptor, { intercept: { value: intercept } }) as NestInterceptor;
}
