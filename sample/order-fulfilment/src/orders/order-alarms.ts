import { Injectable, Logger } from '@nestjs/common';
import { type ExecutionStatusChange, OnExecutionStatus } from 'nestjs-durable-execution';

/** Tells the people on call of orders that end badly. EventBridge sends the events: see the rule in `sample/deploy`. */
@Injectable()
export class OrderAlarms {
  readonly #logger = new Logger(OrderAlarms.name);

  @OnExecutionStatus({ statuses: ['FAILED', 'TIMED_OUT', 'STOPPED'] })
  orderEndedBadly({ executionArn, status }: ExecutionStatusChange): void {
    this.#logger.error({ message: 'An order has ended badly.', executionArn, status });
  }
}
