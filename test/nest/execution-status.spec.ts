import { jest } from '@jest/globals';
import { Injectable, Module, type Type, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  createLambdaHandler,
  Durable,
  DurableClient,
  type DurableControlClient,
  DurableExecutionModule,
  DurableInput,
  type ExecutionStatus,
  type ExecutionStatusChange,
  LambdaEvent,
  LambdaPayload,
  OnExecutionStatus,
} from 'nestjs-durable-execution';
import { lookBudget } from '../../lib/nest/client/look-budget.js';
import { turns } from '../engine/support/turns.js';
import { lambdaContext } from '../fixtures/memory-service.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

let executions = 0;
const newArn = () =>
  `arn:aws:lambda:eu-central-1:123456789012:function:orders:7/durable-execution/order/${(executions += 1)}`;

const eventOf = (durableExecutionArn: string, status: string, functionName = 'orders') => ({
  version: '0',
  'detail-type': 'Durable Execution Status Change',
  source: 'aws.lambda',
  detail: {
    durableExecutionArn,
    durableExecutionName: 'order',
    functionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}:7`,
    status,
    startTimestamp: '2026-11-28T12:00:00.000Z',
  },
});

const heard: unknown[] = [];

@Injectable()
class Watch {
  @OnExecutionStatus()
  all({ status, startedAt }: ExecutionStatusChange): void {
    heard.push(['all', status, startedAt]);
  }

  @OnExecutionStatus({ statuses: ['FAILED', 'TIMED_OUT'], functionName: 'orders' })
  @UseGuards({ canActivate: () => true })
  async ordersFailed(
    @DurableInput() change: ExecutionStatusChange,
    @LambdaPayload() event: { source: string },
  ): Promise<void> {
    heard.push(['failed', change.status, event.source]);
  }
}

@Injectable()
class Broken {
  @OnExecutionStatus({ statuses: ['FAILED'] })
  onFailure(): never {
    throw new Error('the pager is away');
  }
}

beforeEach(() => (heard.length = 0));

const tell = (providers: Type[], event: unknown) => handlerOf({ providers })(event, lambdaContext());

describe('@OnExecutionStatus()', () => {
  const started = new Date('2026-11-28T12:00:00Z');

  it('hears of every change that is for it, as an object, and the others hear of it too', async () => {
    await tell([Watch], eventOf(newArn(), 'FAILED'));
    expect(heard).toEqual([
      ['all', 'FAILED', started],
      ['failed', 'FAILED', 'aws.lambda'],
    ]);
  });

  it.each([
    ['another status', eventOf(newArn(), 'RUNNING')],
    ['another function', eventOf(newArn(), 'FAILED', 'reports')],
  ])('hears nothing of %s', async (_what, event) => {
    await tell([Watch], event);
    expect(heard.map((entry) => (entry as string[])[0])).toEqual(['all']);
  });

  it('fails the invocation when it throws, so that the event is delivered again; the others have heard of it', async () => {
    await expect(tell([Broken, Watch], eventOf(newArn(), 'FAILED'))).rejects.toThrow('the pager is away');
    expect(heard).toHaveLength(2);
  });

  it('is reached in a durable function too', async () => {
    const run = await runExecution(handlerOf({ providers: [Watch] }), eventOf(newArn(), 'RUNNING'));
    expect(run).toMatchObject({ status: 'SUCCEEDED', names: [] });
    expect(heard).toEqual([['all', 'RUNNING', started]]);
  });

  it('cannot be the body of an execution: several of them may hear of one event', async () => {
    @Injectable()
    class Both {
      @OnExecutionStatus()
      @Durable('both')
      async onStatus(): Promise<void> {}
    }
    await expect(runExecution(handlerOf({ providers: [Both] }), eventOf(newArn(), 'FAILED'))).rejects.toThrow(
      'Both.onStatus has @OnExecutionStatus() and @Durable()',
    );
  });

  it('is not needed: an application without one takes the event, and leaves other events of EventBridge as they are', async () => {
    @Injectable()
    class Shop {
      @LambdaEvent('eventbridge', { from: 'Order Placed' })
      placed(): string {
        return 'placed';
      }
    }
    await expect(tell([Shop], eventOf(newArn(), 'FAILED'))).resolves.toBeUndefined();
    await expect(tell([Shop], { 'detail-type': 'Order Placed', detail: {} })).resolves.toBe('placed');
    await expect(tell([Shop], { 'detail-type': 'Order Lost', detail: {} })).rejects.toThrow(/"Order Lost"/);
  });
});

async function clientOf(control: Partial<DurableControlClient> = {}) {
  @Module({ imports: [DurableExecutionModule.forRoot()] })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  return { app, client: new DurableClient(control as DurableControlClient, {}) };
}

describe('waitForStatus', () => {
  it('resolves when the process is told of the end, and looks at nothing', async () => {
    const { app, client } = await clientOf();
    const arn = newArn();
    const end = client.waitForStatus(arn);
    const handler = createLambdaHandler(app);
    for (const status of ['RUNNING', 'SUCCEEDED']) await handler(eventOf(arn, status), lambdaContext());
    await expect(end).resolves.toMatchObject({ executionArn: arn, status: 'SUCCEEDED' });
    await app.close();
  });

  it('knows what came before somebody waited, from whichever client', async () => {
    const { app, client } = await clientOf();
    const arn = newArn();
    expect(app.get(DurableClient).statusChanged(eventOf(arn, 'STOPPED'))).toMatchObject({ status: 'STOPPED' });
    await expect(client.execution(arn).waitForStatus()).resolves.toMatchObject({ status: 'STOPPED' });
    expect(client.statusChanged({ source: 'shop' })).toBeUndefined();
    await app.close();
  });

  it('resolves with a wanted status, or with an end, after which none comes', async () => {
    const { client, app } = await clientOf();
    const arns = [newArn(), newArn()] as const;
    const statuses: ExecutionStatus[] = ['PAUSED'];
    const waits = arns.map((arn) => client.waitForStatus(arn, { statuses }));
    client.statusChanged(eventOf(arns[0], 'PAUSED'));
    client.statusChanged(eventOf(arns[1], 'FAILED'));
    expect((await Promise.all(waits)).map(({ status }) => status)).toEqual(['PAUSED', 'FAILED']);
    await app.close();
  });

  it('gives up with the signal', async () => {
    const { client, app } = await clientOf();
    await expect(client.waitForStatus(newArn(), { signal: AbortSignal.timeout(5) })).rejects.toThrow(/abort|timeout/i);
    await expect(client.waitForStatus(newArn(), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    await app.close();
  });
});

describe('result()', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('looks at once when the process is told of the end', async () => {
    const arn = newArn();
    let looks = 0;
    const describe = async () => {
      looks += 1;
      return { status: looks > 1 ? 'SUCCEEDED' : 'RUNNING', result: '"done"' } as never;
    };
    const { client, app } = await clientOf({ describe, endpoint: 'http://127.0.0.1:1' });
    const result = client.execution(arn).result({ signal: AbortSignal.timeout(5_000) });
    while (looks === 0) await turns();
    client.statusChanged(eventOf(arn, 'SUCCEEDED'));
    // A few turns are much shorter than the pause between looks.
    await turns(10);
    expect(looks).toBe(2);
    await expect(result).resolves.toBe('done');
    await app.close();
  });

  it('has its looks in one budget of the process, whichever client looks; a service on this machine has none', async () => {
    const turns = jest.spyOn(lookBudget, 'turn').mockResolvedValue();
    const describe = async () => ({ status: 'SUCCEEDED', result: '1' }) as never;
    const history = async function* () {} as never;
    const { client: one, app } = await clientOf({ describe, history });
    const { client: other } = await clientOf({ describe, endpoint: 'https://lambda.eu-central-1.amazonaws.com' });
    const { client: local } = await clientOf({ describe, endpoint: 'http://localhost:4001' });
    await Promise.all([
      one.execution(newArn()).result({ onProgress: () => undefined }),
      other.execution(newArn()).result(),
      local.execution(newArn()).result(),
    ]);
    expect(turns).toHaveBeenCalledTimes(3);
    await app.close();
  });

  it('may be given another budget, which has to be above 0', async () => {
    const allow = jest.spyOn(lookBudget, 'allow').mockReturnValue();
    const boot = (looksPerSecond: number) =>
      NestFactory.createApplicationContext(DurableExecutionModule.forRoot({ looksPerSecond }), {
        logger: false,
        abortOnError: false,
      });
    await (await boot(20)).close();
    expect(allow).toHaveBeenCalledWith(20);
    allow.mockRestore();
    await expect(boot(0)).rejects.toThrow(/looksPerSecond must be a number above 0/);
  });
});
