import {
  Controller,
  type ExecutionContext,
  type CallHandler,
  Get,
  Header,
  HttpCode,
  Injectable,
  type MiddlewareConsumer,
  Module,
  Post,
  Res,
  StreamableFile,
  Version,
  VersioningType,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finalize, mergeMap, type Observable } from 'rxjs';
import { createLambdaHandler, Durable, DurableCtx, DurableExecutionModule } from 'nestjs-durable-execution';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import { apiGatewayV1, apiGatewayV2, loadBalancer } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

interface ExpressResponse extends ServerResponse {
  cookie(name: string, value: string): void;
}

const journal: string[] = [];
const image = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]);

@Controller()
class Orders {
  @Post('teapot')
  @HttpCode(418)
  @Header('X-Kettle', 'on')
  @Durable()
  teapot(@Res({ passthrough: true }) response: ExpressResponse): string {
    response.cookie('a', '1');
    response.cookie('b', '2');
    return 'short and stout';
  }

  @Get('label')
  @Durable()
  label(): StreamableFile {
    return new StreamableFile(image, { type: 'image/png' });
  }

  @Post('slow')
  @Durable()
  async slow(@DurableCtx() context: DurableContext): Promise<string> {
    await context.wait({ days: 1 });
    return 'at last';
  }

  @Get('half')
  @Durable()
  async half(@Res() response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    response.write('half a ');
    await context.wait({ days: 1 });
    response.end('sentence');
  }

  @Get('silent')
  @Durable()
  silent(@Res() _response: ServerResponse, @DurableCtx() context: DurableContext): Promise<void> {
    return context.wait({ days: 1 });
  }

  @Get('versioned')
  @Version('2')
  @Durable()
  versioned(): string {
    return 'second';
  }
}

@Injectable()
class Journal {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    journal.push('in');
    return next.handle().pipe(finalize(() => journal.push('out')));
  }
}

/** Never releases a stream, whatever it does. */
@Injectable()
class Stuck {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      mergeMap((value) => new Promise(() => journal.push(`stuck with ${String(value)}`))),
      finalize(() => journal.push('stuck out')),
    );
  }
}

function start(input: object, { providers = [], prefix = false }: { providers?: object[]; prefix?: boolean } = {}) {
  const client = new MemoryService(input);
  @Module({
    imports: [DurableExecutionModule.forRoot({ client, engine: { logger: quietLogger } })],
    providers: providers as [],
    controllers: [Orders],
  })
  class AppModule {
    configure(consumer: MiddlewareConsumer): void {
      const middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void) => {
        response.on('close', () => journal.push('closed'));
        response.on('finish', () => journal.push('finished'));
        next(request.headers['x-break'] ? new RangeError('middleware broke') : undefined);
      };
      consumer.apply(middleware).forRoutes('*path');
    }
  }
  const handler = createLambdaHandler(AppModule, {
    nest: { logger: false },
    configure: (app) => {
      if (!prefix) return;
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI });
    },
  });
  const invoke = () => handler(client.event(), lambdaContext()) as Promise<{ Status: string; Result?: string }>;
  return { client, invoke, result: async () => JSON.parse((await invoke()).Result!) };
}

beforeEach(() => (journal.length = 0));

describe('The result of an execution on an HTTP route', () => {
  it('keeps status, headers and every cookie for API Gateway v2', async () => {
    expect(await start(apiGatewayV2({ method: 'POST', path: '/teapot' })).result()).toMatchObject({
      statusCode: 418,
      headers: { 'x-kettle': 'on', 'content-type': 'text/html; charset=utf-8' },
      cookies: ['a=1; Path=/', 'b=2; Path=/'],
      body: 'short and stout',
      isBase64Encoded: false,
    });
  });

  it('keeps status, headers and every cookie for API Gateway v1', async () => {
    expect(await start(apiGatewayV1({ method: 'POST', path: '/teapot' })).result()).toMatchObject({
      statusCode: 418,
      multiValueHeaders: { 'x-kettle': ['on'], 'set-cookie': ['a=1; Path=/', 'b=2; Path=/'] },
      body: 'short and stout',
    });
  });

  it('keeps bytes', async () => {
    const { body, isBase64Encoded, headers } = await start(apiGatewayV2({ path: '/label' })).result();
    expect({ isBase64Encoded, type: headers['content-type'] }).toEqual({ isBase64Encoded: true, type: 'image/png' });
    expect(Buffer.from(body, 'base64')).toEqual(image);
  });

  it('is reached under a global prefix and a version', async () => {
    const { result } = start(apiGatewayV2({ path: '/api/v2/versioned' }), { prefix: true });
    expect(await result()).toMatchObject({ statusCode: 200, body: 'second' });
  });

  it('is the 404 of a route that does not exist', async () => {
    expect(await start(apiGatewayV2({ path: '/nowhere' })).result()).toMatchObject({ statusCode: 404 });
  });

  it('is a 400 for a body that is no JSON', async () => {
    const { result } = start(apiGatewayV2({ method: 'POST', path: '/teapot', body: '{' }));
    expect(await result()).toMatchObject({ statusCode: 400 });
  });

  it('is that of the route although the query is malformed, as on a server', async () => {
    const request = loadBalancer({ path: '/label', query: { q: '%E0%A4%A' } });
    expect(await start(request).result()).toMatchObject({ statusCode: 200 });
  });

  it('is a 400 for a request that cannot be read at all', async () => {
    const request = { ...apiGatewayV2({ path: '/label' }), headers: { host: null }, cookies: 7 };
    expect(await start(request).result()).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('The request cannot be read: '),
    });
  });

  it('is the 500 that Nest answers when middleware throws', async () => {
    const { result } = start(apiGatewayV2({ path: '/label', headers: { 'x-break': '1' } }));
    expect(await result()).toMatchObject({ statusCode: 500 });
    expect(journal).toEqual(['finished', 'closed']);
  });
});

describe('Suspension on an HTTP route', () => {
  it('lets interceptors and middleware unwind', async () => {
    const { client, invoke } = start(apiGatewayV2({ method: 'POST', path: '/slow' }), {
      providers: [{ provide: APP_INTERCEPTOR, useClass: Journal }],
    });
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    expect(journal).toEqual(['in', 'closed', 'out']);
    client.passTime();
    expect(JSON.parse((await invoke()).Result!)).toMatchObject({ statusCode: 201, body: 'at last' });
    expect(journal.slice(3)).toEqual(['in', 'out', 'finished', 'closed']);
  });

  it('throws away what was written of the response', async () => {
    const { client, invoke } = start(apiGatewayV2({ path: '/half' }));
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    client.passTime();
    expect(JSON.parse((await invoke()).Result!)).toMatchObject({ body: 'half a sentence' });
  });

  it('is not held up by a response that never ends', async () => {
    expect(await start(apiGatewayV2({ path: '/silent' })).invoke()).toEqual({ Status: 'PENDING' });
  });

  it('is not held up by an interceptor that is stuck', async () => {
    const { invoke } = start(apiGatewayV2({ method: 'POST', path: '/slow' }), {
      providers: [{ provide: APP_INTERCEPTOR, useClass: Stuck }],
    });
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    expect(journal).toContain('stuck out');
  });
});
