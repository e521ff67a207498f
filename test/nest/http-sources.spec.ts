import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { All, Controller, Get, Module, Post, Req, Res } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  createLambdaHandler,
  DurableExecutionModule,
  LambdaCtx,
  LambdaEvent,
  type LambdaHandlerOptions,
  LambdaPayload,
} from 'nestjs-durable-execution';
import { lambdaContext } from '../fixtures/memory-service.js';

type Json = Record<string, unknown>;

/** An event in the form that AWS documents for its source. */
function fixture(name: string): Json {
  return JSON.parse(readFileSync(new URL(`../fixtures/http-events/${name}.json`, import.meta.url), 'utf8')) as Json;
}

interface Answer {
  statusCode: number;
  body: string;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
}

let runs = 0;

@Controller()
class Orders {
  @Post('orders/:id')
  order(
    @Req() request: { method: string; url: string; query: object; headers: Json; body: unknown; ip: string },
    @LambdaPayload() event: Json,
    @LambdaCtx() context: { awsRequestId: string },
  ): object {
    runs += 1;
    const { method, url, query, body, ip, headers } = request;
    const { cookie, host, 'x-tag': tags, 'content-length': length } = headers;
    return { method, url, query: { ...query }, body, ip, cookie, host, tags, length, event, id: context.awsRequestId };
  }

  @Get('health')
  health(@Req() { ip, headers }: { ip: string; headers: Json }): object {
    return { ip, agent: headers['user-agent'] };
  }

  @Get('orders/:id')
  show(@Req() { url, headers, query }: { url: string; headers: Json; query: object }): object {
    return { url, headers, query: { ...query } };
  }

  @Post('headers')
  headers(@Req() request: { raw?: IncomingMessage } & IncomingMessage): object {
    const { headers, headersDistinct, rawHeaders } = request.raw ?? request;
    const names = ['constructor', 'x-last', 'cookie', 'content-length'];
    return {
      last: [headers['constructor'], headers['x-last']],
      distinct: names.map((name) => headersDistinct[name]?.join('; ')),
      raw: rawHeaders,
    };
  }

  @Get('cookies')
  cookies(@Res() response: { raw?: NodeResponse } & NodeResponse): void {
    const raw = response.raw ?? response;
    raw.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; Path=/']);
    raw.setHeader('X-Number', 7);
    raw.setHeader('Vary', ['Accept', 'Origin']);
    raw.end('ok');
  }

  @All(['/', '*'])
  rest(@Req() { url }: { url: string }): object {
    return { url };
  }
}

interface NodeResponse {
  setHeader(name: string, value: string | number | string[]): void;
  end(text: string): void;
}

class Authorizer {
  @LambdaEvent((event) => (event as { type?: unknown }).type === 'REQUEST')
  authorize(): object {
    return { isAuthorized: true };
  }

  @LambdaEvent((event) => typeof (event as Fixture).requestContext?.connectionId === 'string')
  socket(): object {
    return { statusCode: 200 };
  }
}

interface Fixture {
  requestContext?: { connectionId?: unknown };
}

@Module({ imports: [DurableExecutionModule.forRoot()], controllers: [Orders], providers: [Authorizer] })
class AppModule {}

const platforms: Array<[string, LambdaHandlerOptions]> = [
  ['Express', {}],
  ['Fastify', { adapter: () => new FastifyAdapter({ trustProxy: false }) as never }],
];

describe.each(platforms)('On %s', (_platform, platform) => {
  const handle = (event: Json, options: LambdaHandlerOptions = {}, root: object = class {}) => {
    Module({ imports: [AppModule] })(root as never);
    const handler = createLambdaHandler(root as never, { ...platform, ...options, nest: { logger: false } });
    return handler(event, lambdaContext()) as Promise<Answer>;
  };
  class Root {}
  const shared = (event: Json) => handle(event, {}, Root);
  const seen = async (event: Json) => JSON.parse((await shared(event)).body) as Json;

  it.each([
    ['rest-api'],
    ['rest-api-custom-domain'],
    ['rest-api-resource'],
    ['http-api-1.0'],
    ['http-api-1.0-default-route'],
    ['http-api-2.0'],
    ['http-api-2.0-stage'],
    ['http-api-2.0-base64'],
    ['function-url'],
    ['load-balancer-multi-value'],
  ])('a request by %s is the request that the client sent', async (name) => {
    const event = fixture(name);
    expect(await seen(event)).toMatchObject({
      method: 'POST',
      url: '/orders/7?q=a%20b&tag=x&tag=y',
      query: { q: 'a b', tag: ['x', 'y'] },
      body: { note: 'Zoë' },
      ip: '198.51.100.7',
      cookie: 'a=1; b=2',
      host: expect.stringContaining('.eu-central-1.'),
      tags: '1, 2',
      length: '15',
      event,
      id: 'request-1',
    });
  });

  it.each([['http-api-2.0'], ['rest-api'], ['load-balancer-multi-value']])(
    'Node reads the headers of %s, in all of its ways',
    async (name) => {
      const event = fixture(name) as { headers?: Json; multiValueHeaders?: Record<string, unknown[]> };
      const { headers, multiValueHeaders: lists } = event;
      const last = { constructor: 'x', 'x-last': 'z' };
      if (lists) for (const [header, value] of Object.entries(last)) lists[header] = [value];
      else Object.assign(headers!, last);
      const path = '/headers';
      const read = await shared({ ...event, path, rawPath: path, resource: path, pathParameters: null });
      expect(JSON.parse(read.body)).toEqual({
        last: ['x', 'z'],
        distinct: ['x', 'z', 'a=1; b=2', '15'],
        raw: expect.arrayContaining(['constructor', 'x', 'x-last', 'z', 'content-length', '15']),
      });
    },
  );

  it('a load balancer of single values sends the last of several', async () => {
    expect(await seen(fixture('load-balancer'))).toMatchObject({
      url: '/orders/7?q=a+b&tag=y',
      query: { q: 'a b', tag: 'y' },
      body: { note: 'Zoë' },
      ip: '198.51.100.7',
      tags: '2',
    });
  });

  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['1.2.3.4, 203.0.113.9:443', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
  ])('the client of a load balancer that says %s is %s', async (forwarded, ip) => {
    const event = fixture('load-balancer') as { headers: Json };
    event.headers['x-forwarded-for'] = forwarded;
    expect((await seen(event as never)).ip).toBe(ip);
  });

  it('health checks and tests from the console are requests', async () => {
    expect(await seen(fixture('load-balancer-health-check'))).toEqual({ ip: '', agent: 'ELB-HealthChecker/2.0' });
    expect(await seen(fixture('rest-api-console-test'))).toMatchObject({ url: '/orders/7', query: {} });
  });

  it('authorizers and WebSockets are no requests', async () => {
    runs = 0;
    for (const name of ['rest-api-authorizer', 'http-api-authorizer']) {
      expect(await shared(fixture(name))).toEqual({ isAuthorized: true });
    }
    for (const name of ['websocket-connect', 'websocket-message']) {
      expect(await shared(fixture(name))).toEqual({ statusCode: 200 });
    }
    expect(runs).toBe(0);
  });

  it.each<[string, string, string]>([
    ['http-api-2.0', '/a%20b/c%2Fd', '/a%20b/c%2Fd'],
    ['http-api-2.0', '/100%', '/100%25'],
    ['http-api-2.0', '/Zoë', '/Zo%C3%AB'],
    ['http-api-2.0', '', '/'],
    ['load-balancer', '', '/'],
    ['http-api-2.0-stage', '/dev', '/'],
    ['http-api-2.0-stage', '/dev/', '/'],
    ['http-api-2.0-stage', '/devices/7', '/devices/7'],
    ['load-balancer', '/a%20b', '/a%20b'],
    ['load-balancer', '/', '/'],
  ])('%s: the path %s is %s', async (name, path, expected) => {
    const event = { ...fixture(name), rawPath: path, path, rawQueryString: '', queryStringParameters: {} };
    expect(await shared({ ...event, requestContext: withMethod(event, 'PUT'), httpMethod: 'PUT' })).toMatchObject({
      statusCode: 200,
      body: JSON.stringify({ url: expected }),
    });
  });

  it.each<[string, object, string]>([
    ['/{proxy+}', { path: '/shop/a/b', pathParameters: { proxy: 'a/b' } }, '/a/b'],
    ['/api/{proxy+}', { path: '/api/a', pathParameters: { proxy: 'a' } }, '/api/a'],
    ['/api/{proxy+}', { path: '/shop/api/a/b/', pathParameters: { proxy: 'a/b/' } }, '/api/a/b/'],
    ['/{proxy+}', { path: '//a//b/', pathParameters: { proxy: '/a//b/' } }, '//a//b/'],
    ['/{proxy+}', { path: '/shop/a//b', pathParameters: { proxy: 'a//b' } }, '/a//b'],
    ['/', { path: '/shop/', pathParameters: null }, '/'],
    // As events of tests and of local gateways may be.
    ['/api/{proxy+}', { path: '/api/a/b' }, '/api/a/b'],
    ['/{proxy+}', { path: '/a', pathParameters: null }, '/a'],
    ['/orders/{id}/items', { path: '/v1/orders/7/items', pathParameters: { id: '7' } }, '/orders/7/items'],
    ['/', { path: '/shop', pathParameters: null }, '/'],
    ['/a', { path: '/a', pathParameters: null, stageVariables: null }, '/a'],
  ])('the resource %s of a REST API, %j, is routed by %s', async (resource, parts, expected) => {
    const event = { ...fixture('rest-api'), resource, ...parts, httpMethod: 'PUT' };
    const none = { queryStringParameters: null, multiValueQueryStringParameters: null };
    expect((await shared({ ...event, ...none })).body).toBe(JSON.stringify({ url: expected }));
  });

  it.each<[string | false, string, string]>([
    ['/v1', '/v1/orders/9', '/orders/9'],
    ['v1/', '/v1', '/'],
    ['/v1', '/v10/orders', '/v10/orders'],
    ['/v1/shop', '/v1/shop/a', '/a'],
    [false, '/dev/a', '/dev/a'],
  ])('below the base path %s, %s is %s', async (basePath, rawPath, url) => {
    const event = { ...fixture('http-api-2.0-stage'), rawPath, rawQueryString: '' };
    const asPut = { ...event, requestContext: withMethod(event, 'PUT') };
    expect((await handle(asPut, { basePath })).body).toBe(JSON.stringify({ url }));
  });

  it('answers are written as each source takes them', async () => {
    const ask = async (name: string) => {
      const event = {
        ...fixture(name),
        rawPath: '/cookies',
        path: '/cookies',
        resource: '/cookies',
        httpMethod: 'GET',
      };
      return shared({ ...event, requestContext: withMethod(event, 'GET') });
    };
    const cookies = ['a=1; Path=/', 'b=2; Path=/'];
    const single = { 'x-number': '7', vary: 'Accept, Origin' };
    const lists = { 'x-number': ['7'], vary: ['Accept', 'Origin'], 'set-cookie': cookies };
    for (const name of ['http-api-2.0', 'function-url']) {
      expect(await ask(name)).toMatchObject({ statusCode: 200, headers: single, cookies, body: 'ok' });
    }
    for (const name of ['rest-api', 'load-balancer-multi-value']) {
      expect(await ask(name)).toMatchObject({ statusCode: 200, multiValueHeaders: lists, body: 'ok' });
    }
    expect(await ask('load-balancer')).toMatchObject({ headers: { ...single, 'set-cookie': 'b=2; Path=/' } });
  });
});

function withMethod(event: Json, method: string): object {
  const context = event.requestContext as { http?: object };
  return context.http ? { ...context, http: { ...context.http, method } } : context;
}
