import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type Type,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { problemAt } from '../errors/errors.messages.js';
import { rawBodyMissing, secretMissing, secretUnknown } from './webhook.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { type CallbackRequest, callbackIdOf, type WebhookRoute } from './webhook-route.js';
import { type SignatureVerdict, type SignatureVerifier, verifierOf } from './verify-signature.js';
import { currentSecrets } from './webhook-secret.js';
import type { WebhookSignature } from './webhook-signature.js';

const LOG_CONTEXT = 'CompletesCallback';

/**
 * The guard of one route: accepts only requests that were signed with a current secret, before any pipe reads the body.
 * It is a separate class, so that its secrets can be checked when the application boots.
 */
export function webhookSignatureGuard(route: WebhookRoute, signature: WebhookSignature): Type<CanActivate> {
  const verify = verifierAt(route, signature);

  @Injectable()
  class WebhookSignatureGuard implements CanActivate, OnApplicationBootstrap {
    constructor(
      @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
      @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
    ) {}

    /** Reported with the deployment rather than with the first webhook; it does not delay the boot. */
    onApplicationBootstrap(): void {
      if (this.http.httpAdapter) void this.#warnOfMissingSecret();
    }

    async canActivate(context: ExecutionContext): Promise<boolean> {
      const request = context.switchToHttp().getRequest<CallbackRequest>();
      const rawBody = signedBytesOf(request);
      if (!rawBody) throw new DurableConfigurationError(rawBodyMissing(route.place));
      const secrets = await currentSecrets(signature.secret, this.moduleRef, request);
      const named = namedCallback(request, route);
      const signed = { rawBody, headers: request.headers, callbackId: 'id' in named ? named.id : '' };
      const verdict = secrets.length > 0 ? await this.#judge(signed, secrets) : undefined;
      if (verdict === undefined) throw new DurableConfigurationError(secretMissing(route.place));
      if (verdict !== 'valid') throw new UnauthorizedException(REFUSALS[verdict]);
      if ('failure' in named) throw named.failure;
      return true;
    }

    async #judge(...[request, secrets]: Parameters<typeof verify>): Promise<SignatureVerdict | undefined> {
      try {
        return await verify(request, secrets);
      } catch (error) {
        // Libraries throw if a signature is wrong; whatever the reason, the request is not proven.
        Logger.warn(`The signature check of ${route.place} has thrown: ${String(error)}`, LOG_CONTEXT);
        return 'wrong';
      }
    }

    async #warnOfMissingSecret(): Promise<void> {
      try {
        const secrets = await currentSecrets(signature.secret, this.moduleRef);
        if (secrets.length === 0) Logger.warn(secretMissing(route.place), LOG_CONTEXT);
      } catch (error) {
        Logger.warn(secretUnknown(route.place, error), LOG_CONTEXT);
      }
    }
  }
  return WebhookSignatureGuard;
}

/** @throws {DurableConfigurationError} that names the method whose signature can never be checked as configured */
function verifierAt({ place }: WebhookRoute, signature: WebhookSignature): SignatureVerifier {
  try {
    return verifierOf(signature);
  } catch (cause) {
    throw new DurableConfigurationError(problemAt(`@CompletesCallback() on ${place}`, cause), { cause });
  }
}

/** The signed bytes: JSON that was parsed and written again need not be the same. */
function signedBytesOf(request: CallbackRequest): Buffer | undefined {
  return request.rawBody ?? request.raw?.rawBody ?? (isEmpty(request) ? Buffer.alloc(0) : undefined);
}

/** Parsers of a server keep no bytes of a request that has none. With HTTP/2, a body may come without any of these. */
function isEmpty({ headers }: CallbackRequest): boolean {
  const isHttp2 = headers[':method'] !== undefined;
  return !isHttp2 && headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
}

/** What reads the id may refuse the request itself: only a sender that has signed it is told. */
function namedCallback(request: CallbackRequest, route: WebhookRoute): { id: string } | { failure: unknown } {
  try {
    return { id: callbackIdOf(request, route) };
  } catch (failure) {
    return { failure };
  }
}

const REFUSALS: Readonly<Record<Exclude<SignatureVerdict, 'valid'>, string>> = {
  wrong: 'The signature of the request is missing or wrong.',
  'too-old': 'The request was signed too long ago, or with a wrong clock.',
};
