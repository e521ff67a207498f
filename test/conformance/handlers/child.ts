import { createRetryStrategy, JitterStrategy, retryPresets, type Serdes } from 'nestjs-durable-execution/engine';
import { register } from '../registry.js';

const LARGER_THAN_A_CHECKPOINT = 300 * 1024;

const upperCaseSerdes: Serdes<string> = {
  serialize: async (value) => value?.toUpperCase(),
  deserialize: async (data) => data,
};

const twoAttempts = createRetryStrategy({
  maxAttempts: 2,
  initialDelay: { seconds: 1 },
  maxDelay: { seconds: 1 },
  backoffRate: 1,
  jitter: JitterStrategy.NONE,
});

const fail = async (): Promise<never> => {
  throw new Error('This step always fails.');
};

register('3-1', (text: string, context) => context.runInChildContext((child) => child.step(async () => text)));

register('3-2', ({ name, value }: { name: string; value: string }, context) =>
  context.runInChildContext(name, (child) => child.step(async () => value)),
);

register('3-4', (_event, context) =>
  context.runInChildContext('failing', (child) => child.step(fail, { retryStrategy: retryPresets.noRetry })),
);

register('3-5', async (text: string, context) => {
  try {
    return await context.runInChildContext((child) => child.step(fail, { retryStrategy: retryPresets.noRetry }));
  } catch {
    return context.step(async () => text);
  }
});

register('3-7', (text: string, context) =>
  context.runInChildContext('retrying', (child) =>
    child.step(
      async ({ attempt }) => {
        if (attempt === 1) throw new Error('The first attempt fails.');
        return text;
      },
      { retryStrategy: twoAttempts },
    ),
  ),
);

register('3-8', (_event, context) =>
  context.runInChildContext('exhausting', (child) => child.step(fail, { retryStrategy: twoAttempts })),
);

register('3-10', (text: string, context) =>
  context.runInChildContext('waiting', async (child) => {
    const result = await child.step(async () => text);
    await child.wait({ seconds: 1 });
    return result;
  }),
);

register('3-11', async (text: string, context) => {
  const large = await context.runInChildContext('large', async (child) => {
    child.configureLogger({ modeAware: false });
    child.logger.info(text);
    const letter = await child.step(async () => 'x');
    return letter.repeat(LARGER_THAN_A_CHECKPOINT);
  });
  await context.wait({ seconds: 1 });
  return large.length;
});

register('3-13', async (text: string, context) => {
  const result = await context.runInChildContext('waiting', async (child) => {
    await child.wait({ seconds: 1 });
    return text;
  });
  return context.step(async () => result);
});

register('3-14', (text: string, context) =>
  context.runInChildContext('serialized', (child) => child.step(async () => text), { serdes: upperCaseSerdes }),
);

register('3-16', (_event, context) => context.runInChildContext('empty', async () => null));

register('3-17', async (text: string, context) => {
  const result = await context.runInChildContext('logging', async (child) => {
    child.configureLogger({ modeAware: false });
    child.logger.info(text);
    return text;
  });
  await context.wait({ seconds: 1 });
  return result;
});
