import {
  createRetryStrategy,
  type DurableContext,
  JitterStrategy,
  retryPresets,
  type StepContext,
} from 'nestjs-durable-execution/engine';
import {
  AttemptDumpPlugin,
  AttemptPlugin,
  BranchFunctionPlugin,
  ChangeDumpPlugin,
  FaultyPlugin,
  InvocationDumpPlugin,
  InvocationPlugin,
  StepLifecyclePlugin,
  UpdatedWaitsPlugin,
  WaitLifecyclePlugin,
  WaitTypePlugin,
} from '../plugins.js';
import { register } from '../registry.js';

const twoAttempts = createRetryStrategy({
  maxAttempts: 2,
  initialDelay: { seconds: 1 },
  maxDelay: { seconds: 1 },
  backoffRate: 1,
  jitter: JitterStrategy.NONE,
});

const failAtFirst =
  (result: string) =>
  async ({ attempt }: StepContext): Promise<string> => {
    if (attempt === 1) throw new Error('The first attempt fails.');
    return result;
  };

const fail = async (): Promise<never> => {
  throw new Error('This step always fails.');
};

const waitTwoSeconds = (_event: unknown, context: DurableContext) => context.wait({ seconds: 2 });

register(
  '10-1',
  (name: string, context) =>
    context.step(async ({ logger }) => {
      logger.info(`Greeting step running for: ${name}`);
      return `Hello, ${name}!`;
    }),
  { plugins: [new InvocationPlugin()] },
);

register(
  '10-3',
  (_event, context) => context.step(failAtFirst('Operation succeeded'), { retryStrategy: twoAttempts }),
  { plugins: [new AttemptPlugin()] },
);

register('10-4', (name: string, context) => context.step(async () => `Hello, ${name}!`), {
  plugins: [new FaultyPlugin()],
});

register('10-6', waitTwoSeconds, { plugins: [new InvocationPlugin()] });

register('10-7', (_event, context) => context.step(fail, { retryStrategy: retryPresets.noRetry }), {
  plugins: [new InvocationPlugin()],
});

register('10-9', waitTwoSeconds, { plugins: [new UpdatedWaitsPlugin()] });

register('10-10', waitTwoSeconds, { plugins: [new WaitTypePlugin()] });

register(
  '10-12',
  async (_event, context) => {
    const branches = [async () => 'task-1', async () => 'task-2'];
    return (await context.parallel<string>('parallel', branches, { maxConcurrency: 1 })).getResults();
  },
  { plugins: [new BranchFunctionPlugin()] },
);

register(
  '10-13',
  async (_event, context) => {
    await context.step('a', async () => 'a');
    return context.step('b', failAtFirst('Operation succeeded'), { retryStrategy: twoAttempts });
  },
  { plugins: [new StepLifecyclePlugin()] },
);

register('10-15', (_event, context) => context.step(fail, { retryStrategy: twoAttempts }), {
  plugins: [new AttemptPlugin()],
});

register('10-16', waitTwoSeconds, { plugins: [new InvocationPlugin()] });

register(
  '10-18',
  async (_event, context) => {
    const waiting = (name: string, seconds: number) => async (branch: DurableContext) => {
      await branch.wait(name, { seconds });
      return `${name}-done`;
    };
    return (await context.parallel<string>('waits', [waiting('short', 2), waiting('long', 8)])).getResults();
  },
  { plugins: [new WaitLifecyclePlugin()] },
);

register(
  '10-19',
  async (text: string, context) => {
    await context.wait({ seconds: 2 });
    return `done-${text}`;
  },
  { plugins: [new InvocationDumpPlugin()] },
);

register('10-21', (_event, context) => context.step('flaky', failAtFirst('ok'), { retryStrategy: twoAttempts }), {
  plugins: [new AttemptDumpPlugin()],
});

register('10-22', (_event, context) => context.step('greet', async () => 'task-a'), {
  plugins: [new ChangeDumpPlugin()],
});
