import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { jest } from '@jest/globals';
import { Controller, HttpException, Inject, Injectable, Module, Post, type Provider, Res, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  CompletesCallback,
  type CompletesCallbackOptions,
  createLambdaHandler,
  DurableControlClient,
  DurableControlError,
  DurableExecutionModule,
  type LambdaHandlerOptions,
  signWebhook,
  type WebhookSignature,
} from 'nestjs-durable-execution';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext } from '../fixtures/memory-service.js';

const BODY = '{"approved":true}';

@Injectable()
class Vault {
  secrets: Array<string | undefined> = ['old'];
  asked = 0;

  ask() {
    this.asked += 1;
    return this.secrets;
  }
}

/** An application with one webhook, what it has completed, and what was logged. */
function webhook(
  options: CompletesCallbackOptions,
  providers: Provider[] = [],
  handlerOptions: LambdaHandlerOptions = {},
) {
  const vault = new Vault();
  const completed: unknown[] = [];
  const warnings: string[] = [];
  const errors: string[] = [];

  @Controller()
  class Hooks {
    @Post('hooks/:callbackId')
    @CompletesCallback(options)
    complete(): { approved: boolean } {
      return { approved: true };
    }
  }
  @Module({
    imports: [DurableExecutionModule.forRoot()],
    controllers: [Hooks],
    providers: [{ provide: Vault, useValue: vault }, ...providers],
  })
  class AppModule {}
  const logger = {
    log: () => {},
    warn: (message: unknown) => void warnings.push(String(message)),
    error: (message: unknown) => void errors.push(String(message)),
  };
  const handler = createLambdaHandler(AppModule, {
    ...handlerOptions,
    nest: { logger },
    configure: (app) => {
      const control = app.get(DurableControlClient);
      control.sendCallbackSuccess = async (...answer: unknown[]) => void completed.push(answer);
    },
  });
  const post = async (headers: Record<string, string>, body: string = BODY, id = 'cb1', query = '') => {
    const event = { ...apiGatewayV2({ method: 'POST', path: `/hooks/${id}`, body, headers }), rawQueryString: query };
    const { statusCode } = (await handler(event, lambdaContext())) as { statusCode: number };
    return statusCode;
  };
  const postSigned = (secret: string) => post(signWebhook({ secret, callbackId: 'cb1', body: BODY }));
  return { vault, completed, warnings, errors, post, postSigned };
}

const signedBy = (signature: WebhookSignature) => webhook({ signature });

describe('The secret of a webhook', () => {
  it.each<[string, WebhookSignature['secret']]>([
    ['is undefined', undefined],
    ['is empty', ''],
    ['is blank', '  '],
    ['is no bytes', new Uint8Array()],
    ['is none of several', ['', undefined]],
    ['is an empty answer', () => ''],
    ['is no answer', async () => undefined],
    ['is an empty list', () => []],
  ])('that %s accepts nothing, which is an error, and is told at boot', async (_what, secret) => {
    const { post, postSigned, completed, warnings, errors } = signedBy({ secret });
    expect(await post({})).toBe(500);
    expect(await postSigned(' ')).toBe(500);
    expect(completed).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('Hooks.complete has no secret')]);
    expect(errors[0]).toContain('Hooks.complete has no secret');
  });

  it('that is no key in its scheme accepts nothing', async () => {
    const { post, completed } = signedBy({ scheme: 'standard-webhooks', secret: 'whsec_' });
    const headers = { 'webhook-id': 'm', 'webhook-timestamp': `${Math.floor(Date.now() / 1000)}` };
    expect(await post({ ...headers, 'webhook-signature': 'v1,AAAA' })).toBe(500);
    expect(completed).toEqual([]);
  });

  it('may be made of providers, and is asked for with each request', async () => {
    const secret = { inject: [Vault], useFactory: (vault: Vault) => vault.ask() };
    const { vault, postSigned, completed, warnings } = signedBy({ secret });
    expect(await postSigned('old')).toBe(204);
    expect(await postSigned('new')).toBe(401);
    vault.secrets = ['new', 'old'];
    expect([await postSigned('old'), await postSigned('new')]).toEqual([204, 204]);
    vault.secrets = ['new', undefined];
    expect([await postSigned('old'), await postSigned('new')]).toEqual([401, 204]);
    expect(completed).toHaveLength(4);
    expect(warnings).toEqual([]);
    expect(vault.asked).toBe(7);
  });

  it('may be made of no provider', async () => {
    const { postSigned, warnings } = signedBy({ secret: { useFactory: async () => 'k' } });
    expect([await postSigned('other'), await postSigned('k')]).toEqual([401, 204]);
    expect(warnings).toEqual([]);
  });

  it('may be made of providers of the request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Tenant {
      constructor(@Inject(REQUEST) private readonly request: { headers: Record<string, string> }) {}
      get secret(): string {
        return `k-${this.request.headers['x-tenant']}`;
      }
    }
    const secret = { inject: [Tenant, Vault], useFactory: (tenant: Tenant) => tenant.secret };
    const { post, completed } = webhook({ signature: { secret } }, [Tenant]);
    const signed = signWebhook({ secret: 'k-acme', callbackId: 'cb1', body: BODY });
    expect(await post({ ...signed, 'x-tenant': 'acme' })).toBe(204);
    expect(await post({ ...signed, 'x-tenant': 'globex' })).toBe(401);
    expect(completed).toHaveLength(1);
  });

  it('says which provider is missing', async () => {
    class Nowhere {}
    const secret = { inject: [Nowhere], useFactory: () => 'k' };
    const { postSigned, warnings } = signedBy({ secret });
    expect(await postSigned('k')).toBe(500);
    expect(warnings).toEqual([expect.stringContaining('created from Nowhere, which the application does not provide')]);
  });

  it('that cannot be had now is an error, and asked for again', async () => {
    let fails = true;
    const secret = async () => {
      if (fails) throw new Error('the vault is closed');
      return 'k';
    };
    const { postSigned, warnings } = signedBy({ secret });
    expect(await postSigned('k')).toBe(500);
    expect(warnings).toEqual([expect.stringContaining('the vault is closed')]);
    fails = false;
    expect(await postSigned('k')).toBe(204);
  });
});

describe('A check of your own', () => {
  const check = (verify: (secrets: readonly unknown[], body: Buffer) => boolean) =>
    signedBy({ scheme: 'custom', secret: ['', 'k'], verify: ({ rawBody }, secrets) => verify(secrets, rawBody) });

  it('is given the bytes and the secrets that are there', async () => {
    const { post, completed } = check((secrets, body) => secrets.join() === 'k' && body.equals(Buffer.from(BODY)));
    expect([await post({}), await post({}, '{ }')]).toEqual([204, 401]);
    expect(completed).toHaveLength(1);
  });

  it('refuses where it throws, as libraries do', async () => {
    const { post, warnings } = check(() => {
      throw new Error('No matching signature');
    });
    expect(await post({})).toBe(401);
    expect(warnings).toEqual([expect.stringContaining('No matching signature')]);
  });

  it('refuses what is not quite true', async () => {
    const { post } = check(() => 'yes' as unknown as boolean);
    expect(await post({})).toBe(401);
  });
});

describe('The bytes that were signed', () => {
  const sent: Array<[string, string | undefined]> = [
    ['application/json', '{"a": 1.0}'],
    ['text/plain; charset=UTF-8', '{"Type":"Notification"}'],
    ['application/xml', '<a>\n</a>'],
    ['application/vnd.shop+json', '{ }'],
    ['application/x-www-form-urlencoded', 'payload=%7B%7D&a=b+c'],
    ['application/json', undefined],
    ['no/type-at-all', 'Zoë'],
  ];

  it.each(sent)('are those of %s %j', async (type, body) => {
    const { post, completed } = signedBy({ secret: 'k' });
    const headers = signWebhook({ secret: 'k', callbackId: 'cb1', body });
    expect(await post({ 'content-type': type, ...headers }, body ?? '')).toBe(204);
    expect(completed).toHaveLength(1);
    expect([400, 401]).toContain(await post({ 'content-type': type, ...headers }, `${body ?? ''} `));
  });

  it.each([
    ['application/json', '{"a": 1.0}'],
    ['text/plain', 'yes'],
  ])('are there on Fastify too, for %s', async (type, body) => {
    const adapter = () => new FastifyAdapter({ routerOptions: { maxParamLength: 1024 } }) as never;
    const { post, completed } = webhook({ signature: { secret: 'k' } }, [], { adapter });
    const headers = signWebhook({ secret: 'k', callbackId: 'cb1', body });
    expect(await post({ 'content-type': type, ...headers }, body)).toBe(204);
    expect(await post({ 'content-type': type, ...headers }, body.replace('e', 'E').replace('a', 'A'))).toBe(401);
    expect(completed).toHaveLength(1);
  });
});

describe('The callback id', () => {
  it('may come from what was sent, for services with one URL', async () => {
    const callbackId = ({ body }: { body?: unknown }) => (body as { meta?: { callback?: string } }).meta?.callback;
    const { post, completed } = webhook({ callbackId, signature: { secret: 'k', coversCallbackId: false } });
    const send = (body: string) =>
      post(signWebhook({ secret: 'k', callbackId: '', body, coversCallbackId: false }), body, 'any');
    expect(await send('{"meta":{"callback":"cb7"}}')).toBe(204);
    expect(await send('{}')).toBe(404);
    expect(completed).toEqual([['cb7', '{"@durable-callback":{"approved":true}}']]);
  });

  it('may come from the query, behind an HTTP API, which decodes the path', async () => {
    const { post, completed } = webhook({ callbackId: ({ query }) => query.id, signature: { secret: 'k' } });
    const id = 'Ab9/x+w==';
    const headers = signWebhook({ secret: 'k', callbackId: id, body: BODY });
    expect(await post(headers, BODY, 'any', `id=${encodeURIComponent(id)}`)).toBe(204);
    expect(await post(headers, BODY, 'any', 'id=Other')).toBe(401);
    expect(await post(headers, BODY, 'any', 'id=a&id=b')).toBe(401);
    expect(completed).toEqual([[id, '{"@durable-callback":{"approved":true}}']]);
  });

  it('may be refused with an answer of its own', async () => {
    const callbackId = (): string => {
      throw new HttpException('pong', 200);
    };
    const { post, completed } = webhook({ callbackId });
    expect(await post({})).toBe(200);
    expect(completed).toEqual([]);
  });

  it('is read in vain for a sender that has not signed', async () => {
    const callbackId = ({ body }: { body?: unknown }): string => {
      if ((body as { type: string }).type === 'ping') throw new HttpException('pong', 200);
      return (body as { data: { id: string } }).data.id;
    };
    const { post, errors } = webhook({ callbackId, signature: { scheme: 'github', secret: 'k' } });
    const digest = (body: string) => createHmac('sha256', 'k').update(body).digest('hex');
    for (const [body, status] of [
      ['{"type":"ping"}', 200],
      ['{"type":"paid"}', 500],
    ] as const) {
      const headers = { 'content-type': 'application/json' };
      expect(await post(headers, body)).toBe(401);
      expect(errors).toEqual([]);
      expect(await post({ ...headers, 'x-hub-signature-256': `sha256=${digest(body)}` }, body)).toBe(status);
    }
  });

  it.each(['7', 'true', '["cb1","cb2"]', '{"a":1}'])('is not %s', async (id) => {
    const callbackId = ({ body }: { body?: unknown }) => (body as { id: string }).id;
    const { post, completed } = webhook({ callbackId });
    expect(await post({ 'content-type': 'application/json' }, `{"id":${id}}`)).toBe(404);
    expect(completed).toEqual([]);
  });
});

describe.each<[string, LambdaHandlerOptions]>([
  ['Express', {}],
  ['Fastify', { adapter: () => new FastifyAdapter({ routerOptions: { maxParamLength: 1024 } }) }],
])('A webhook that sends its response itself, on %s', (_platform, options) => {
  const sent = jest.fn<(id: string) => Promise<void>>();

  @Controller('hooks')
  class Thanks {
    @Post('early/:callbackId')
    @CompletesCallback()
    early(@Res() response: { status(code: number): { send(text: string): void } }): boolean {
      response.status(200).send('thank you');
      return true;
    }

    @Post('late/:callbackId')
    @CompletesCallback()
    async late(@Res() response: { status(code: number): { send(text: string): void } }): Promise<boolean> {
      setTimeout(() => response.status(200).send('thank you'), 20);
      return true;
    }

    @Post('awaited/:callbackId')
    @CompletesCallback()
    async awaited(@Res() response: ServerResponse & { raw?: ServerResponse }): Promise<boolean> {
      const raw = response.raw ?? response;
      raw.statusCode = 200;
      await new Promise<void>((resolve) => raw.end('thank you', resolve));
      return true;
    }
  }
  @Module({ imports: [DurableExecutionModule.forRoot()], controllers: [Thanks] })
  class AppModule {}
  const handler = createLambdaHandler(AppModule, {
    ...options,
    nest: { logger: false },
    configure: (app) => void Object.assign(app.get(DurableControlClient), { sendCallbackSuccess: sent }),
  });
  const post = (path: string) => handler(apiGatewayV2({ method: 'POST', path }), lambdaContext());

  it('responds only when the callback is completed', async () => {
    let isCompleted = false;
    sent.mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      isCompleted = true;
    });
    expect(await post('/hooks/early/cb1')).toMatchObject({ statusCode: 200, body: 'thank you' });
    expect(isCompleted).toBe(true);
    expect(await post('/hooks/late/cb1')).toMatchObject({ statusCode: 200, body: 'thank you' });
  });

  it('responds before the method has returned where that waits for the end of its response', async () => {
    const completed = new Promise<string>((resolve) => sent.mockImplementation(async (id) => resolve(id)));
    expect(await post('/hooks/awaited/cb1')).toMatchObject({ statusCode: 200, body: 'thank you' });
    expect(await completed).toBe('cb1');
  });

  it('tells the sender where it is not', async () => {
    const code = 'CallbackTimeoutException';
    const error = new DurableControlError({ apiName: 'x', message: 'ended', code, retryable: false });
    sent.mockRejectedValue(error);
    const { statusCode, body } = (await post('/hooks/early/cb1')) as { statusCode: number; body: string };
    expect([statusCode, body]).toEqual([410, expect.not.stringContaining('thank you')]);
  });
});
