import { applyDecorators, HttpCode, HttpStatus, UseGuards, UseInterceptors } from '@nestjs/common';
import { assertParentheses, decoratedMethod, placeOfMember } from '../decorators/decorated-method.js';
import { markMethod } from '../discovery/method-marks.js';
import { assertOptions, type OptionTypes } from '../errors/assert-options.js';
import { NestMetadata, WEBHOOK_METADATA } from '../durable-execution.constants.js';
import { completesCallbackInterceptor } from './completes-callback.interceptor.js';
import type { CallbackIdReader, WebhookRoute } from './webhook-route.js';
import type { CustomSignature, HmacSignature, WebhookSignature } from './webhook-signature.js';
import { webhookSignatureGuard } from './webhook-signature.guard.js';

export interface CompletesCallbackOptions {
  /** The parameter of the route that contains the callback id. @defaultValue `callbackId` */
  parameter?: string;
  /**
   * Reads the callback id from the request instead, for services that send everything to one URL: from the content that
   * they sign, such as the metadata of a payment. Without an id the response is 404.
   */
  callbackId?: CallbackIdReader;
  /** How the sender proves its identity; without it, anyone who knows the id may complete the callback. */
  signature?: WebhookSignature;
}

const OPTIONS: OptionTypes<CompletesCallbackOptions> = {
  callbackId: 'function',
  parameter: 'string',
  signature: 'object',
};
/** The schemes check the values. */
const SIGNATURE: OptionTypes<HmacSignature & Pick<CustomSignature, 'verify'>> = {
  algorithm: '',
  coversCallbackId: 'boolean',
  encoding: '',
  header: '',
  prefix: '',
  scheme: '',
  secret: '',
  timestampHeader: 'string',
  toleranceSeconds: '',
  verify: 'function',
};

/** Decorates methods that return the callback's value, or a promise of it. */
export type CallbackMethodDecorator<T> = <M extends (...args: never[]) => T | Promise<T>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * Lets an outside system complete a callback through a route: what the method returns is the callback's value, and the
 * response is 204. Pipes check the body before; an `HttpException` becomes the response and completes nothing; a
 * {@link CallbackRefusal} completes the callback with a failure.
 *
 * An object arrives as that object where `createCallback<T>()` or `waitForCallback<T>()` is awaited, in its JSON form;
 * text arrives as text, and nothing as `undefined`.
 *
 * The id is a credential: it appears in no response and no log line of this package.
 *
 * @typeParam T - what the execution awaits; the method must return it
 * @throws {DurableConfigurationError} when the signature can never be checked as configured; at boot, when the method
 *   is not a route, is a `@Durable()` method too, accepts GET, HEAD or OPTIONS (as `@All()` does), or its path has no
 *   such parameter
 * @example
 * ```ts
 * @Post('approvals/:callbackId')
 * @CompletesCallback<Decision>({
 *   signature: { secret: { inject: [ConfigService], useFactory: (config: ConfigService) => config.get('APPROVALS_SECRET') } },
 * })
 * decide(@Body() decision: DecisionDto): Decision {
 *   return decision;
 * }
 * ```
 */
export function CompletesCallback<T = unknown>(options: CompletesCallbackOptions = {}): CallbackMethodDecorator<T> {
  assertParentheses('@CompletesCallback()', options);
  assertOptions('@CompletesCallback()', options, OPTIONS);
  assertOptions('@CompletesCallback(), signature', options.signature ?? {}, SIGNATURE);
  const { callbackId, parameter = 'callbackId', signature } = options;
  return (target, key, descriptor) => {
    const method = decoratedMethod('@CompletesCallback()', { target, key, descriptor: descriptor as never });
    const route: WebhookRoute = { place: placeOfMember(target, key), callbackId: callbackId ?? parameter };
    const decorate = applyDecorators(
      // Wherever the method states another one.
      ...(Reflect.hasMetadata(NestMetadata.HTTP_CODE, method) ? [] : [HttpCode(HttpStatus.NO_CONTENT)]),
      UseInterceptors(completesCallbackInterceptor(route)),
      ...(signature ? [UseGuards(webhookSignatureGuard(route, signature))] : []),
    );
    decorate(target, key, descriptor as TypedPropertyDescriptor<unknown>);
    // So that the boot finds and checks the method.
    Reflect.defineMetadata(NestMetadata.ENTRY_PROVIDER, true, target.constructor);
    markMethod(WEBHOOK_METADATA, route, { target, name: key, method });
  };
}
