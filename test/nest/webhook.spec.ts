import { once } from 'node:events';
import { connect } from 'node:http2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { jest } from '@jest/globals';
import {
  Body,
  Controller,
  HttpCode,
  Injectable,
  Logger,
  Module,
  Param,
  Post,
  StreamableFile,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IsBoolean } from 'class-validator';
import {
  CallbackRefusal,
  CompletesCallback,
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  DurableClient,
  type LambdaHandler,
  signWebhook,
} from 'nestjs-durable-execution';
import { type LocalService, startLocalService } from 'nestjs-durable-execution/local';
import { type Observable, of } from 'rxjs';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const SECRET = 'shared secret';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

class Decision {
  @IsBoolean()
  approved!: boolean;
}

const form = { header: 'x-shop-signature', prefix: 'sha256=' };

@Controller('approvals')
class Approvals {
  @Post(':callbackId')
  @CompletesCallback<Decision>({ signature: { secret: async () => SECRET, ...form } })
  decide(@Body(new ValidationPipe({ expectedType: Decision })) decision: Decision): Decision {
    if (!decision.approved) throw new CallbackRefusal({ message: 'declined by the customer', data: '42' });
    return decision;
  }

  @Post('open/:id')
  @CompletesCallback({ parameter: 'id' })
  open(@Param('id') _id: string): void {}

  @Post('accepted/:callbackId')
  @CompletesCallback()
  @HttpCode(202)
  accepted(): void {}

  @Post('bigint/:callbackId')
  @CompletesCallback()
  bigint(): { amount: bigint } {
    return { amount: 1n };
  }

  @Post('file/:callbackId')
  @CompletesCallback()
  file(): StreamableFile {
    return new StreamableFile(Buffer.from('the signed contract'));
  }

  @Post('large/:callbackId')
  @CompletesCallback()
  large(): string {
    return 'x'.repeat(262_145);
  }

  @Post('streamed/:callbackId')
  @CompletesCallback()
  streamed(): Observable<object> {
    return of({ approved: false }, { approved: true });
  }
}

let onCallback: (id: string) => void;

@Injectable()
class Orders {
  @Durable('order')
  async order(_input: unknown, context: DurableContext): Promise<unknown> {
    const decision = await context.waitForCallback<Decision>('decision', async (id) => onCallback(id));
    return decision?.approved ?? 'nothing';
  }
}

let service: LocalService;
let lambda: LambdaClient;
let handler: LambdaHandler;
let client: DurableClient;

beforeAll(async () => {
  service = await startLocalService({
    functions: {
      order: {
        handler: (event: never, context: never) => handler(event, context),
        durable: { executionTimeoutSeconds: 86_400 },
      },
    },
    skipTime: true,
  });
  lambda = new LambdaClient({ endpoint: service.endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  @Module({
    imports: [
      DurableExecutionModule.forRoot({
        lambda: { client: lambda },
        functions: { order: 'order:$LATEST' },
        engine: { logger: quietLogger },
      }),
    ],
    providers: [Orders],
    controllers: [Approvals],
  })
  class AppModule {}
  handler = createLambdaHandler(AppModule, {
    nest: { logger: false, rawBody: true },
    configure: (app) => void (client = app.get(DurableClient)),
  });
  // The HTTP application, from which the client is taken.
  await handler(apiGatewayV2({ path: '/' }), lambdaContext());
});

afterAll(async () => {
  await service.close();
  lambda.destroy();
});

const signed = (callbackId: string, body: string, secret = SECRET) =>
  signWebhook({ secret, callbackId, body, ...form });

async function send(path: string, body: unknown, headers?: Record<string, string>) {
  const text = JSON.stringify(body);
  const signature = headers ?? signed(path.split('/').at(-1)!, text);
  const event = apiGatewayV2({ method: 'POST', path, body: text, headers: signature });
  return (await handler(event, lambdaContext())) as { statusCode: number; body: string };
}

async function startOrder() {
  const callbackId = new Promise<string>((resolve) => (onCallback = resolve));
  const execution = await client.for(Orders).start(undefined);
  return { execution, callbackId: await callbackId };
}

describe('@CompletesCallback()', () => {
  it('completes the callback with what the route returns', async () => {
    const { execution, callbackId } = await startOrder();
    expect(await send(`/approvals/${callbackId}`, { approved: true })).toMatchObject({ statusCode: 204, body: '' });
    expect(await execution.result({ maxPollMs: 10 })).toBe(true);
  });

  it('completes it once, with the last value of a stream, as Nest answers with it', async () => {
    const { execution, callbackId } = await startOrder();
    expect(await send(`/approvals/streamed/${callbackId}`, {})).toMatchObject({ statusCode: 204 });
    expect(await execution.result({ maxPollMs: 10 })).toBe(true);
  });

  it('responds with the status that the method states, wherever it is stated', async () => {
    const { execution, callbackId } = await startOrder();
    expect(await send(`/approvals/accepted/${callbackId}`, {})).toMatchObject({ statusCode: 202 });
    expect(await execution.result({ maxPollMs: 10 })).toBe('nothing');
  });

  it('fails the callback for a refusal', async () => {
    const { execution, callbackId } = await startOrder();
    expect(await send(`/approvals/${callbackId}`, { approved: false })).toMatchObject({ statusCode: 204 });
    await expect(execution.result({ maxPollMs: 10 })).rejects.toMatchObject({
      error: { type: 'CallbackExternalError', message: 'declined by the customer' },
    });
  });

  it('completes nothing when the signature is wrong or missing, or the body is not valid', async () => {
    const { execution, callbackId } = await startOrder();
    const path = `/approvals/${callbackId}`;
    const wrong = [
      signed(callbackId, '{"approved": true}'),
      signed(callbackId, '{"approved":true}', 'guess'),
      signed('another-callback', '{"approved":true}'),
      {},
    ];
    for (const headers of wrong) {
      expect(await send(path, { approved: true }, headers)).toMatchObject({ statusCode: 401 });
    }
    expect(await send(path, { approved: 'perhaps' })).toMatchObject({ statusCode: 400 });
    expect(await execution.describe()).toMatchObject({ status: 'RUNNING' });
    await execution.stop();
  });

  it('answers 410 for a callback that has ended and 404 for one that never was, without telling the id', async () => {
    const { execution, callbackId } = await startOrder();
    expect(await send(`/approvals/open/${callbackId}`, {}, {})).toMatchObject({ statusCode: 204 });
    expect(await execution.result({ maxPollMs: 10 })).toBe('nothing');
    const late = await send(`/approvals/open/${callbackId}`, {}, {});
    const unknown = await send('/approvals/open/bm8gc3VjaCBpZA', {}, {});
    expect([late.statusCode, unknown.statusCode]).toEqual([410, 404]);
    expect(late.body).not.toContain(callbackId);
  });

  it('answers 502 and says why in the log where the service cannot be reached, without telling the id', async () => {
    const errors: unknown[] = [];
    const connection = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', credentials: CREDENTIALS };
    @Module({ imports: [DurableExecutionModule.forRoot({ lambda: connection })], controllers: [Approvals] })
    class AppModule {}
    const logger = { log: () => {}, warn: () => {}, error: (error: unknown) => errors.push(error) };
    const event = apiGatewayV2({ method: 'POST', path: '/approvals/open/secret-id', body: '{}' });
    const answer = await createLambdaHandler(AppModule, { nest: { logger } })(event, lambdaContext());
    Logger.overrideLogger(false);
    expect(answer).toMatchObject({ statusCode: 502 });
    expect(errors).toEqual([expect.stringMatching(/^Approvals\.open could not complete a callback.*ECONNREFUSED/)]);
    expect(JSON.stringify([answer, errors])).not.toContain('secret-id');
  });

  it('answers 502 and says why in the log where the value is larger than a callback may have', async () => {
    const { execution, callbackId } = await startOrder();
    const error = jest.spyOn(Logger, 'error').mockReturnValue();
    try {
      expect(await send(`/approvals/large/${callbackId}`, {}, {})).toMatchObject({ statusCode: 502 });
      expect(error.mock.calls).toEqual([
        [expect.stringContaining('less than or equal to 262144 bytes'), expect.anything()],
      ]);
    } finally {
      error.mockRestore();
    }
    expect(await send(`/approvals/open/${callbackId}`, {}, {})).toMatchObject({ statusCode: 204 });
    expect(await execution.result({ maxPollMs: 10 })).toBe('nothing');
  });

  it.each([
    ['no JSON', 'bigint', /The result cannot be sent as JSON/],
    ['a file', 'file', /it is a stream, whose content must be read first/],
  ])(
    'answers 500 and says why in the log where the value is %s, because another request would not help',
    async (_, path, reason) => {
      const { execution, callbackId } = await startOrder();
      const error = jest.spyOn(Logger, 'error').mockReturnValue();
      try {
        const answer = await send(`/approvals/${path}/${callbackId}`, {}, {});
        expect(answer).toMatchObject({ statusCode: 500 });
        expect(answer.body).not.toContain('Send the request again');
        expect(error.mock.calls).toEqual([[expect.stringMatching(/has responded with 500: /), 'CompletesCallback']]);
        expect(error.mock.calls[0]?.[0]).toMatch(reason);
      } finally {
        error.mockRestore();
      }
      await send(`/approvals/open/${callbackId}`, {}, {});
      expect(await execution.result({ maxPollMs: 10 })).toBe('nothing');
    },
  );

  it('knows the bytes of a request without a body on every server', async () => {
    @Module({ imports: [DurableExecutionModule.forRoot({ lambda: { client: lambda } })], controllers: [Approvals] })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger: false });
    try {
      await app.listen(0);
      const { port } = app.getHttpServer().address() as { port: number };
      const url = `http://127.0.0.1:${port}/approvals/secret-id`;
      // Signed, but not valid.
      expect(await fetch(url, { method: 'POST', headers: signed('secret-id', '') })).toMatchObject({ status: 400 });
      expect(await fetch(url, { method: 'POST', headers: signed('secret-id', '{}') })).toMatchObject({ status: 401 });
    } finally {
      await app.close();
    }
  });

  it('takes no body of unknown bytes for an empty one, as HTTP/2 does not state the length', async () => {
    @Module({ imports: [DurableExecutionModule.forRoot({ lambda: { client: lambda } })], controllers: [Approvals] })
    class AppModule {}
    const app = await NestFactory.create(
      AppModule,
      new FastifyAdapter({ http2: true, routerOptions: { maxParamLength: 1024 } } as object),
      { logger: false },
    );
    await app.listen(0);
    const { port } = app.getHttpServer().address() as { port: number };
    const session = connect(`http://127.0.0.1:${port}`);
    try {
      const request = session.request({
        ':method': 'POST',
        ':path': '/approvals/secret-id',
        'content-type': 'application/json',
        ...signed('secret-id', ''),
      });
      request.end('{"approved":true}');
      const [headers] = (await once(request, 'response')) as [object];
      expect(headers).toMatchObject({ ':status': 500 });
    } finally {
      session.destroy();
      await app.close();
    }
  });

  it('says how to keep the raw body on a server that does not', async () => {
    const errors: unknown[] = [];
    @Module({ imports: [DurableExecutionModule.forRoot({ lambda: { client: lambda } })], controllers: [Approvals] })
    class AppModule {}
    const logger = { log: () => {}, warn: () => {}, error: (error: unknown) => errors.push(error) };
    const app = await NestFactory.create(AppModule, { logger });
    try {
      await app.listen(0);
      const { port } = app.getHttpServer().address() as { port: number };
      const headers = { 'content-type': 'application/json', ...signed('secret-id', '{}') };
      const url = `http://127.0.0.1:${port}/approvals/secret-id`;
      expect(await fetch(url, { method: 'POST', headers, body: '{}' })).toMatchObject({ status: 500 });
    } finally {
      await app.close();
    }
    expect(String(errors[0])).toContain('{ rawBody: true }');
    expect(String(errors[0])).not.toContain('secret-id');
    Logger.overrideLogger(false);
  });
});
