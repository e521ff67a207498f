import { type CanActivate, Inject, Injectable, Logger, Module, UseGuards } from '@nestjs/common';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  DurableLoggerService,
  Step,
} from 'nestjs-durable-execution';
import { openTelemetry } from 'nestjs-durable-execution/otel';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';

const records: Array<Record<string, unknown>> = [];
const sink = Object.fromEntries(
  ['debug', 'info', 'warn', 'error'].map((level) => [level, (record: object) => records.push({ level, ...record })]),
) as unknown as ConstructorParameters<typeof DurableLoggerService>[0];

@Injectable()
class LoggingGuard implements CanActivate {
  private readonly logger = new Logger('guard');

  canActivate(): boolean {
    this.logger.log('passes');
    return true;
  }
}

@Injectable()
class Warehouse {
  private readonly logger = new Logger('step');

  @Step('reserve stock')
  async reserve(): Promise<void> {
    this.logger.log('reserved');
  }
}

@Injectable()
class Fulfilment {
  private readonly logger = new Logger('handler');

  constructor(@Inject(Warehouse) private readonly warehouse: Warehouse) {}

  @Durable()
  @UseGuards(LoggingGuard)
  async fulfil(_order: unknown, durable: DurableContext): Promise<void> {
    this.logger.log('accepted');
    await this.warehouse.reserve();
    await durable.wait({ days: 1 });
    this.logger.log('shipped');
  }
}

describe('DurableLoggerService beside openTelemetry', () => {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => {
    context.disable();
    Logger.overrideLogger(false);
  });

  it('has the ids of the active span in every line of an execution, and tells each line once', async () => {
    const client = new MemoryService({});
    const engine = { plugins: [openTelemetry({ tracerProvider, view: 'invocation' })] };
    @Module({ imports: [DurableExecutionModule.forRoot({ client, engine })], providers: [Warehouse, Fulfilment] })
    class AppModule {}
    const handler = createLambdaHandler(AppModule, { nest: { logger: new DurableLoggerService(sink) } });

    await handler(client.event(), lambdaContext());
    client.passTime();
    await handler(client.event(), lambdaContext({ awsRequestId: 'request-2' }));

    const lines = records.filter(({ context: place }) => ['guard', 'handler', 'step'].includes(place as string));
    const spans = exporter.getFinishedSpans();
    const spanOf = ({ spanId }: Record<string, unknown>) =>
      spans.find((span) => span.spanContext().spanId === spanId)?.name;
    expect(lines.map((line) => [line.context, line.message, spanOf(line)])).toEqual([
      ['guard', 'passes', 'Invocation'],
      ['handler', 'accepted', 'Invocation'],
      ['step', 'reserved', 'reserve stock attempt 1'],
      ['handler', 'shipped', 'Invocation'],
    ]);
    const [traceId] = new Set(spans.map((span) => span.spanContext().traceId));
    for (const line of lines) expect(line).toMatchObject({ traceId, otelTraceSampled: true });
  });
});
