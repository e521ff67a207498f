import { LambdaClient } from '@aws-sdk/client-lambda';
import { type INestApplicationContext, Injectable, mixin, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  createLambdaHandler,
  Durable,
  DurableCtx,
  DurableClient,
  type DurableContext,
  DurableExecutionModule,
  ExecutionEndedError,
  type LambdaHandler,
} from 'nestjs-durable-execution';
import { type LocalService, startLocalService } from 'nestjs-durable-execution/local';
import { quietLogger } from '../fixtures/quiet-logger.js';

interface Order {
  sku: string;
}

const callbackIds: string[] = [];
let onCallback = (): void => {};

function callbacksCreated(count: number): Promise<void> {
  return new Promise((resolve) => {
    onCallback = () => callbackIds.length === count && resolve();
    onCallback();
  });
}

@Injectable()
class Fulfilment {
  @Durable('fulfil')
  async fulfil(order: Order, context: DurableContext): Promise<{ shipped: string }> {
    if (order.sku === 'broken') throw new RangeError('no such article');
    await context.wait('hold', { minutes: 1 });
    return { shipped: order.sku };
  }
}

@Injectable()
class Approval {
  @Durable('approve')
  async approve(@DurableCtx() context: DurableContext): Promise<string> {
    return context.waitForCallback('decision', async (id) => {
      callbackIds.push(id);
      onCallback();
    });
  }
  helper(): void {}
}

let service: LocalService;
let lambda: LambdaClient;
let handlers: Record<string, LambdaHandler>;
let app: INestApplicationContext;

beforeAll(async () => {
  const call = (name: string) => (event: never, context: never) => handlers[name]!(event, context);
  const durable = { executionTimeoutSeconds: 86_400 };
  service = await startLocalService({
    functions: { fulfil: { handler: call('fulfil'), durable }, approve: { handler: call('approve'), durable } },
    skipTime: true,
  });
  lambda = new LambdaClient({
    endpoint: service.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  @Module({
    imports: [
      DurableExecutionModule.forRoot({
        lambda: { client: lambda },
        functions: { fulfil: 'fulfil:$LATEST', approve: 'approve:$LATEST' },
        engine: { logger: quietLogger },
      }),
    ],
    providers: [Fulfilment, Approval],
  })
  class AppModule {}
  const nest = { logger: false } as const;
  app = await NestFactory.createApplicationContext(AppModule, nest);
  handlers = {
    fulfil: createLambdaHandler(AppModule, { nest, handler: 'fulfil' }),
    approve: createLambdaHandler(AppModule, { nest, handler: 'approve' }),
  };
});

afterAll(async () => {
  await app.close();
  await service.close();
  lambda.destroy();
});

describe('DurableClient', () => {
  it('starts an execution of a method, and waits for its result', async () => {
    const execution = await app.get(DurableClient).for(Fulfilment).start({ sku: 'hat' });
    const events: string[] = [];
    const result = await execution.result({ onProgress: ({ type }) => events.push(type), maxPollMs: 10 });
    expect(result.shipped).toBe('hat');
    expect(events[0]).toBe('ExecutionStarted');
    expect(events.at(-1)).toBe('ExecutionSucceeded');
    expect(new Set(events)).toContain('WaitSucceeded');
    expect(await execution.describe()).toMatchObject({
      status: 'SUCCEEDED',
      handler: 'fulfil',
      input: '{"sku":"hat"}',
    });
  });

  it('finds an execution again by its name', async () => {
    const fulfil = app.get(DurableClient).for(Fulfilment, 'fulfil');
    const first = await fulfil.start({ sku: 'coat' }, { executionName: 'coat-1' });
    const again = await fulfil.start({ sku: 'coat' }, { executionName: 'coat-1' });
    expect(again.executionArn).toBe(first.executionArn);
    await expect(fulfil.start({ sku: 'scarf' }, { executionName: 'coat-1' })).rejects.toMatchObject({
      code: 'DurableExecutionAlreadyStartedException',
    });
    const names = [];
    for await (const { executionName } of fulfil.list({ executionName: 'coat-1' })) names.push(executionName);
    expect(names).toEqual(['coat-1']);
  });

  it('refuses options of a start that do not exist, and starts nothing', async () => {
    const fulfil = app.get(DurableClient).for(Fulfilment, 'fulfil');
    const options = { name: 'misspelt-1' } as object;
    const message = 'of "fulfil" has no option "name". Its options are: executionName, qualifier.';
    await expect(fulfil.start({ sku: 'coat' }, options)).rejects.toThrow(`start() ${message}`);
    await expect(fulfil.run({ sku: 'coat' }, options)).rejects.toThrow(`run() ${message}`);
    await expect(fulfil.start({ sku: 'coat' }, { executionName: 7 as never })).rejects.toThrow('It must be: string.');
  });

  it('refuses other options that do not exist: of waiting for ever, or for any end', async () => {
    const execution = app.get(DurableClient).for(Fulfilment).execution('arn');
    const options = { timeoutMs: 5 } as object;
    await expect(execution.result(options)).rejects.toThrow(
      'result() has no option "timeoutMs". Its options are: signal',
    );
    await expect(execution.waitForStatus(options)).rejects.toThrow('waitForStatus() has no option "timeoutMs"');
    await expect(execution.stop({ compensate: true, ...options })).rejects.toThrow('stop() has no option "timeoutMs"');
    await expect(execution.stop({ compensat: true } as object)).rejects.toThrow('stop() has no option "compensat"');
    await expect(execution.stop({ compensate: 'yes' as never })).rejects.toThrow('It must be: boolean.');
    await expect(execution.stop({ graceSeconds: 5 } as object)).rejects.toThrow('without `compensate: true`');
  });

  it('runs an execution to its end in one call', async () => {
    expect(await app.get(DurableClient).for(Fulfilment).run({ sku: 'hat' })).toEqual({ shipped: 'hat' });
  });

  it('tells with what an execution has failed', async () => {
    const fulfil = app.get(DurableClient).for(Fulfilment);
    const failure = { status: 'FAILED', error: { type: 'RangeError', message: 'no such article' } };
    await expect(fulfil.run({ sku: 'broken' })).rejects.toMatchObject(failure);
    const execution = await fulfil.start({ sku: 'broken' });
    await expect(execution.result({ maxPollMs: 10 })).rejects.toMatchObject(failure);
    await expect(execution.result()).rejects.toBeInstanceOf(ExecutionEndedError);
  });

  it('completes callbacks, and stops executions', async () => {
    const client = app.get(DurableClient);
    const approve = client.for(Approval, 'approve');
    const [approved, stopped] = [await approve.start(undefined), await approve.start(undefined)];
    await callbacksCreated(2);
    await client.heartbeatCallback(callbackIds[0]!);
    await expect(client.succeedCallback(callbackIds[0]!, 1n)).rejects.toMatchObject({
      name: 'DurableControlError',
      code: 'NotSent',
      message: expect.stringContaining('The result cannot be sent as JSON') as unknown,
    });
    await Promise.all(callbackIds.map((id) => client.succeedCallback(id, 'yes')));
    expect(await approved.result({ maxPollMs: 10 })).toBe('yes');
    await stopped.stop({ message: 'no longer needed' });
    await expect(client.failCallback(callbackIds[0]!, { message: 'no' })).rejects.toMatchObject({
      code: 'CallbackTimeoutException',
    });
  });

  it('gives up waiting when it is told to', async () => {
    const execution = await app.get(DurableClient).for(Approval, 'approve').start(undefined);
    await expect(execution.result({ signal: AbortSignal.timeout(20), maxPollMs: 5 })).rejects.toThrow(/abort|timeout/i);
    await execution.stop({ compensate: false });
    await expect(execution.result()).rejects.toMatchObject({ status: 'STOPPED', error: {} });
  });

  it('tells the callers that wait in one call whether an execution was stopped', async () => {
    const approve = app.get(DurableClient).for(Approval, 'approve');
    const execution = await approve.start(undefined, { executionName: 'to-be-stopped' });
    await execution.stop({ message: 'no longer needed' });
    await expect(approve.run(undefined, { executionName: 'to-be-stopped' })).rejects.toMatchObject({
      status: 'STOPPED',
      error: { message: 'no longer needed' },
    });
  });

  it('stops for what was thrown, whatever members it has', async () => {
    const approve = app.get(DurableClient).for(Approval, 'approve');
    const thrown = Object.assign(new RangeError('too dear'), { compensat: true });
    for (const [reason, error] of [
      [thrown, { type: 'RangeError', message: 'too dear' }],
      ['too dear', { message: 'too dear' }],
      [null, {}],
    ]) {
      const execution = await approve.start(undefined);
      await execution.stop(reason as never);
      expect((await execution.describe()).error).toEqual(error);
    }
  });

  it('refuses a method without a name in a class of mixin(), which has another name in each process', () => {
    const made = (name?: string) => {
      class Made {
        @Durable({ name })
        run(): void {}
      }
      return mixin(Made);
    };
    const client = app.get(DurableClient);
    expect(() => client.for(made(), 'run')).toThrow(
      /^@Durable\(\) on run\(\) of a class that mixin\(\) has made needs a name/,
    );
    expect(() => client.for(made('stated'), 'run')).not.toThrow();
  });

  it('says which methods a class has when none was chosen', () => {
    @Injectable()
    class Two {
      @Durable()
      one(): void {}
      @Durable()
      two(): void {}
    }
    const client = app.get(DurableClient);
    // @ts-expect-error -- the name of the method is missing
    expect(() => client.for(Two)).toThrow(
      "Which method of Two? Its @Durable() methods are: one, two. Name one of them: client.for(Two, 'one').",
    );
    expect(() => client.for(Approval, 'helper')).toThrow(
      'Approval has no @Durable() method "helper". Its @Durable() methods are: approve.',
    );
  });
});

describe('The address of a function', () => {
  it.each([undefined, null, '', {}])(
    'is no other one when its setting is %p, as from a missing variable',
    async (stated) => {
      const functions = { fulfil: stated as never };
      @Module({ imports: [DurableExecutionModule.forRoot({ functions, lambda: { client: lambda } })] })
      class Unset {}
      const unset = await NestFactory.createApplicationContext(Unset, { logger: false });
      process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'fulfil';
      try {
        const fulfil = unset.get(DurableClient).for(Fulfilment);
        await expect(fulfil.start({ sku: 'hat' })).rejects.toThrow(/gives "fulfil" the function .* missing\?/);
      } finally {
        delete process.env['AWS_LAMBDA_FUNCTION_NAME'];
        await unset.close();
      }
    },
  );

  it('is this very function, in the version that runs, unless it is configured', async () => {
    @Module({ imports: [DurableExecutionModule.forRoot({ lambda: { client: lambda } })] })
    class Bare {}
    const bare = await NestFactory.createApplicationContext(Bare, { logger: false });
    const fulfil = bare.get(DurableClient).for(Fulfilment);
    await expect(fulfil.start({ sku: 'hat' })).rejects.toThrow(/It is unknown which Lambda function runs "fulfil"/);
    Object.assign(process.env, { AWS_LAMBDA_FUNCTION_NAME: 'fulfil', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' });
    try {
      expect(await fulfil.run({ sku: 'hat' })).toEqual({ shipped: 'hat' });
    } finally {
      delete process.env['AWS_LAMBDA_FUNCTION_NAME'];
      delete process.env['AWS_LAMBDA_FUNCTION_VERSION'];
    }
    await bare.close();
  });

  it('is explained when it lacks a version and an alias', async () => {
    @Module({
      imports: [DurableExecutionModule.forRoot({ lambda: { client: lambda }, functions: { fulfil: 'fulfil' } })],
    })
    class Bare {}
    const bare = await NestFactory.createApplicationContext(Bare, { logger: false });
    await expect(bare.get(DurableClient).for(Fulfilment).start({ sku: 'hat' })).rejects.toThrow(
      /Add a version, an alias or \$LATEST/,
    );
    await bare.close();
  });
});

/** Compiles only when the types follow from the methods. */
export async function types(client: DurableClient): Promise<void> {
  const fulfil = client.for(Fulfilment);
  const { shipped }: { shipped: string } = await fulfil.run({ sku: 'hat' });
  void shipped;
  // @ts-expect-error -- an order has a sku
  await fulfil.start({});
  // @ts-expect-error -- there is no such method
  client.for(Fulfilment, 'fulfill');
  const answer: string = await client.for(Approval, 'approve').run(undefined);
  void answer;
}
