import { register } from '../registry.js';

register('2-2', (_event, context) => context.wait('custom_wait_name', { seconds: 2 }));

register('2-3', async (_event, context) => {
  await context.wait('wait-1', { seconds: 2 });
  await context.wait('wait-2', { seconds: 2 });
  return { completedWaits: 2 };
});

register('2-5', (_event, context) => context.wait({ hours: 1 }));
