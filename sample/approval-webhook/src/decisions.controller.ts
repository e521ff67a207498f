import { BadRequestException, Body, Controller, Injectable, Post } from '@nestjs/common';
import { CompletesCallback, type WebhookSecretFactory } from 'nestjs-durable-execution';
import type { Decision } from './expense-approval.service.js';

/** Stands for ConfigService or a secrets store. Two secrets while one is being replaced by the other. */
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
   * What it returns is what the execution has been waiting for. A request that is not signed, or was signed more than five
   * minutes ago, never gets here.
   */
  @Post(':callbackId')
  @CompletesCallback<Decision>({ signature: { secret, timestampHeader: 'x-timestamp' } })
  decide(@Body() { approved, comment }: Decision): Decision {
    if (typeof approved !== 'boolean') throw new BadRequestException('approved must be true or false');
    return { approved, ...(comment !== undefined && { comment }) };
  }
}
