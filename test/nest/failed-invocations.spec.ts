import { Injectable, UseGuards } from '@nestjs/common';
import {
  Durable,
  type DurableContext,
  DurableExecutionModule,
  type DurableExecutionModuleOptions,
  Step,
} from 'nestjs-durable-execution';
import { InvocationError, type RetryStrategy } from 'nestjs-durable-execution/engine';
import { type DurableRun, DurableTest } from 'nestjs-durable-execution/testing';
import { quietLogger } from '../fixtures/quiet-logger.js';

const thrice: RetryStrategy = (_error, attempt) => ({ shouldRetry: attempt < 3, delay: { minutes: 5 } });

let invocations = 0;
let failing: (invocation: number) => boolean = () => false;

function failNow(): void {
  invocations += 1;
  if (failing(invocations)) throw new InvocationError(`broken ${invocations}`);
}

class MayRefuse {
  canActivate(): boolean {
    failNow();
    return invocations !== 2;
  }
}

@Injectable()
class Jobs {
  /** Called when an attempt starts. */
  began: () => Promise<void> | void = () => undefined;
  attempts = 0;

  @Durable('two parts')
  async twoParts(_input: unknown, context: DurableContext): Promise<string> {
    if (invocations < 6) failNow();
    await context.step('first', async () => 1);
    failNow();
    return 'done';
  }

  @Durable('patient', { maxFailedInvocations: 3 })
  async patient(): Promise<string> {
    failNow();
    return 'done';
  }

  @Durable('disturbed')
  async disturbed(_input: unknown, context: DurableContext): Promise<string> {
    await context.step('before', async () => 1);
    await context.wait('an hour', { hours: 1 });
    failNow();
    return 'done';
  }

  @Durable('guarded')
  @UseGuards(MayRefuse)
  async guarded(): Promise<string> {
    return 'done';
  }

  @Step({ name: 'cut off', retryStrategy: thrice })
  async cutOff(): Promise<string> {
    this.attempts += 1;
    await this.began();
    return 'done';
  }

  @Step({ name: 'not twice', retryStrategy: () => ({ shouldRetry: false }) })
  async notTwice(): Promise<void> {
    this.attempts += 1;
    await this.began();
  }

  @Durable('once')
  async once(): Promise<void> {
    await this.notTwice();
  }

  @Durable('poison')
  async poison(): Promise<string> {
    return this.cutOff();
  }
}

const open = (options: DurableExecutionModuleOptions = {}) =>
  DurableTest.create({
    providers: [Jobs],
    imports: [DurableExecutionModule.forRoot({ ...options, engine: { logger: quietLogger, ...options.engine } })],
  });

const failuresOf = (run: DurableRun) => run.operationsNamed('failed invocation');

beforeEach(() => {
  invocations = 0;
  failing = () => false;
});

describe('Invocations that fail one after the other', () => {
  it('fail the execution at the eighth that gets no further, with the history of their causes', async () => {
    await using test = await open();
    failing = () => true;
    const run = await test.start(Jobs, 'guarded');
    const { error } = await run.outcome();
    expect(error).toMatchObject({
      type: 'FailedInvocationsError',
      message: expect.stringContaining('InvocationError: broken 8'),
    });
    expect(run.invocations).toHaveLength(8);
    const history = JSON.parse(error!.data!) as Array<{ errorType: string; message: string; at?: string }>;
    expect(history.map(({ message }) => message)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `broken ${n}`));
    expect(history[0]).toEqual({
      errorType: 'InvocationError',
      message: 'broken 1',
      at: expect.stringMatching(/^20.*Z$/),
    });
  });

  it('are counted anew when the execution has got further', async () => {
    await using test = await open({ maxFailedInvocations: 6 });
    failing = (n) => n !== 6 && n < 12;
    const run = await test.start(Jobs, 'twoParts');
    await expect(run.result()).resolves.toBe('done');
    expect(failuresOf(run).map(({ status }) => status)).toEqual(Array(10).fill('FAILED'));
  });

  it('leave nothing in an execution whose invocations do not fail', async () => {
    await using test = await open();
    const run = await test.start(Jobs, 'twoParts');
    await run.result();
    expect(run.operations).toHaveLength(1);
  });

  it.each([
    ['leave no record where three at most go by, also after a suspension', 3, 0],
    ['are recorded from the fourth on', 5, 2],
  ])('%s', async (_, failures, recorded) => {
    await using test = await open();
    failing = (n) => n <= failures;
    const run = await test.start(Jobs, 'disturbed');
    await expect(run.result()).resolves.toBe('done');
    expect([invocations, failuresOf(run).length]).toEqual([failures + 1, recorded]);
    expect(run.operations.map(({ name }) => name).slice(0, 2)).toEqual(['before', 'an hour']);
  });

  it('may be limited for one method, or not at all', async () => {
    await using test = await open({ maxFailedInvocations: false });
    failing = (n) => n < 20;
    const limited = await test.start(Jobs, 'patient');
    expect(await limited.outcome()).toMatchObject({ status: 'FAILED', error: { type: 'FailedInvocationsError' } });
    expect(invocations).toBe(3);
    invocations = 0;
    const unlimited = await test.start(Jobs, 'guarded');
    await expect(unlimited.result()).resolves.toBe('done');
    expect([invocations, failuresOf(unlimited).length]).toEqual([20, 0]);
  });

  it('are no admission: the verdict of the guards still counts', async () => {
    await using test = await open();
    failing = (n) => n === 1;
    const run = await test.start(Jobs, 'guarded');
    expect(await run.outcome()).toMatchObject({ status: 'FAILED', error: { type: 'ForbiddenException' } });
    expect(invocations).toBe(2);
  });

  it('are limited by what can be a limit', async () => {
    await using test = await open({ maxFailedInvocations: 0 });
    const { error } = await (await test.start(Jobs, 'guarded')).outcome();
    expect(error).toMatchObject({
      type: 'ConfigValidationError',
      message: expect.stringContaining('maxFailedInvocations is 0'),
    });
  });
});

describe('A step that is cut off', () => {
  /** Kills the process in every attempt. */
  async function poisoned(options: DurableExecutionModuleOptions = {}, survives = Infinity) {
    await using test = await open(options);
    const jobs = test.get(Jobs);
    const run = await test.start(Jobs, 'poison');
    jobs.began = async () => {
      if (jobs.attempts > survives) return;
      await run.until({ step: 'cut off' });
      run.crash();
      await new Promise(() => undefined);
    };
    const began = test.now().getTime();
    const outcome = await run.outcome();
    return { ...outcome, attempts: jobs.attempts, seconds: (test.now().getTime() - began) / 1000 };
  }

  it('uses up its attempts, and fails with an unknown outcome instead of running for ever', async () => {
    const { status, error, attempts } = await poisoned();
    expect({ status, attempts }).toEqual({ status: 'FAILED', attempts: 3 });
    expect(error?.message).toContain('It is unknown how far it got');
  });

  it('has three attempts, although its strategy allows no retries', async () => {
    const seen: number[] = [];
    await using test = await open();
    const jobs = test.get(Jobs);
    const run = await test.start(Jobs, 'once');
    jobs.began = async () => {
      seen.push(jobs.attempts);
      await run.until({ step: 'not twice' });
      run.crash();
      await new Promise(() => undefined);
    };
    await run.outcome();
    expect(seen).toEqual([1, 2, 3]);
  });

  it('runs again within about a second, whatever its strategy waits after failures', async () => {
    const { status, attempts, seconds } = await poisoned({}, 1);
    expect({ status, attempts }).toEqual({ status: 'SUCCEEDED', attempts: 2 });
    expect(seconds).toBeLessThan(30);
  });

  it('runs as often as it takes where interrupted attempts are not counted', async () => {
    const { status, attempts } = await poisoned({ engine: { countInterruptedAttempts: false } }, 5);
    expect({ status, attempts }).toEqual({ status: 'SUCCEEDED', attempts: 6 });
  });

  it('is not cut off by an InvocationError of its own, which no strategy counts', async () => {
    await using test = await open();
    const jobs = test.get(Jobs);
    const run = await test.start(Jobs, 'poison');
    jobs.began = async () => {
      await run.until({ step: 'cut off' });
      if (jobs.attempts < 6) throw new InvocationError('the sandbox is broken');
    };
    await expect(run.result()).resolves.toBe('done');
    expect(jobs.attempts).toBe(6);
    expect(run.operation('cut off').attempts).toBe(1);
  });
});
