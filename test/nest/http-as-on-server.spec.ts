import { request as clientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { Controller, Get, type INestApplication, Module, Req, Res, Sse, StreamableFile } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createLambdaHandler, DurableExecutionModule } from 'nestjs-durable-execution';
import { from, type Observable } from 'rxjs';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext } from '../fixtures/memory-service.js';

/** Node's own response, which Fastify wraps. */
type Response = ServerResponse & { raw?: ServerResponse; hijack?: () => void };

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const zipped = gzipSync('Zoë '.repeat(1000));
const own = (response: Response): ServerResponse => {
  response.hijack?.();
  return response.raw ?? response;
};
let journal: string[] = [];

@Controller()
class Pages {
  @Get('json')
  json(): object {
    return { name: 'Zoë' };
  }

  @Get('nothing')
  nothing(): void {}

  @Get('bytes')
  bytes(): StreamableFile {
    return new StreamableFile(everyByte, { type: 'application/octet-stream' });
  }

  @Get('bytes-as-text')
  bytesAsText(@Res() response: Response): void {
    own(response).writeHead(200, { 'Content-Type': 'text/plain; charset=latin1' }).end(everyByte);
  }

  @Get('latin1')
  latin1(@Res() response: Response): void {
    const raw = own(response);
    raw.write('caf\u00e9 ', 'latin1');
    raw.end('cr\u00e8me', 'latin1');
  }

  @Get('hex')
  hex(@Res() response: Response): void {
    own(response).end('cafe', 'hex');
  }

  @Get('zipped')
  zipped(@Res() response: Response): void {
    own(response).writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/html' }).end(zipped);
  }

  @Get('chunked')
  chunked(@Res() response: Response): void {
    const raw = own(response);
    raw.setHeader('Transfer-Encoding', 'chunked');
    raw.write('a');
    raw.write(Buffer.from('b'));
    raw.end();
  }

  @Get('trailers')
  trailers(@Res() response: Response): void {
    const raw = own(response);
    raw.setHeader('Trailer', 'X-Sum');
    raw.write('a');
    raw.addTrailers({ 'X-Sum': '1' });
    raw.end('b');
  }

  @Get('head-trailers')
  headTrailers(@Res() response: Response): void {
    const raw = own(response);
    raw.setHeader('X-Own', '1').appendHeader('X-Own', '2');
    raw.writeHead(200, { trailer: 'X-Sum', 'Transfer-Encoding': 'chunked' });
    raw.write('a');
    raw.addTrailers({ 'X-Sum': '1' });
    raw.end('b');
  }

  @Get('hints')
  hints(@Res() response: Response): void {
    const raw = own(response);
    raw.writeEarlyHints({ link: '</style.css>; rel=preload' });
    raw.end('page');
  }

  @Get('pipeline')
  async pipeline(@Res() response: Response): Promise<void> {
    await pipeline(async function* () {
      for (let part = 0; part < 40; part += 1) yield Buffer.alloc(5000, part);
    }, own(response));
  }

  @Get('piped')
  piped(@Res() response: Response): void {
    Readable.from([Buffer.alloc(70_000, 1), Buffer.alloc(70_000, 255)]).pipe(own(response));
  }

  @Get('headers')
  headers(@Res() response: Response): void {
    const raw = own(response);
    raw.setHeader('X-Set', ['1', '2']);
    raw.writeHead(203, 'Somewhat', { 'X-Written': 'a', 'Set-Cookie': ['a=1', 'b=2'] });
    raw.end('ok');
  }

  @Get('header-list')
  headerList(@Res() response: Response): void {
    own(response).writeHead(200, ['X-A', '1', 'X-B', '2']).end('ok');
  }

  @Get('late-header')
  lateHeader(@Res() response: Response): void {
    const raw = own(response);
    raw.write('first ');
    try {
      raw.setHeader('X-Late', '1');
    } catch (error) {
      raw.write((error as { code: string }).code);
    }
    raw.end();
  }

  @Sse('events')
  events(): Observable<{ data: object }> {
    return from([{ data: { part: 1 } }, { data: { part: 2 } }]);
  }

  @Get('life')
  life(@Req() request: { raw?: IncomingMessage } & IncomingMessage, @Res() response: Response): void {
    const raw = own(response);
    const life: string[] = (journal = []);
    raw.on('finish', () => life.push(`finish ended=${raw.writableEnded} aborted=${request.readableAborted ?? false}`));
    raw.on('close', () => life.push('close'));
    (request.raw ?? request).on('end', () => life.push('request end'));
    raw.end('ok');
    life.push('end has returned');
  }
}

@Module({ imports: [DurableExecutionModule.forRoot()], controllers: [Pages] })
class AppModule {}

interface Seen {
  status: number;
  headers: Record<string, unknown>;
  /** One character for each byte: buffers are compared slowly. */
  body: string;
}

/** What a server and its client add, and what Lambda's sources do. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'date', 'trailer', 'transfer-encoding', 'content-length'];

const withoutConnection = (headers: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !OF_THE_CONNECTION.includes(name))
      .map(([name, value]) => [name, name === 'set-cookie' ? value : [value].flat().join(', ')]),
  );

function fromServer(port: number, path: string, method: string): Promise<Seen> {
  return new Promise((resolve, reject) => {
    // A connection of its own: the server closes idle ones, also in the moment in which they are used again.
    const request = clientRequest({ port, path, method, agent: false }, async (response) => {
      const body = Buffer.concat((await response.toArray()) as Buffer[]).toString('latin1');
      resolve({ status: response.statusCode!, headers: withoutConnection(response.headers), body });
    });
    request.on('error', reject);
    request.end();
  });
}

const adapters: Array<[string, () => never]> = [
  ['Express', () => undefined as never],
  ['Fastify', () => new FastifyAdapter() as never],
];

describe.each(adapters)('On %s, a response', (platform, adapter) => {
  const root = class {};
  Module({ imports: [AppModule] })(root);
  const options = platform === 'Express' ? {} : { adapter };
  const handler = createLambdaHandler(root, { ...options, nest: { logger: false } });
  let server: INestApplication;
  let port: number;

  beforeAll(async () => {
    server = await NestFactory.create(AppModule, ...([adapter(), { logger: false }].filter(Boolean) as [never]));
    await server.listen(0);
    port = (server.getHttpServer().address() as { port: number }).port;
  });
  afterAll(() => server.close());

  async function fromLambda(path: string, method: string): Promise<Seen> {
    const answer = await handler(apiGatewayV2({ path, method }), lambdaContext());
    const { statusCode, headers, cookies, body, isBase64Encoded } = answer as {
      statusCode: number;
      headers: Record<string, string>;
      cookies?: string[];
      body: string;
      isBase64Encoded: boolean;
    };
    return {
      status: statusCode,
      headers: withoutConnection({ ...headers, ...(cookies && { 'set-cookie': cookies }) }),
      body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('latin1'),
    };
  }

  const paths = [
    'json',
    'nothing',
    'bytes',
    'bytes-as-text',
    'latin1',
    'hex',
    'zipped',
    'chunked',
    'trailers',
    'head-trailers',
    'hints',
    'pipeline',
    'piped',
    'headers',
    'header-list',
    'late-header',
    'events',
    'nowhere',
  ];

  it.each(paths)('/%s is what a server answers', async (path) => {
    expect(await fromLambda(`/${path}`, 'GET')).toEqual(await fromServer(port, `/${path}`, 'GET'));
  });

  it.each(['json', 'bytes'])('/%s has no body for HEAD', async (path) => {
    expect(await fromLambda(`/${path}`, 'HEAD')).toEqual(await fromServer(port, `/${path}`, 'HEAD'));
  });

  it('finishes and closes in the order in which it does on a server', async () => {
    await fromServer(port, '/life', 'GET');
    const onServer = journal;
    await fromLambda('/life', 'GET');
    for (let turn = 0; turn < 20 && journal.length < onServer.length; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(onServer).toContain('finish ended=true aborted=false');
    expect(journal).toEqual(onServer);
  });
});
