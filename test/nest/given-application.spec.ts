import type { Server } from 'node:http';
import { jest } from '@jest/globals';
import { type INestApplication, Injectable, type PipeTransform } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { createLambdaHandler, Durable, DurableInput, LambdaEvent } from 'nestjs-durable-execution';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext } from '../fixtures/memory-service.js';
import { rootModule, runExecution } from '../fixtures/nest-execution.js';

let boots = 0;

@Injectable()
class Jobs {
  async onModuleInit(): Promise<void> {
    boots += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  @Durable('a')
  a(@DurableInput() input: number): unknown {
    return { a: input };
  }
  @Durable('b')
  b(): string {
    return 'b';
  }
}

@Injectable()
class Events {
  @LambdaEvent('sqs')
  onMessages(): void {}
}

type Router = Record<'get', (path: string, route: () => void) => void>;

const doubling: PipeTransform = { transform: (value: number) => value * 2 };
const configure = (app: INestApplication): void => void app.useGlobalPipes(doubling);
const created = () => NestFactory.create(rootModule({ providers: [Jobs] }), { logger: false });

describe('An application that createLambdaHandler() is given', () => {
  it('is initialised once for all its handlers, also when their first events come together', async () => {
    boots = 0;
    const app = await created();
    const [a, b] = ['a', 'b'].map((handler) => createLambdaHandler(app, { handler, http: true }));
    const results = Promise.all([runExecution(a!, 1), runExecution(b!, 1)]);
    expect(await a!(apiGatewayV2({ path: '/nowhere' }), lambdaContext())).toMatchObject({ statusCode: 404 });
    expect((await results).map(({ result }) => result)).toEqual([{ a: 1 }, 'b']);
    expect(boots).toBe(1);
  });

  it('is set up once, also if its first initialisation has failed', async () => {
    let isDown = true;
    class Database {
      onModuleInit(): void {
        if (isDown) throw new Error('The database is down.');
      }
    }
    const root = rootModule({ providers: [Jobs, Events, Database] });
    const app = await NestFactory.create(root, { logger: false, abortOnError: false });
    const handler = createLambdaHandler(app, { handler: 'a', configure });
    await expect(runExecution(handler, 1)).rejects.toThrow('The database is down.');
    isDown = false;
    expect((await runExecution(handler, 1)).result).toEqual({ a: 2 });
  });

  it('may be of a testing module that is initialised too', async () => {
    const testing = await Test.createTestingModule({ imports: [rootModule({ providers: [Jobs] })] }).compile();
    await testing.init();
    const handler = createLambdaHandler(testing.createNestApplication({ logger: false }), { handler: 'a' });
    expect((await runExecution(handler, 1)).result).toEqual({ a: 1 });
  });

  it('is set up by configure, with HTTP and without', async () => {
    const testing = await Test.createTestingModule({ imports: [rootModule({ providers: [Jobs] })] }).compile();
    for (const app of [await created(), testing]) {
      const handler = createLambdaHandler(app, { handler: 'a', configure });
      expect((await runExecution(handler, 1)).result).toEqual({ a: 2 });
    }
  });

  it('ignores what configure does with an HTTP adapter or server that is not there', async () => {
    const testing = await Test.createTestingModule({ imports: [rootModule({ providers: [Jobs] })] }).compile();
    const closed = jest.spyOn(testing, 'close');
    const configureHttp = (app: INestApplication<Server>): void => {
      // As SwaggerModule.setup() does.
      const adapter = app.getHttpAdapter();
      adapter.get('/docs', () => undefined);
      (adapter.getInstance() as Router).get('/docs', () => undefined);
      app.getHttpServer().close();
      app.enableCors();
      configure(app);
    };
    const handler = createLambdaHandler(testing, { handler: 'a', configure: configureHttp });
    expect((await runExecution(handler, 1)).result).toEqual({ a: 2 });
    expect(closed).not.toHaveBeenCalled();
  });

  it('cannot be set up any more once it is initialised, which every invocation says', async () => {
    const app = await created();
    await app.init();
    const handler = createLambdaHandler(app, { handler: 'a', configure });
    await expect(runExecution(handler, 1)).rejects.toThrow(/is initialised already, so "configure" cannot set it up/);
  });
});
