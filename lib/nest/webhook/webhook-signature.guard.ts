import type { IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, UnauthorizedException } from '@nestjs/common';
import { rawBodyMissing } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { isSignedBy, type WebhookSignature } from './webhook-signature.js';

/** Lets only requests pass whose body was signed with the shared secret; asks before any pipe has looked at the body. */
export class WebhookSignatureGuard implements CanActivate {
  constructor(private readonly signature: WebhookSignature) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IncomingMessage & { rawBody?: Buffer }>();
    // The bytes that were signed: JSON that was parsed and written again need not be the same.
    if (!request.rawBody) throw new DurableConfigurationError(rawBodyMissing());
    const header = request.headers[(this.signature.header ?? 'x-signature').toLowerCase()];
    if (await isSignedBy(this.signature, request.rawBody, header)) return true;
    throw new UnauthorizedException('The signature of the request is missing or wrong.');
  }
}
