import {
  BadGatewayException,
  type CallHandler,
  type ExecutionContext,
  GoneException,
  type HttpException,
  Inject,
  Injectable,
  InternalServerErrorException,
  Logger,
  type NestInterceptor,
  NotFoundException,
  type Type,
} from '@nestjs/common';
import { catchError, finalize, mergeMap, type Observable, takeLast, tap } from 'rxjs';
import { DurableControlError, NOT_SENT } from '../../client/control-error.js';
import type { ErrorCode } from '../../wire/error-codes.js';
import { DurableClient } from '../client/durable-client.js';
import { callbackNotCompleted } from './webhook.messages.js';
import { answersItself } from '../discovery/answers-itself.js';
import type { HandlerMethod } from '../discovery/discovered-handler.js';
import type { GivenResponse, WithheldResponse } from '../pipeline/withheld-response.js';
import { CallbackRefusal } from './callback-refusal.js';
import { type CallbackRequest, callbackIdOf, type WebhookRoute } from './webhook-route.js';

/**
 * The interceptor of one route: completes the callback that a request names with the route's value. It is a separate
 * class, so that bundlers leave it out if no route completes callbacks.
 */
export function completesCallbackInterceptor(route: WebhookRoute): Type<NestInterceptor> {
  @Injectable()
  class CompletesCallbackInterceptor implements NestInterceptor {
    constructor(@Inject(DurableClient) private readonly client: DurableClient) {}

    async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<void>> {
      const callbackId = callbackIdOf(context.switchToHttp().getRequest<CallbackRequest>(), route);
      if (callbackId === '') throw new NotFoundException('The request names no callback.');
      const withheld = await withheldResponseOf(context);
      let hasReturned = false;
      let isCompleted = false;
      // A method that waits for the end of its own response would wait for ever.
      void withheld?.undecided.then(() => hasReturned || withheld.release(false));
      return next.handle().pipe(
        // As Nest does with the value of a route.
        takeLast(1),
        tap(() => (hasReturned = true)),
        mergeMap((value) => this.client.succeedCallback(callbackId, value)),
        catchError(async (thrown: unknown) => {
          if (!(thrown instanceof CallbackRefusal)) throw thrown;
          await this.client.failCallback(callbackId, thrown.refusal);
        }),
        catchError((thrown: unknown) => refuse(thrown, { callbackId, place: route.place })),
        tap({ complete: () => (isCompleted = true) }),
        finalize(() => withheld?.release(!isCompleted)),
      );
    }
  }
  return CompletesCallbackInterceptor;
}

/**
 * With `@Res()` the method sends the response itself: it is kept until the callback is completed, because Lambda freezes
 * the process after the response. If the callback is not completed, the sender receives the reason instead. If the method has not returned
 * a second after it has ended the response, that is sent.
 */
async function withheldResponseOf(context: ExecutionContext): Promise<WithheldResponse | undefined> {
  if (!answersItself(context.getClass(), context.getHandler() as HandlerMethod)) return undefined;
  const file = await import('../pipeline/withheld-response.js');
  return new file.WithheldResponse(context.switchToHttp().getResponse<GivenResponse>());
}

/** @throws {HttpException} where the callback could not be completed; else what was thrown */
function refuse(thrown: unknown, { callbackId, place }: { callbackId: string; place: string }): never {
  if (!(thrown instanceof DurableControlError)) throw thrown;
  const answer = answerTo(thrown);
  const status = answer.getStatus();
  if (status >= 500) {
    // Nest logs no `HttpException`, and the sender does not learn the reason.
    const reason = thrown.message.replaceAll(callbackId, '…');
    Logger.error(callbackNotCompleted(place, status, reason), 'CompletesCallback');
  }
  throw answer;
}

/** The response to the sender: nothing of the id, and nothing of AWS. */
function answerTo(cause: DurableControlError): HttpException {
  if ((cause.code as ErrorCode) === 'CallbackTimeoutException')
    return new GoneException('This callback was completed before, or is no longer awaited.', { cause });
  if (isUnknownId(cause)) return new NotFoundException('There is no such callback.', { cause });
  // Such as a value that JSON cannot hold: the method would return the same again.
  if (cause.code === NOT_SENT) return new InternalServerErrorException('The callback cannot be completed.', { cause });
  return new BadGatewayException('The callback cannot be completed now. Send the request again.', { cause });
}

/** The service uses the same errors for other parameters, such as a value that is too large. */
function isUnknownId({ code, message }: DurableControlError): boolean {
  if ((code as ErrorCode) === 'ResourceNotFoundException') return true;
  const codes: string[] = ['InvalidParameterValueException', 'ValidationException'] satisfies ErrorCode[];
  return codes.includes(code) && /callback ?id/i.test(message);
}
