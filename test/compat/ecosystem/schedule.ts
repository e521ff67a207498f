import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { createLambdaHandler, Durable, type DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { httpEvent, type UseCase } from './use-case.js';

@Injectable()
class Clock {
  @Interval('tick', 5)
  tick(): void {}

  @Timeout('late', 1_000_000)
  late(): void {}
}

@Injectable()
class Orders {
  constructor(@Inject(SchedulerRegistry) private readonly schedule: SchedulerRegistry) {}

  @Durable('order')
  async order(_input: unknown, context: DurableContext): Promise<object> {
    const before = this.schedule.getIntervals();
    await context.wait('a while', { minutes: 5 });
    return { before, after: this.schedule.getIntervals(), timeouts: this.schedule.getTimeouts() };
  }
}

@Controller()
class Shop {
  @Get('health')
  health(): object {
    return { ok: true };
  }
}

@Module({
  imports: [DurableExecutionModule.forRoot(), ScheduleModule.forRoot()],
  controllers: [Shop],
  providers: [Clock, Orders],
})
class AppModule {}

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: {},
  expected: { before: ['tick'], after: ['tick'], timeouts: ['late'] },
  request: httpEvent({ path: '/health' }),
  answer: { status: 200 },
};
