import { Module } from '@nestjs/common';
import { DurableExecutionModule } from 'nestjs-durable-execution';
import { ChatModel, StubModel } from './chat-model.js';
import { SupportAgent } from './support-agent.service.js';
import { Tools } from './tools.js';

@Module({
  imports: [DurableExecutionModule.forRoot()],
  providers: [SupportAgent, Tools, { provide: ChatModel, useClass: StubModel }],
})
export class AgentModule {}
