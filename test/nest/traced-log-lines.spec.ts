import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Injectable,
  Logger,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  type NestModule,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type Observable, tap } from 'rxjs';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableCtx,
  DurableExecutionModule,
  DurableInput,
  DurableLoggerService,
} from 'nestjs-durable-execution';
import { openTelemetry, type TraceView } from 'nestjs-durable-execution/otel';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';

type Line = Record<string, unknown> & { message: string };

const lines: Line[] = [];
const keep = (line: Line) => void lines.push(line);
const sink = { debug: keep, info: keep, warn: keep, error: keep } as unknown as ConstructorParameters<
  typeof DurableLoggerService
>[0];
const logger = new Logger('application');

@Injectable()
class Guard implements CanActivate {
  canActivate(): boolean {
    logger.log('guard');
    return true;
  }
}

@Injectable()
class Interceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    logger.log('interceptor');
    return next.handle().pipe(tap({ error: () => logger.log('interceptor, at the end') }));
  }
}

@Injectable()
class Pipe implements PipeTransform {
  transform(value: unknown): unknown {
    logger.log('pipe');
    return value;
  }
}

@Catch()
class Filter implements ExceptionFilter {
  catch(thrown: Error, _host: ArgumentsHost): never {
    logger.log('filter');
    throw thrown;
  }
}

const upperCase = {
  serialize: async (value: unknown) => (logger.log('serialize'), JSON.stringify(value)),
  deserialize: async (text: string | undefined) => (text === undefined ? undefined : JSON.parse(text)),
};

@Injectable()
class Fulfilment {
  @Durable('fulfil')
  @UseGuards(Guard)
  @UseInterceptors(Interceptor)
  @UseFilters(Filter)
  async fulfil(@DurableInput(Pipe) _order: unknown, @DurableCtx() durable: DurableContext): Promise<void> {
    logger.log('handler');
    const flaky = async ({ attempt }: { attempt: number }) => {
      logger.log(`step attempt ${attempt}`);
      setImmediate(() => logger.log(`beside step attempt ${attempt}`));
      await new Promise((resolve) => setImmediate(resolve));
      if (attempt === 1) throw new Error('declined');
    };
    const retryStrategy = (_error: Error, attempt: number) => (
      logger.log(`strategy ${attempt}`),
      { shouldRetry: true, delay: { seconds: 1 } }
    );
    await durable.step('flaky', flaky, { retryStrategy, serdes: upperCase });
    await durable.waitForCondition('stock', async (count: number) => (logger.log(`check ${count}`), count + 1), {
      initialState: 0,
      waitStrategy: (count) => (
        logger.log(`condition ${count}`),
        count < 2 ? { shouldContinue: true, delay: { seconds: 1 } } : { shouldContinue: false }
      ),
    });
    await durable.runInChildContext('child', async (child) => {
      logger.log('child');
      await child.wait('pause', { days: 1 });
      logger.log('child after the wait');
    });
    await durable.map('items', [0, 1], async (_item, item) => logger.log(`item ${item}`), {
      itemNamer: (_value: unknown, index: number) => (logger.log(`name of item ${index}`), `item-${index}`),
    });
    durable.logger.info({ message: 'of the context' });
    logger.log('handler at the end');
    throw new RangeError('no label');
  }
}

@Controller()
class Health {
  @Get('health')
  health(): string {
    logger.log('route');
    return 'ok';
  }
}

const APPLICATION = [
  'guard',
  'interceptor',
  'pipe',
  'handler',
  'step attempt 1',
  'beside step attempt 1',
  'strategy 1',
  'step attempt 2',
  'beside step attempt 2',
  'serialize',
  'check 0',
  'condition 1',
  'check 1',
  'condition 2',
  'child',
  'child after the wait',
  'name of item 0',
  'name of item 1',
  'item 0',
  'item 1',
  'of the context',
  'handler at the end',
  'interceptor, at the end',
  'filter',
  'step failed',
  'execution failed',
];

describe('every line of DurableLoggerService', () => {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const spanOf = ({ spanId }: Line): ReadableSpan | undefined =>
    exporter.getFinishedSpans().find((span) => span.spanContext().spanId === spanId);

  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  beforeEach(() => {
    lines.length = 0;
    exporter.reset();
  });
  afterAll(() => {
    context.disable();
    Logger.overrideLogger(false);
  });

  function applicationOf(client: MemoryService, view: TraceView) {
    @Module({
      imports: [
        DurableExecutionModule.forRoot({
          client,
          engine: { plugins: [openTelemetry({ tracerProvider, view })] },
          onStepFailed: () => logger.log('step failed'),
          onExecutionFailed: () => logger.log('execution failed'),
        }),
      ],
      providers: [Fulfilment, Guard, Interceptor, Pipe, Filter],
      controllers: [Health],
    })
    class AppModule implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        const middleware = (_request: unknown, _response: unknown, next: () => void) => (
          logger.log('middleware'),
          next()
        );
        consumer.apply(middleware).forRoutes('*path');
      }
    }
    return createLambdaHandler(AppModule, { nest: { logger: new DurableLoggerService(sink) } });
  }

  it.each(['execution', 'invocation'] as const)(
    'has ids of the trace, in bodies and outside of them, and is written once, in the %s view',
    async (view) => {
      const client = new MemoryService({});
      const handler = applicationOf(client, view);

      let output: unknown;
      for (let invocation = 1; invocation < 20; invocation += 1) {
        output = await handler(client.event(), lambdaContext({ awsRequestId: `request-${invocation}` }));
        if ((output as { Status: string }).Status !== 'PENDING') break;
        client.passTime();
      }

      expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'no label' } });
      const own = lines.filter(({ message }) => APPLICATION.includes(message));
      expect(own.map(({ message }) => message).sort()).toEqual([...APPLICATION].sort());
      const [traceId] = new Set(exporter.getFinishedSpans().map((span) => span.spanContext().traceId));
      const ofExecution = lines.filter(({ executionArn }) => executionArn !== undefined);
      expect(ofExecution.length).toBeGreaterThanOrEqual(own.length);
      for (const line of [...own, ...ofExecution]) {
        expect({ ...line, span: spanOf(line)?.name }).toMatchObject({
          traceId,
          otelTraceSampled: true,
          span: expect.any(String) as string,
        });
      }
      const nameOf = (message: string) => spanOf(own.find((line) => line.message === message)!)!.name;
      expect(nameOf('step attempt 2')).toBe('flaky attempt 2');
      expect(nameOf('beside step attempt 2')).toBe('flaky attempt 2');
      expect(nameOf('check 1')).toBe('stock attempt 2');
      expect(nameOf('child after the wait')).toBe('child');
      const around = view === 'execution' ? 'Workflow' : 'Invocation';
      for (const place of ['guard', 'interceptor', 'pipe', 'handler', 'handler at the end', 'filter', 'strategy 1']) {
        expect([place, nameOf(place)]).toEqual([place, around]);
      }
    },
  );

  it('has those of the span around an ordinary request, and none where none is active', async () => {
    const handler = applicationOf(new MemoryService({}), 'execution');
    const request = apiGatewayV2({ path: '/health' });
    const span = tracerProvider.getTracer('the application').startSpan('GET /health');

    await handler(request, lambdaContext());
    await context.with(trace.setSpan(context.active(), span), () => handler(request, lambdaContext()));

    const own = lines.filter(({ message }) => message === 'route' || message === 'middleware');
    expect(own.map(({ message, spanId }) => [message, spanId])).toEqual([
      ['middleware', undefined],
      ['route', undefined],
      ['middleware', span.spanContext().spanId],
      ['route', span.spanContext().spanId],
    ]);
  });
});
