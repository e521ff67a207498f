import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  Module,
  type NestInterceptor,
  type PipeTransform,
  Post,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { map, type Observable } from 'rxjs';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableCtx,
  DurableExecutionModule,
  DurableInput,
} from 'nestjs-durable-execution';
import { openTelemetry, type OpenTelemetryOptions } from 'nestjs-durable-execution/otel';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const exporter = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const mark = (name: string) => tracerProvider.getTracer('the application').startSpan(name).end();

@Injectable()
class RolesGuard implements CanActivate {
  async canActivate(execution: ExecutionContext): Promise<boolean> {
    mark('in the guard');
    const request = execution.getArgs()[0] as { forbidden?: boolean } | undefined;
    if (request?.forbidden) throw new ForbiddenException('not yours');
    return true;
  }
}

@Injectable()
class Audit implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    mark('in the interceptor');
    return next.handle().pipe(map((value) => (mark('in its stream'), value)));
  }
}

@Injectable()
class Parse implements PipeTransform {
  transform(value: unknown): unknown {
    mark('in the pipe');
    return value;
  }
}

const body = async (durable: DurableContext) => {
  mark('in the handler');
  await durable.wait('pause', { days: 1 });
  return durable.step('ship', async () => (mark('in the step'), 'shipped'));
};

@Injectable()
class Fulfilment {
  @Durable('fulfil')
  @UseGuards(RolesGuard)
  @UseInterceptors(Audit)
  fulfil(@DurableInput(Parse) _input: unknown, @DurableCtx() durable: DurableContext): Promise<unknown> {
    return body(durable);
  }
}

@Controller()
class Orders {
  @Post('orders')
  @Durable()
  @UseGuards(RolesGuard)
  @UseInterceptors(Audit)
  order(@DurableCtx() durable: DurableContext): Promise<unknown> {
    return body(durable);
  }
}

function play(input: object, options: OpenTelemetryOptions) {
  exporter.reset();
  const client = new MemoryService(input);
  const engine = { logger: quietLogger, plugins: [openTelemetry({ tracerProvider, ...options })] };
  @Module({
    imports: [DurableExecutionModule.forRoot({ client, engine })],
    providers: [Fulfilment, RolesGuard, Audit, Parse],
    controllers: [Orders],
  })
  class AppModule {}
  const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
  return { client, invoke: () => handler(client.event(), lambdaContext()) };
}

const named = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);
const parentOf = ({ parentSpanContext }: ReadableSpan) =>
  exporter.getFinishedSpans().find((span) => span.spanContext().spanId === parentSpanContext?.spanId);

describe('guards, interceptors and pipes', () => {
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  it.each([
    ['execution', {}],
    ['invocation', {}],
    ['execution', apiGatewayV2({ method: 'POST', path: '/orders' })],
    ['invocation', apiGatewayV2({ method: 'POST', path: '/orders' })],
  ] as const)('are spans of each invocation where that is asked for, in the %s view', async (view, input) => {
    const isRoute = 'rawPath' in input;
    const { client, invoke } = play(input, { view, nestStages: true });

    await invoke();
    client.passTime();
    await invoke();

    const stages = ['RolesGuard.canActivate', 'Audit.intercept', ...(isRoute ? [] : ['Parse.transform'])];
    const invocations = named('Invocation');
    expect(invocations).toHaveLength(2);
    for (const name of stages) {
      expect(named(name).map((span) => [name, parentOf(span)?.name, span.status.code])).toEqual([
        [name, 'Invocation', SpanStatusCode.UNSET],
        [name, 'Invocation', SpanStatusCode.UNSET],
      ]);
      expect(named(name).map(parentOf)).toEqual(invocations);
    }
    const above = (name: string) => new Set(named(name).map((span) => parentOf(span)?.name));
    const handlerSpan = view === 'execution' ? 'Workflow' : 'Invocation';
    expect(above('in the guard')).toEqual(new Set(['RolesGuard.canActivate']));
    expect(above('in the interceptor')).toEqual(new Set(['Audit.intercept']));
    if (!isRoute) expect(above('in the pipe')).toEqual(new Set(['Parse.transform']));
    expect(above('in the handler')).toEqual(new Set([handlerSpan]));
    expect(above('in the step')).toEqual(new Set(['ship attempt 1']));
    expect(exporter.getFinishedSpans().every(({ status }) => status.code !== SpanStatusCode.ERROR)).toBe(true);
    for (const span of stages.flatMap(named)) {
      const { startTime, endTime } = parentOf(span)!;
      expect(nanos(span.startTime)).toBeGreaterThanOrEqual(nanos(startTime));
      expect(nanos(span.endTime)).toBeLessThanOrEqual(nanos(endTime));
    }
  });

  it('are errors when they throw', async () => {
    const { invoke } = play({ forbidden: true }, { nestStages: true });

    expect(await invoke()).toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'not yours' } });

    const [guard] = named('RolesGuard.canActivate');
    expect(guard!.status).toEqual({ code: SpanStatusCode.ERROR, message: 'not yours' });
    expect(guard!.events.map(({ name }) => name)).toEqual(['exception']);
    expect(named('Audit.intercept')).toEqual([]);
  });

  it('are none unless that is asked for', async () => {
    const { invoke } = play({}, {});

    await invoke();

    expect(trace.getSpan(context.active())).toBeUndefined();
    expect(named('RolesGuard.canActivate')).toEqual([]);
    expect(named('in the guard')).toHaveLength(1);
  });
});

const nanos = ([seconds, rest]: readonly [number, number]): number => seconds * 1e9 + rest;
