import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { TEST_ARN } from '../../../test/fixtures/memory-service.js';
import { KnownErrors } from '../../rules/error-knowledge.js';
import type { DurableContext } from '../context/durable-context.js';
import type { BatchResult } from '../operations/batch-config.js';
import type { EngineConfig } from './engine-config.js';
import type { ExecutionFailure, FailureHooks, StepFailure } from './failure-hooks.js';

class Declined extends Error {
  readonly card = 'visa';
}

const once = () => ({ shouldRetry: false });
const subject = { executionArn: TEST_ARN, requestId: 'request-1' };
const decline = () => Promise.reject(new Declined('no money'));

function observed(handler: Handler, hooks: FailureHooks & Pick<EngineConfig, 'errors'> = {}) {
  const steps: StepFailure[] = [];
  const executions: ExecutionFailure[] = [];
  const stage = new Stage(handler, {
    config: {
      onStepFailed: (failure) => void steps.push(failure),
      onExecutionFailed: (failure) => void executions.push(failure),
      ...hooks,
    },
  });
  return { stage, steps, executions };
}

describe('onStepFailed', () => {
  it('is told of each failed attempt, with the live error', async () => {
    const retryStrategy = (_error: Error, attempt: number) => ({
      shouldRetry: attempt < 3,
      delay: { minutes: attempt },
    });
    const { stage, steps } = observed(async (context) => {
      await context.step('charge', decline, { retryStrategy }).catch(() => undefined);
    });
    await stage.run();
    const operation = { id: expect.any(String), name: 'charge', subType: 'Step' };
    expect(steps).toEqual([
      { error: expect.any(Declined), operation, attempt: 1, nextAttemptDelaySeconds: 60, ...subject },
      { error: expect.any(Declined), operation, attempt: 2, nextAttemptDelaySeconds: 120, ...subject },
      { error: expect.any(Declined), operation, attempt: 3, ...subject },
    ]);
    expect(steps.map((failure) => 'nextAttemptDelaySeconds' in failure)).toEqual([true, true, false]);
  });

  it('is told what the rules have said of an attempt', async () => {
    const known = new KnownErrors([{ id: 'declined', name: 'Error', decide: 'fail-step' }]);
    const { stage, steps } = observed((context) => context.step('charge', decline).catch(() => undefined), {
      errors: () => known,
    });
    await stage.run();
    expect(steps).toEqual([
      {
        error: expect.any(Declined),
        operation: { id: expect.any(String), name: 'charge', subType: 'Step' },
        attempt: 1,
        explanation: expect.objectContaining({ decision: 'fail-step', rule: 'declined' }),
        ...subject,
      },
    ]);
  });

  it('is told of checks of conditions and of submitters, and of nothing that replays', async () => {
    const { stage, steps } = observed(async (context) => {
      const initialState = 0;
      const waitStrategy = () => ({ shouldContinue: false }) as const;
      await context.waitForCondition('paid?', decline, { initialState, waitStrategy }).catch(() => 1);
      await context.waitForCallback('ask', decline, { retryStrategy: once }).catch(() => 1);
      await context.wait({ days: 1 });
    });
    await stage.run();
    expect(steps.map(({ operation: { subType, name }, attempt }) => [subType, name, attempt])).toEqual([
      ['WaitForCondition', 'paid?', 1],
      ['Step', undefined, 1],
    ]);
  });

  it('is told of an attempt that an earlier invocation has not ended', async () => {
    let begin!: () => void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const { stage, steps } = observed(async (context) => {
      const config = { semantics: 'AT_MOST_ONCE_PER_RETRY', retryStrategy: once } as const;
      const endless = () => {
        begin();
        return new Promise(() => undefined);
      };
      await context.step('charge', endless, config).catch(() => 1);
    });
    void stage.invoke();
    await begun;
    await stage.invoke();
    expect(steps).toMatchObject([{ error: { name: 'StepInterruptedError' }, attempt: 1 }]);
  });
});

describe('onExecutionFailed', () => {
  it('is told of the live error of the handler', async () => {
    const { stage, executions } = observed(async (context) => {
      await context.wait({ days: 1 });
      await decline();
    });
    await stage.run();
    expect(executions).toEqual([{ error: expect.any(Declined), ...subject }]);
  });

  it('is told of the innermost operation that the error came out of, also on replay', async () => {
    const { stage, executions } = observed(async (context) => {
      const failing = context.runInChildContext('ship', (child) =>
        child.step('label', decline, { retryStrategy: once }),
      );
      await failing.catch(() => undefined);
      await context.wait({ days: 1 });
      await failing;
    });
    await stage.run();
    // The step is behind a child that has ended: the child is all that its replay tells of.
    expect(executions).toMatchObject([{ error: { name: 'ChildContextError' }, operation: { name: 'ship' } }]);
    expect(executions[0]).not.toHaveProperty('thrown');

    const live = observed((context) =>
      context.runInChildContext('ship', (child) => child.step('label', decline, { retryStrategy: once })),
    );
    await live.stage.run();
    expect(live.executions).toMatchObject([{ error: { name: 'ChildContextError' }, operation: { name: 'label' } }]);
    expect(live.executions[0]!.thrown).toBeInstanceOf(Declined);
  });

  it('is told of executions that fail before the handler runs', async () => {
    const { stage, executions } = observed(async () => 1, {
      pluginsConfig: { childOperationsDepth: -1 },
    } as FailureHooks);
    expect(await stage.invoke()).toMatchObject({ Status: 'FAILED' });
    expect(executions).toMatchObject([{ error: { name: 'ConfigValidationError' }, ...subject }]);
  });

  it('hears nothing of success, suspension and invocations that are repeated', async () => {
    const { stage, executions } = observed(async (context) => {
      await context.step('charge', decline, { retryStrategy: once }).catch(() => undefined);
      await context.wait({ days: 1 });
      return 'done';
    });
    expect(await stage.result()).toBe('done');
    expect(executions).toEqual([]);
  });

  it('is waited for', async () => {
    const order: string[] = [];
    const { stage } = observed(decline, {
      onExecutionFailed: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push('flushed');
      },
    });
    await stage.invoke();
    expect(order).toEqual(['flushed']);
  });

  it('is not waited for without end', async () => {
    let expire: (() => void) | undefined;
    const clock = {
      now: () => Date.now(),
      setTimer: (callback: () => void, delayMs: number) => {
        if (delayMs === 5000) expire = callback;
        return setTimeout(callback, delayMs);
      },
      clearTimer: (timer: ReturnType<typeof setTimeout>) => clearTimeout(timer),
      afterThisTurn: (callback: () => void) => void setImmediate(callback),
    };
    const { stage } = observed(decline, {
      onExecutionFailed: () => new Promise(() => undefined),
      clock,
    } as FailureHooks);
    const ended = stage.invoke();
    while (!expire) await new Promise((resolve) => setImmediate(resolve));
    expire();
    expect(await ended).toMatchObject({ Status: 'FAILED' });
  });
});

describe('A hook that fails', () => {
  it.each([
    ['throws', () => fail()],
    ['rejects', async () => fail()],
  ])('because it %s is logged, and changes nothing', async (_how, hook) => {
    const { stage } = observed((context) => context.step('charge', decline, { retryStrategy: once }), {
      onStepFailed: hook,
      onExecutionFailed: hook,
    });
    expect(await stage.invoke()).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'StepError' } });
    const warnings = stage.logger.records.filter(({ level }) => level === 'warn').map(({ record }) => record.message);
    expect(warnings).toEqual([
      'The hook onStepFailed failed; the execution continues.',
      'The hook onExecutionFailed failed; the execution continues.',
    ]);
  });
});

function fail(): never {
  throw new Error('tracker down');
}

describe('The record of a failed execution', () => {
  it('has the stack of what was really thrown behind the rebuilt error', async () => {
    const { stage } = observed((context) => context.step('charge', decline, { retryStrategy: once }));
    await stage.invoke();
    const { record } = stage.logger.records.find(({ level }) => level === 'error')!;
    expect(record).toMatchObject({
      errorType: 'StepError',
      operationName: 'charge',
      cause: { errorType: 'Error', errorMessage: 'no money' },
    });
    expect(JSON.stringify(record.cause)).toContain('failure-hooks.spec');
  });

  const label = (context: DurableContext) => context.step('label', decline, { retryStrategy: once });
  const serdes = {
    serialize: async (value: unknown) => JSON.stringify(value),
    deserialize: async (text = '') => JSON.parse(text),
  };

  it.each<[string, (context: DurableContext) => Promise<BatchResult<unknown>>]>([
    ['map', (context) => context.map('all', [1, 2], label)],
    ['map with a serdes', (context) => context.map('all', [1, 2], label, { serdes })],
    ['parallel', (context) => context.parallel('all', [async () => 'ok', label])],
    [
      'parallel in a map',
      (context) => context.map('all', [1], async (item) => (await item.parallel('each', [label])).throwIfError()),
    ],
  ])('has them for what a batch reports: %s', async (_what, run) => {
    const { stage, executions } = observed(async (context) => (await run(context)).throwIfError());
    await stage.run();
    expect(executions).toMatchObject([{ error: { name: 'ChildContextError' }, operation: { name: 'label' } }]);
    expect(executions[0]!.thrown).toBeInstanceOf(Declined);
    const { record } = stage.logger.records.find(({ level }) => level === 'error')!;
    expect(record).toMatchObject({ errorType: 'ChildContextError', operationName: 'label' });
    expect(JSON.stringify(record.cause)).toContain('failure-hooks.spec');
  });
});
