import { Body, Controller, Post, ValidationPipe } from '@nestjs/common';
import { CompletesCallback } from 'nestjs-durable-execution';
import { Approval } from './approval.dto.js';

/** Shared with the back office, which signs its requests; a real shop would keep it in a secrets store. */
const signature = { secret: () => process.env.APPROVAL_SECRET ?? 'demo secret' };

/** The back office posts its decisions here, and the execution receives them. */
@Controller('approvals')
export class ApprovalsController {
  @Post(':callbackId')
  @CompletesCallback<Approval>({ signature })
  decide(@Body(new ValidationPipe({ whitelist: true })) approval: Approval): Approval {
    return approval;
  }
}
