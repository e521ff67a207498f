import { Module } from '@nestjs/common';
import { DurableExecutionModule } from 'nestjs-durable-execution';
import { ReportsController } from './reports.controller.js';
import { Reports } from './reports.service.js';

@Module({
  // Without `functions`, executions are started on the running function: one function does everything.
  imports: [DurableExecutionModule.forRoot()],
  controllers: [ReportsController],
  providers: [Reports],
})
export class AppModule {}
