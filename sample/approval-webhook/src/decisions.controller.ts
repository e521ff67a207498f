import { BadRequestException, Body, Controller, Injectable, Post } from '@nestjs/common';
import { CompletesCallback, type WebhookSecretFactory } from 'nestjs-durable-execution';
import type { Decision } from './expense-approval.service.js';

/** A placeholder for ConfigService or a secrets store. It returns two secrets during a rotation. */
@Injectable()
export class WebhookSecrets {
  approver(): string[] {
    return (process.env.APPROVER_SECRETS ?? '').split(',').filter(Boolean);
  }
}

const secret: WebhookSecretFactory = {
  inject: [WebhookSecrets],
  useFactory: (secrets: WebhookSecrets) => secrets.approver(),
};

@Controller('decisions')
export class DecisionsController {
  /**
   * The execution receives the returned value. A request that is unsigned, or was signed more than five minutes ago,
   * does not reach this method.
   */
  @Post(':callbackId')
  @CompletesCallback<Decision>({ signature: { secret, timestampHeader: 'x-timestamp' } })
  decide(@Body() { approved, comment }: Decision): Decision {
    if (typeof approved !== 'boolean') throw new BadRequestException('approved must be true or false');
    return { approved, ...(comment !== undefined && { comment }) };
  }
}
