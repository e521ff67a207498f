import { Module } from '@nestjs/common';
import { DurableExecutionModule } from 'nestjs-durable-execution';
import { DecisionsController, WebhookSecrets } from './decisions.controller.js';
import { ExpenseApproval } from './expense-approval.service.js';
import { Mail } from './mail.js';

@Module({
  imports: [DurableExecutionModule.forRoot()],
  controllers: [DecisionsController],
  providers: [ExpenseApproval, Mail, WebhookSecrets],
})
export class ApprovalModule {}
