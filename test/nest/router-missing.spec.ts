import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableCtx,
  type LambdaHandler,
} from 'nestjs-durable-execution';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { MemoryService, lambdaContext } from '../fixtures/memory-service.js';
import { handlerOf, rootModule, runExecution } from '../fixtures/nest-execution.js';
import { DurableExecutionInvocationInputWithClient } from 'nestjs-durable-execution/engine';

@Controller()
class Orders {
  @Get('order')
  @Durable('order')
  async order(@DurableCtx() context: DurableContext): Promise<string> {
    await context.wait('a day', { days: 1 });
    return 'shipped';
  }
}

const request = apiGatewayV2({ path: '/order' });
const whole = () => handlerOf({ controllers: [Orders] });

/** A deployment that has lost HTTP. */
async function withoutRouter(): Promise<LambdaHandler> {
  return createLambdaHandler(
    await NestFactory.createApplicationContext(rootModule({ controllers: [Orders] }), { logger: false }),
  );
}

/** Its second invocation is one of another deployment, and every other is one of a whole deployment. */
async function visiting(other: LambdaHandler, last?: LambdaHandler) {
  const service = new MemoryService(request);
  const handler = whole();
  const invoke = (current: LambdaHandler) =>
    current(new DurableExecutionInvocationInputWithClient(service.event(), service), lambdaContext());
  expect(await invoke(handler)).toEqual({ Status: 'PENDING' });
  service.passTime();
  const visit = await Promise.resolve(invoke(other)).catch((error: unknown) => ({ thrown: String(error) }));
  return { visit, end: await invoke(last ?? handler) };
}

describe('An execution whose deployment has no router', () => {
  it('fails when it has not started', async () => {
    const run = await runExecution(await withoutRouter(), request);
    expect([run.status, run.error?.ErrorMessage, run.names]).toEqual([
      'FAILED',
      expect.stringContaining('an application context without HTTP'),
      [],
    ]);
  });

  it('is thrown to Lambda when it is under way, and goes on with a deployment that has one', async () => {
    const { visit, end } = await visiting(await withoutRouter());
    expect(visit).toEqual({ thrown: expect.stringContaining('an application context without HTTP') });
    expect(end).toMatchObject({ Status: 'SUCCEEDED', Result: expect.stringContaining('shipped') });
  });

  it('is thrown to Lambda when a plugin of Fastify fails, and goes on when the same sandbox has booted again', async () => {
    let boots = 0;
    const adapter = () => {
      const fastify = new FastifyAdapter();
      const isBroken = (boots += 1) === 1;
      fastify.getInstance().addHook('onReady', async () => {
        if (isBroken) throw new TypeError('no such plugin');
      });
      return fastify;
    };
    const sandbox = handlerOf({ controllers: [Orders] }, { adapter });
    const { visit, end } = await visiting(sandbox, sandbox);
    expect(visit).toEqual({ thrown: 'TypeError: no such plugin' });
    expect(end).toMatchObject({ Status: 'SUCCEEDED' });
    expect(boots).toBe(2);
  });

  it('is thrown to Lambda in every invocation when a plugin of a given application fails', async () => {
    const app = await NestFactory.create(rootModule({ controllers: [Orders] }), new FastifyAdapter(), {
      logger: false,
    });
    (app as NestFastifyApplication)
      .getHttpAdapter()
      .getInstance()
      .addHook('onReady', async () => {
        throw new TypeError('no such plugin');
      });
    const sandbox = createLambdaHandler(app);
    const first = await visiting(sandbox);
    const second = await visiting(sandbox);
    expect([first.visit, second.visit]).toEqual(Array(2).fill({ thrown: 'TypeError: no such plugin' }));
  });
});
