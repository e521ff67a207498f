import { jest } from '@jest/globals';
import { Inject, Injectable } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { retryPresets } from 'nestjs-durable-execution/engine';
import { type LocalService, startLocalService } from 'nestjs-durable-execution/local';
import { DurableTest } from 'nestjs-durable-execution/testing';

@Injectable()
class Fulfilment {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Durable('fulfil')
  async fulfil(order: { id: string }): Promise<string> {
    await this.context.step('charge card', async () => `charged ${order.id}`);
    await this.context.wait('cooling-off', { days: 14 });
    return this.context.waitForCallback('approval', async () => undefined);
  }

  @Durable('failing')
  async failing(): Promise<void> {
    await this.context.saga(async (saga) => {
      await saga.step(
        'reserve',
        async () => 'reserved',
        async () => undefined,
      );
      await saga.step(
        'charge',
        async () => Promise.reject(new RangeError('declined')),
        async () => undefined,
        {
          retryStrategy: retryPresets.noRetry,
        },
      );
    });
  }
}

/** Made when the service listens, whose address it needs. */
const lambdaFunction: { handler?: (event: never, context: never) => unknown } = {};

describe('DurableTest.cloud()', () => {
  let service: LocalService;
  const cloud = (patience = '1 minute') =>
    DurableTest.cloud({ function: 'orders:live', endpoint: service.endpoint, region: 'us-east-1', patience });

  beforeAll(async () => {
    service = await startLocalService({
      skipTime: true,
      functions: {
        orders: {
          handler: (event: never, context: never) => lambdaFunction.handler!(event, context),
          durable: { executionTimeoutSeconds: 31_536_000 },
        },
      },
    });
    const lambda = { endpoint: service.endpoint, region: 'us-east-1' };
    class App {}
    const app = await NestFactory.createApplicationContext(
      { module: App, imports: [DurableExecutionModule.forRoot({ lambda })], providers: [Fulfilment] },
      { logger: false },
    );
    lambdaFunction.handler = createLambdaHandler(app);
  });

  afterAll(() => service.close());

  it('runs the same test over the real API', async () => {
    const run = await cloud().start(Fulfilment, 'fulfil', { id: '7' });
    await run.until({ callback: 'approval' });
    await run.until({ suspended: true });
    expect(run).toBeSuspendedOn('approval');
    await run.succeedCallback('approval', 'yes');
    expect(await run.result()).toBe('yes');
    expect(run).toHaveSucceeded();
    expect(run).toHaveRun('charge card', { times: 1 });
    expect(run.step('charge card').result).toBe('charged 7');
    expect(run.timeline()).toContain('cooling-off');
  });

  it('completes a callback with an object that arrives as that object, as in a test in this process', async () => {
    const run = await cloud().start(Fulfilment, 'fulfil', { id: '9' });
    await run.until({ callback: 'approval' });
    await run.succeedCallback('approval', { approved: true });
    expect(await run.result()).toEqual({ approved: true });
  });

  it('pauses, resumes, keeps alive and fails what it waits for', async () => {
    const run = await cloud().start(Fulfilment, 'fulfil', { id: '10' });
    await run.until({ callback: 'approval' });
    await run.until({ suspended: true });
    await run.pause('the back office is closed');
    expect(run.status).toBe('PAUSED');
    expect(run).toBeSuspendedOn('approval');
    await run.resume();
    await run.heartbeatCallback('approval');
    await expect(run.failCallback('aproval', new Error())).rejects.toThrow(
      'No open callback is named "aproval". Open are: "approval"',
    );
    await run.failCallback('approval', new RangeError('too dear'));
    await run.outcome();
    expect(run).toHaveFailedWith('too dear');
    expect(run.events.map(({ EventType }) => EventType)).toEqual(
      expect.arrayContaining(['ExecutionPaused', 'ExecutionResumed', 'CallbackFailed']),
    );
  });

  it('refuses what it would ignore, as a test in this process does', async () => {
    const test = cloud();
    const misspelt = { name: 'order-7' } as never;
    await expect(test.start(Fulfilment, 'fulfil', { id: '7' }, misspelt)).rejects.toThrow('has no option "name"');
    const run = await test.start(Fulfilment, 'fulfil', { id: '7' });
    await run.until({ callback: 'approval' });
    await expect(run.failCallback('approval', null as never)).rejects.toThrow(
      'fails with an Error, or with { type, me',
    );
    await expect(run.stop({ mesage: 'why' } as never)).rejects.toThrow('has no option "mesage"');
    await run.stop();
  });

  it('says why time cannot be advanced and nothing be crashed', async () => {
    const run = await cloud().start(Fulfilment, 'fulfil', { id: '11' });
    expect(() => run.advance('2 days')).toThrow('Time in the cloud is real: it cannot be advanced by "2 days"');
    expect(() => run.crash()).toThrow('No API kills an invocation of Lambda');
    await run.stop();
  });

  it('shows how long an execution has run until the last request', async () => {
    const run = await cloud().start(Fulfilment, 'fulfil', { id: '7' });
    await run.until({ callback: 'approval' });
    // The service has skipped the waits of other tests.
    // Within the timeout of the execution, because a timer of the service may fire meanwhile.
    const laterMs = Date.now() + 200 * 86_400_000;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => laterMs);
    await run.refresh();
    clock.mockRestore();
    expect(run.timeline()).toMatch(/running for \d{3} d/);
    await run.stop();
  });

  it('tells of a failure with the timeline', async () => {
    const run = await cloud().start(Fulfilment, 'failing');
    await expect(run.result()).rejects.toThrow(/The execution is FAILED: [^]*declined[^]*undo reserve/);
    expect(run).toHaveFailedWith('declined');
    expect(run).toHaveCompensated('reserve');
    expect(run).toHaveCompensated();
    expect(() => expect(run).toHaveCompensated('charge')).toThrow(
      'to have compensated "charge", and it has undone "reserve" of 1',
    );
  });

  it('gives up where the execution does not come to a point', async () => {
    const run = await cloud('1 s').start(Fulfilment, 'fulfil', { id: '8' });
    await expect(run.until({ step: 'ship' })).rejects.toThrow('It has taken too long before "ship" has started');
    await expect(run.until({ stp: 'ship' } as never)).rejects.toThrow('until() needs a point');
    await run.stop({ type: 'Test', message: 'over' });
    expect(run.status).toBe('STOPPED');
  });
});
