import type { CreateCallbackConfig, DurableContext } from 'nestjs-durable-execution/engine';
import { register } from '../registry.js';

const awaitCallback = async <T = string>(
  context: DurableContext,
  name: string,
  config?: CreateCallbackConfig<T>,
): Promise<T> => {
  const [result] = await context.createCallback<T>(name, config);
  return result;
};

/** A callback whose result is awaited only after a wait of five seconds. */
const awaitCallbackAfterWait = async (name: string, context: DurableContext): Promise<string> => {
  const [result] = await context.createCallback(name);
  await context.wait({ seconds: 5 });
  return result;
};

register('4-1', (name: string, context) => awaitCallback(context, name));

register('4-3', (name: string, context) => awaitCallback(context, name, { timeout: { seconds: 5 } }));

register('4-4', (name: string, context) => awaitCallback(context, name, { heartbeatTimeout: { seconds: 5 } }));

register('4-6', (name: string, context) => awaitCallback(context, name));

register('4-7', async (name: string, context) => {
  const [result] = await context.createCallback(name);
  await context.step(async () => 'notified');
  return result;
});

register('4-9', awaitCallbackAfterWait);

register('4-10', awaitCallbackAfterWait);

register('4-12', async (name: string, context) => {
  const result = await awaitCallback(context, name);
  await context.wait({ seconds: 2 });
  return result;
});

register('4-13', async (name: string, context) => {
  let message: string;
  try {
    message = await awaitCallback(context, name);
  } catch (error) {
    message = (error as Error).message;
  }
  await context.wait({ seconds: 2 });
  return message;
});

interface Message {
  id: string;
  message: string;
  timestamp: Date;
}

register('4-15', async (name: string, context) => {
  const received = await awaitCallback<Message>(context, name, {
    serdes: {
      deserialize: async (data) => {
        if (data === undefined) return undefined;
        const message = JSON.parse(data) as Message;
        return { ...message, timestamp: new Date(message.timestamp) };
      },
    },
  });
  return { received: { ...received, timestamp: received.timestamp.getTime() / 1000 } };
});

register('4-16', async (name: string, context) => {
  const count = await awaitCallback<number>(context, name, { serdes: { deserialize: async (data) => Number(data) } });
  return { count, doubled: count * 2 };
});

register('4-18', async ([nameA, nameB]: [string, string], context) => {
  const [resultA] = await context.createCallback(nameA);
  const [resultB] = await context.createCallback(nameB);
  const a = await resultA;
  return [a, await resultB];
});

register('4-19', async ([nameA, nameB]: [string, string], context) => {
  const [resultA] = await context.createCallback(nameA);
  const [resultB] = await context.createCallback(nameB);
  const b = await resultB;
  return [await resultA, b];
});
