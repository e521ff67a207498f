import {
  createRetryStrategy,
  JitterStrategy,
  type RetryDecision,
  retryPresets,
  type Serdes,
  StepSemantics,
} from 'nestjs-durable-execution/engine';
import { register } from '../registry.js';

class TransientError extends Error {
  override readonly name = 'TransientError';
}

const upperCaseSerdes: Serdes<string> = {
  serialize: async (value) => value?.toUpperCase(),
  deserialize: async (data) => data,
};

/** A constant delay of one second, so that histories can state it. */
const everySecond = (maxAttempts: number) =>
  createRetryStrategy({
    maxAttempts,
    initialDelay: { seconds: 1 },
    maxDelay: { seconds: 1 },
    backoffRate: 1,
    jitter: JitterStrategy.NONE,
  });

const fail = async (): Promise<never> => {
  throw new Error('This step always fails.');
};

register('1-1', (name: string, context) => context.step(async () => `Hello, ${name}!`));

register('1-3', async (_event, context) => {
  const first = await context.step(async () => 'first');
  return context.step(async () => `${first}_second`);
});

register('1-4', ({ name, tags }: { name: string; tags: string[] }, context) =>
  context.step(async () => ({ user: { name, tags }, count: tags.length })),
);

register('1-6', (text: string, context) => context.step(async () => text, { serdes: upperCaseSerdes }));

register('1-7', (name: string, context) =>
  context.step(async ({ logger }) => {
    logger.info(`Greeting step started for: ${name}`);
    const greeting = `Hello, ${name}!`;
    logger.info(`Greeting step completed with: ${greeting}`);
    return greeting;
  }),
);

register('1-9', async (_event, context) => {
  const value = await context.step(async ({ logger }) => {
    logger.info('step executed');
    return 'cached_value';
  });
  await context.wait({ seconds: 1 });
  return value;
});

register('1-10', async (_event, context) => {
  let message = '';
  try {
    await context.step(fail, { retryStrategy: retryPresets.noRetry });
  } catch (error) {
    message = (error as Error).message;
  }
  await context.wait({ seconds: 1 });
  return message;
});

register('1-12', (_event, context) => context.step(fail, { retryStrategy: everySecond(4) }));

register('1-13', (_event, context) =>
  context.step(async ({ attempt }) => {
    if (attempt < 3) throw new Error(`Attempt ${attempt} fails.`);
    return 'succeeded on the third attempt';
  }),
);

const failAtFirst = async ({ attempt }: { attempt: number }): Promise<string> => {
  if (attempt === 1) throw new TransientError('The first attempt fails.');
  return 'succeeded on the second attempt';
};

register('1-15', (_event, context) =>
  context.step(failAtFirst, {
    retryStrategy: (error): RetryDecision => ({ shouldRetry: error.name === 'TransientError', delay: { seconds: 1 } }),
  }),
);

register('1-16', (_event, context) =>
  context.step(failAtFirst, {
    retryStrategy: (error): RetryDecision => ({ shouldRetry: error.name !== 'TransientError', delay: { seconds: 1 } }),
  }),
);

register('1-18', (text: string, context) =>
  context.step(
    async ({ attempt, logger }) => {
      logger.info(text);
      if (attempt === 1) process.exit(1);
      return 'succeeded on second attempt';
    },
    { semantics: StepSemantics.AtMostOncePerRetry, retryStrategy: everySecond(2) },
  ),
);

register('1-19', (_event, context) => context.step(fail, { retryStrategy: retryPresets.noRetry }));
