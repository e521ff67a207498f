import { Body, Controller, Post, ValidationPipe } from '@nestjs/common';
import { CompletesCallback } from 'nestjs-durable-execution';
import { Approval } from './approval.dto.js';

/** Shared with the back office, which signs what it sends; a real shop would keep it in a secrets store. */
const signature = { secret: () => process.env.APPROVAL_SECRET ?? 'demo secret' };

/** Where the back office answers: what it posts is what the execution has been waiting for. */
@Controller('approvals')
export class ApprovalsController {
  @Post(':callbackId')
  @CompletesCallback<Approval>({ signature })
  decide(@Body(new ValidationPipe({ whitelist: true })) approval: Approval): Approval {
    return approval;
  }
}
