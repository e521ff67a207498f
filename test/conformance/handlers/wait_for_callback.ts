import {
  createRetryStrategy,
  type DurableContext,
  JitterStrategy,
  type WaitForCallbackConfig,
} from 'nestjs-durable-execution/engine';
import { register } from '../registry.js';

/** The runner finds open callbacks by itself, so no one needs the id. */
const submit = async (): Promise<void> => undefined;

const waitForCallback = (context: DurableContext, name: string, config?: WaitForCallbackConfig): Promise<string> =>
  context.waitForCallback(name, submit, config);

register('7-1', (name: string, context) => waitForCallback(context, name));

register('7-3', (_event, context) => context.waitForCallback(async () => undefined));

register('7-4', (name: string, context) => waitForCallback(context, name));

register('7-6', async (name: string, context) => {
  try {
    return await waitForCallback(context, name);
  } catch {
    return 'recovered';
  }
});

register('7-7', (name: string, context) =>
  context.waitForCallback(
    name,
    async () => {
      throw new Error('This submitter always fails.');
    },
    {
      retryStrategy: createRetryStrategy({
        maxAttempts: 2,
        initialDelay: { seconds: 1 },
        maxDelay: { seconds: 1 },
        backoffRate: 1,
        jitter: JitterStrategy.NONE,
      }),
    },
  ),
);

register('7-9', async (_event, context) => {
  await waitForCallback(context, 'first');
  return waitForCallback(context, 'second');
});

register('7-10', async (name: string, context) => {
  await context.wait({ seconds: 1 });
  await context.step(async () => 'fixed data');
  return waitForCallback(context, name);
});

register('7-12', (name: string, context) => waitForCallback(context, name, { heartbeatTimeout: { seconds: 5 } }));

register('7-13', (name: string, context) => waitForCallback(context, name, { heartbeatTimeout: { seconds: 10 } }));

register('7-15', (name: string, context) => waitForCallback(context, name));
