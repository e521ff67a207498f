import { Inject, Injectable, Logger, Module } from '@nestjs/common';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  DurableLoggerService,
  Step,
} from 'nestjs-durable-execution';
import { lambdaContext, MemoryService, TEST_ARN } from '../fixtures/memory-service.js';

const records: Array<Record<string, unknown>> = [];
const sink = Object.fromEntries(
  ['debug', 'info', 'warn', 'error'].map((level) => [level, (record: object) => records.push({ level, ...record })]),
) as unknown as ConstructorParameters<typeof DurableLoggerService>[0];

@Injectable()
class Warehouse {
  private readonly logger = new Logger(Warehouse.name);

  @Step('reserve stock')
  async reserve(): Promise<void> {
    this.logger.warn('only one left');
  }
}

@Injectable()
class Fulfilment {
  private readonly logger = new Logger(Fulfilment.name);

  constructor(@Inject(Warehouse) private readonly warehouse: Warehouse) {}

  @Durable()
  async fulfil(_order: unknown, context: DurableContext): Promise<void> {
    this.logger.log('order accepted');
    await this.warehouse.reserve();
    await context.wait({ days: 1 });
    this.logger.error(new RangeError('too late'));
    this.logger.debug({ message: 'shipped', parcel: 7, executionArn: 'forged' });
  }
}

beforeEach(() => (records.length = 0));
afterAll(() => Logger.overrideLogger(false));

const ofClasses = () => records.filter(({ context }) => [Warehouse.name, Fulfilment.name].includes(context as string));

describe('DurableLoggerService', () => {
  it('writes one flat record with who speaks, and nothing while it replays', async () => {
    const client = new MemoryService({});
    @Module({ imports: [DurableExecutionModule.forRoot({ client })], providers: [Warehouse, Fulfilment] })
    class AppModule {}
    const handler = createLambdaHandler(AppModule, { nest: { logger: new DurableLoggerService(sink) } });
    const execution = { executionArn: TEST_ARN, requestId: 'request-1' };
    await handler(client.event(), lambdaContext());
    expect(ofClasses()).toEqual([
      { level: 'info', context: 'Fulfilment', message: 'order accepted', ...execution },
      {
        level: 'warn',
        context: 'Warehouse',
        message: 'only one left',
        ...execution,
        operationId: client.operation('reserve stock').Id,
        operationName: 'reserve stock',
        attempt: 1,
      },
    ]);
    records.length = 0;
    client.passTime();
    await handler(client.event(), lambdaContext({ awsRequestId: 'request-2' }));
    const later = { executionArn: TEST_ARN, requestId: 'request-2' };
    expect(ofClasses()).toEqual([
      {
        level: 'error',
        context: 'Fulfilment',
        message: 'too late',
        errorType: 'RangeError',
        errorMessage: 'too late',
        stackTrace: expect.arrayContaining(['RangeError: too late']),
        ...later,
      },
      { level: 'debug', context: 'Fulfilment', message: 'shipped', parcel: 7, ...later },
    ]);
  });

  it('logs outside executions too, at the levels that are set', () => {
    const logger = new DurableLoggerService(sink);
    logger.setLogLevels(['log', 'error', 'fatal', 'verbose']);
    logger.log('hello', 'Greeter');
    logger.warn('unheard', 'Greeter');
    logger.error('broken', 'Error: broken\n    at somewhere', 'Greeter');
    logger.fatal('gone');
    logger.verbose('by the way', { detail: 1 }, 'Greeter');
    expect(records).toEqual([
      { level: 'info', context: 'Greeter', message: 'hello' },
      { level: 'error', context: 'Greeter', message: 'broken', stackTrace: ['Error: broken', '    at somewhere'] },
      { level: 'error', message: 'gone' },
      { level: 'debug', context: 'Greeter', message: 'by the way', detail: 1 },
    ]);
  });
});
