// A durable function without Nest, which has the order fulfilled by the sample.
import { withDurableExecution } from 'nestjs-durable-execution/engine';

export const handler = withDurableExecution(async (order, context) => {
  await context.step('check cart', async () => order.items.length);
  return context.invoke('fulfilment', 'fulfil-order:$LATEST', order);
});
