import { applyDecorators, HttpCode, HttpStatus, SetMetadata, UseGuards, UseInterceptors } from '@nestjs/common';
import { CompletesCallbackInterceptor, WEBHOOK_METADATA } from './completes-callback.interceptor.js';
import type { WebhookSignature } from './webhook-signature.js';
import { WebhookSignatureGuard } from './webhook-signature.guard.js';

export interface CompletesCallbackOptions {
  /** The parameter of the route that holds the callback id. @defaultValue `callbackId` */
  parameter?: string;
  /** How the sender proves who it is; without it whoever knows the id may complete the callback. */
  signature?: WebhookSignature;
}

/**
 * Makes a route the way for an outside system to complete a callback: what the method returns is the callback's value,
 * and the sender is answered 204. Pipes check the body before; an `HttpException` answers the sender and completes
 * nothing; a {@link CallbackRefusal} completes the callback with a failure.
 *
 * The id is a credential: it stays out of every answer and log line of this package.
 *
 * @example
 * ```ts
 * @Post('approvals/:callbackId')
 * @CompletesCallback({ signature: { secret: () => secrets.get('approvals'), header: 'x-hub-signature-256', prefix: 'sha256=' } })
 * decide(@Body() decision: DecisionDto): DecisionDto {
 *   return decision;
 * }
 * ```
 */
export function CompletesCallback(options: CompletesCallbackOptions = {}): MethodDecorator {
  const { parameter = 'callbackId', signature } = options;
  return applyDecorators(
    SetMetadata(WEBHOOK_METADATA, parameter),
    HttpCode(HttpStatus.NO_CONTENT),
    UseInterceptors(CompletesCallbackInterceptor),
    ...(signature ? [UseGuards(new WebhookSignatureGuard(signature))] : []),
  );
}
