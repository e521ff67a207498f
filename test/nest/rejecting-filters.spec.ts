import {
  type ArgumentsHost,
  Catch,
  Controller,
  Get,
  Inject,
  Injectable,
  NotFoundException,
  UseFilters,
} from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Durable, type LambdaHandlerOptions } from 'nestjs-durable-execution';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

interface Reply {
  status(code: number): { send(body: string): void };
}

/** As one that reports to a service which is down. */
@Catch()
class Reporting {
  async catch(): Promise<void> {
    await Promise.reject(new Error('the tracker is down'));
  }
}

@Catch()
class AnsweringFirst {
  async catch(_thrown: unknown, host: ArgumentsHost): Promise<void> {
    host.switchToHttp().getResponse<Reply>().status(418).send('teapot');
    await Promise.reject(new Error('the tracker is down'));
  }
}

/** As one of GraphQL, behind a request. */
class Resolver {
  @UseFilters(new Reporting())
  async resolve(): Promise<void> {
    throw new RangeError('no such order');
  }
}

@Controller()
class Orders {
  constructor(@Inject(ExternalContextCreator) private readonly contexts: ExternalContextCreator) {}

  @Get('resolved')
  async resolved(): Promise<unknown> {
    const host = new Resolver();
    const type = [...Array<undefined>(5), 'graphql'] as [undefined, undefined, undefined, undefined, undefined, string];
    const resolve = this.contexts.create(host as never, host.resolve, 'resolve', ...type) as () => Promise<unknown>;
    return resolve().catch(({ message }: Error) => ({ message }));
  }

  @Get('broken')
  @UseFilters(Reporting)
  @Durable('broken')
  async broken(): Promise<void> {
    throw new RangeError('no such order');
  }

  @Get('missing')
  @UseFilters(Reporting)
  @Durable('missing')
  async missing(): Promise<void> {
    throw new NotFoundException();
  }

  @Get('answered')
  @UseFilters(AnsweringFirst)
  @Durable('answered')
  async answered(): Promise<void> {
    throw new RangeError('no such order');
  }

  @Get('plain')
  @UseFilters(Reporting)
  async plain(): Promise<void> {
    throw new RangeError('no such order');
  }
}

@Injectable()
class Jobs {
  @UseFilters(Reporting)
  @Durable('job')
  async job(): Promise<void> {
    throw new RangeError('no such order');
  }
}

const platforms: Array<[string, LambdaHandlerOptions]> = [
  ['Express', {}],
  ['Fastify', { adapter: () => new FastifyAdapter() }],
];

// Nest's router does not await filters: without care, each of these would end the process.
describe.each(platforms)('A filter that rejects, on %s', (_platform, options) => {
  const handler = handlerOf({ controllers: [Orders], providers: [Jobs] }, options);
  const get = (path: string) => runExecution(handler, apiGatewayV2({ path }));

  it('leaves the execution of a durable route with the original error', async () => {
    const { status, error } = await get('/broken');
    expect([status, error?.ErrorType, error?.ErrorMessage]).toEqual(['FAILED', 'RangeError', 'no such order']);
  });

  it('makes the response to an HttpException a 500, as a filter that throws does', async () => {
    expect(await get('/missing')).toMatchObject({ status: 'SUCCEEDED', statusCode: 500, body: { statusCode: 500 } });
  });

  it('does not change a response that it has sent', async () => {
    expect(await get('/answered')).toMatchObject({ status: 'SUCCEEDED', statusCode: 418, body: 'teapot' });
  });

  it('makes the response of a plain route in an execution a 500', async () => {
    expect(await get('/plain')).toMatchObject({ status: 'SUCCEEDED', statusCode: 500 });
  });

  it('rejects in a pipeline that is awaited, such as that of a resolver', async () => {
    expect(await get('/resolved')).toMatchObject({ status: 'SUCCEEDED', body: { message: 'the tracker is down' } });
  });

  it('leaves the execution of a direct call with the original error', async () => {
    const { status, error } = await runExecution(handler, {});
    expect([status, error?.ErrorType]).toEqual(['FAILED', 'RangeError']);
  });
});
