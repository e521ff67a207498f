import { withDurableExecution } from 'nestjs-durable-execution/engine';
import { loadOtherCopy } from './other-copy.js';

interface Order {
  id: string;
}

async function charge({ id }: Order): Promise<string> {
  if (id !== 'unpaid') return `receipt of ${id}`;
  const { ExecutionError } = await loadOtherCopy();
  throw new ExecutionError('The card was refused.', { errorData: id });
}

export const handler = withDurableExecution(async (order: Order, context) => {
  const receipt = await context.step('charge', () => charge(order));
  await context.wait('cooling-off period', { minutes: 5 });
  const parcel = await context.step('ship', async () => `parcel of ${order.id}`);
  return { receipt, parcel };
});
