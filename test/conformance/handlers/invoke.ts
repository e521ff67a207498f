import type { Serdes } from 'nestjs-durable-execution/engine';
import { register } from '../registry.js';
import { ECHO_FUNCTION, FAILING_FUNCTION, qualified } from '../target-functions.js';

const ECHO = qualified(ECHO_FUNCTION);
const FAILING = qualified(FAILING_FUNCTION);

const upperCaseSerdes: Serdes<unknown> = {
  serialize: async (value) => JSON.stringify(value)?.toUpperCase(),
  deserialize: async (data) => (data === undefined ? undefined : JSON.parse(data)),
};

// Both wait first: the caller's invocation has completed before the response arrives, as in the histories.

register(ECHO_FUNCTION, async (event: unknown, context) => {
  await context.wait({ seconds: 1 });
  return event;
});

register(FAILING_FUNCTION, async (_event, context) => {
  await context.wait({ seconds: 1 });
  throw new Error('This function always fails.');
});

// A string that stands second would be read as the function, so a string payload needs the form with a name.

register('5-2', ({ name, payload }: { name: string; payload: string }, context) =>
  context.invoke<string, string>(name, ECHO, payload),
);

register('5-3', (event: unknown, context) => context.invoke(ECHO, event));

register('5-5', (_event, context) => context.invoke(FAILING, { reason: 'test' }));

register('5-6', async (_event, context) => {
  try {
    return await context.invoke(FAILING, { reason: 'test' });
  } catch {
    return 'fallback';
  }
});

register('5-8', ({ tenantId, payload }: { tenantId: string; payload: string }, context) =>
  context.invoke<string, string>('isolated', ECHO, payload, { tenantId }),
);

register('5-9', async (_event, context) => {
  const result = await context.invoke<string, string>('cached', ECHO, 'cached');
  await context.wait({ seconds: 1 });
  return result;
});

register('5-11', async (_event, context) => {
  const prepared = await context.step(async () => 'prepared');
  return context.invoke<string, string>('prepared', ECHO, prepared);
});

register('5-12', async (_event, context) => {
  const invoked = await context.invoke<string, string>('invoked', ECHO, 'invoked');
  return context.step(async () => `${invoked} and processed`);
});

register('5-14', async (_event, context) => {
  const first = await context.invoke<string, string>('first', ECHO, 'first');
  return context.invoke<string, string>('second', ECHO, `${first} and second`);
});

register('5-15', (event: unknown, context) => context.invoke(ECHO, event, { payloadSerdes: upperCaseSerdes }));
