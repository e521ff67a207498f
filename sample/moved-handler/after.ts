import { withDurableExecution } from 'nestjs-durable-execution/engine';

interface Order {
  id: string;
  items: string[];
}

export const handler = withDurableExecution(async (order: Order, context) => {
  const payment = await context.step('charge', async () => `payment of ${order.id}`);
  await context.wait('cooling-off period', { days: 14 });
  const parcels = await context.map('parcels', order.items, (item, name) =>
    item.step('pack', async () => `parcel with ${name}`),
  );
  return { payment, parcels: parcels.getResults() };
});
