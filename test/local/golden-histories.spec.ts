import type { Event } from '@aws-sdk/client-lambda';
import { SendDurableExecutionCallbackSuccessCommand } from '@aws-sdk/client-lambda';
import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { StepSemantics, withDurableExecution } from '@aws/durable-execution-sdk-js';
import type { Stage } from './service-fixture.js';
import { closed, eventOf, historyOf, invocationsEnded, start, startStage } from './service-fixture.js';

const NEVER = () => new Promise<never>(() => undefined);
const once = { retryStrategy: () => ({ shouldRetry: false }) };
const retryAfter = (seconds: number) => ({
  retryStrategy: (_: Error, attempts: number) => ({ shouldRetry: attempts < 3, delay: { seconds } }),
});

/** What a line of a golden history shows of an event: its type, its name, and what is telling of its details. */
function lineOf(event: Event): string {
  const details = (event as unknown as Record<string, unknown>)[`${event.EventType}Details`] as {
    RetryDetails?: { CurrentAttempt?: number; NextAttemptDelaySeconds?: number };
    Result?: { Payload?: string };
    Error?: { Payload?: { ErrorType?: string } };
    Duration?: number;
    FunctionName?: string;
  };
  const { RetryDetails, Result, Error, Duration, FunctionName } = details;
  const telling = [
    event.Name && !event.EventType?.startsWith('Execution') ? event.Name : undefined,
    RetryDetails && `#${RetryDetails.CurrentAttempt}`,
    RetryDetails?.NextAttemptDelaySeconds === undefined ? undefined : `+${RetryDetails.NextAttemptDelaySeconds}s`,
    Duration === undefined ? undefined : `${Duration}s`,
    FunctionName,
    Result?.Payload === undefined ? undefined : `= ${Result.Payload.slice(0, 30)}`,
    Error?.Payload?.ErrorType === undefined ? undefined : `! ${Error.Payload.ErrorType}`,
  ];
  return [event.EventType, ...telling.filter((part) => part !== undefined)].join(' ');
}

/** Kills the invocation that runs the body, the first time; if wanted, once the service knows that the step began. */
class CrashOnce {
  #hasCrashed = false;

  async pass(context: DurableContext, isStartOnItsWay = false): Promise<void> {
    if (this.#hasCrashed) return;
    this.#hasCrashed = true;
    if (isStartOnItsWay) await new Promise<void>((resolve) => stage.service.onCheckpoint(() => resolve()));
    stage.service.killInvocation(context.executionContext.durableExecutionArn);
    await NEVER();
  }
}

/** An invoked function that takes longer than the invoking one needs to suspend. */
async function afterInvocations<T>(count: number, value: T): Promise<T> {
  await invocationsEnded(stage.client, running, count);
  return value;
}

interface Golden {
  handler: (event: unknown, context: DurableContext) => Promise<unknown>;
  history: string[];
}

const [early, late, guarded] = [new CrashOnce(), new CrashOnce(), new CrashOnce()];
let stage: Stage;
/** The execution under test. */
let running: string;

const GOLDENS: Record<string, Golden> = {
  'a step that fails once, and a wait': {
    handler: async (_, context) => {
      await context.step(
        'flaky',
        ({ attempt }) => (attempt === 1 ? Promise.reject(new TypeError('no')) : Promise.resolve(1)),
        retryAfter(7),
      );
      await context.wait('pause', { seconds: 2 });
    },
    history: [
      'ExecutionStarted',
      'StepStarted flaky',
      'StepFailed flaky #1 +7s ! TypeError',
      'InvocationCompleted',
      'StepStarted flaky',
      'StepSucceeded flaky #2 = 1',
      'WaitStarted pause 2s',
      'InvocationCompleted',
      'WaitSucceeded pause 2s',
      'InvocationCompleted',
      'ExecutionSucceeded',
    ],
  },
  'a step that crashes the sandbox and is run again': {
    handler: (_, context) =>
      context.step('crashing', async () => {
        await early.pass(context, true);
        return 'survived';
      }),
    history: [
      'ExecutionStarted',
      'StepStarted crashing',
      'InvocationCompleted ! Runtime.ExitError',
      'StepSucceeded crashing #1 = "survived"',
      'InvocationCompleted',
      'ExecutionSucceeded = "survived"',
    ],
  },
  'a step that must not run twice and crashes': {
    handler: async (_, context) => {
      const body = async () => guarded.pass(context);
      const options = { semantics: StepSemantics.AtMostOncePerRetry, ...once };
      return context.step('charge', body, options).catch(() => 'interrupted');
    },
    history: [
      'ExecutionStarted',
      'StepStarted charge',
      'InvocationCompleted ! Runtime.ExitError',
      'StepFailed charge #1 ! StepInterruptedError',
      'InvocationCompleted',
      'ExecutionSucceeded = "interrupted"',
    ],
  },
  'a poll that is done at the third look': {
    handler: (_, context) =>
      context.waitForCondition('poll', async (seen: number) => seen + 1, {
        initialState: 0,
        waitStrategy: (seen) =>
          seen < 3 ? { shouldContinue: true, delay: { seconds: 5 } } : { shouldContinue: false },
      }),
    history: [
      'ExecutionStarted',
      'StepStarted poll',
      'StepSucceeded poll #1 +5s = 1',
      'InvocationCompleted',
      'StepStarted poll',
      'StepSucceeded poll #2 +5s = 2',
      'InvocationCompleted',
      'StepStarted poll',
      'StepSucceeded poll #3 = 3',
      'InvocationCompleted',
      'ExecutionSucceeded = 3',
    ],
  },
  'a child context that fails': {
    handler: async (_, context) => {
      const child = context.runInChildContext('child', async (inner) => {
        await inner.step('fine', async () => 1);
        await inner.step('bad', () => Promise.reject(new RangeError('bad')), once);
      });
      return child.catch((error: unknown) => (error as Error).name);
    },
    history: [
      'ExecutionStarted',
      'ContextStarted child',
      'StepStarted fine',
      'StepSucceeded fine #1 = 1',
      'StepStarted bad',
      'StepFailed bad #1 ! RangeError',
      'ContextFailed child ! StepError',
      'InvocationCompleted',
      'ExecutionSucceeded = "ChildContextError"',
    ],
  },
  'invokes of a plain function, a durable one and none': {
    handler: async (_, context) => {
      await context.invoke('plain', 'plain', 4);
      await context.invoke('durable', 'square:$LATEST', 4);
      return context.invoke('nobody', 'nobody', 4).catch((error: unknown) => (error as Error).name);
    },
    history: [
      'ExecutionStarted',
      'ChainedInvokeStarted plain plain',
      'InvocationCompleted',
      'ChainedInvokeSucceeded plain = "plain 4"',
      'ChainedInvokeStarted durable square:$LATEST',
      'InvocationCompleted',
      'ChainedInvokeSucceeded durable = 16',
      'ChainedInvokeStarted nobody nobody',
      'ChainedInvokeFailed nobody ! ResourceNotFoundException',
      'InvocationCompleted',
      'ExecutionSucceeded = "InvokeError"',
    ],
  },
  'an error of the handler after a crash': {
    handler: async (_, context) => {
      await context.step('s', async () => 1);
      await late.pass(context);
      throw new SyntaxError('after a crash');
    },
    history: [
      'ExecutionStarted',
      'StepStarted s',
      'StepSucceeded s #1 = 1',
      'InvocationCompleted ! Runtime.ExitError',
      'InvocationCompleted ! SyntaxError',
      'ExecutionFailed ! SyntaxError',
    ],
  },
};

describe('golden histories', () => {
  beforeAll(async () => {
    const durable = { executionTimeoutSeconds: 3_600 };
    const handlers = Object.values(GOLDENS).map(({ handler }, index) => [
      `golden-${index}`,
      { handler: withDurableExecution(handler as never) as never, durable },
    ]);
    stage = await startStage({
      skipTime: true,
      functions: {
        ...Object.fromEntries(handlers),
        plain: { handler: (value: number) => afterInvocations(1, `plain ${value}`) },
        square: {
          handler: withDurableExecution((value: number) => afterInvocations(2, value * value)),
          durable,
        },
        approval: {
          handler: withDurableExecution(async (_: unknown, context: DurableContext) =>
            context.waitForCallback('approve', async () => undefined),
          ),
          durable,
        },
      },
    });
  });
  afterAll(() => stage.close());

  it.each(Object.entries(GOLDENS).map(([name, { history }], index) => ({ name, history, index })))(
    '$name',
    async ({ history, index }) => {
      running = await start(stage.client, `golden-${index}`, {});
      await closed(stage.client, running);
      expect((await historyOf(stage.client, running)).map(lineOf)).toEqual(history);
    },
  );

  it('a callback that is waited for', async () => {
    const arn = await start(stage.client, 'approval', {});
    const { CallbackStartedDetails } = await eventOf(
      stage.client,
      arn,
      ({ EventType }) => EventType === 'CallbackStarted',
    );
    await invocationsEnded(stage.client, arn, 1);
    const CallbackId = CallbackStartedDetails?.CallbackId;
    await stage.client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: Buffer.from('yes') }));
    await closed(stage.client, arn);
    const history = await historyOf(stage.client, arn);
    expect(history.map(lineOf)).toEqual([
      'ExecutionStarted',
      'ContextStarted approve',
      'CallbackStarted',
      'StepStarted',
      'StepSucceeded #1',
      'InvocationCompleted',
      'CallbackSucceeded = yes',
      'ContextSucceeded approve = "yes"',
      'InvocationCompleted',
      'ExecutionSucceeded = "yes"',
    ]);
    expect(history.slice(1, 5).map(({ SubType }) => SubType)).toEqual(['WaitForCallback', 'Callback', 'Step', 'Step']);
    expect(new Set(history.slice(2, 5).map(({ ParentId }) => ParentId))).toEqual(new Set([history[1]?.Id]));
  });
});
