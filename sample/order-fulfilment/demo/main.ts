// The demo behind `npm start`: places an order, kills the function in the middle of it, and shows that nothing is lost.
// Options: `--once` ends after the order (as does CI=true), `--port N`.
import { parseArgs } from 'node:util';
import { DurableControlClient } from 'nestjs-durable-execution';
import { heading, narrate, narrateOutside, say } from './narration.js';
import { ShopClient } from './shop-client.js';
import { type ShopService, startShop } from './shop-service.js';
import { timeline } from './timeline.js';
import { outsideEvents, type WatchedOrder, watchOrder } from './watch-order.js';

// The local service asks for no credentials, but the AWS client insists on some.
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

const { values: options } = parseArgs({
  options: { once: { type: 'boolean', default: process.env.CI === 'true' }, port: { type: 'string' } },
});
/** A demo that ends by itself must not fail because another one is running. */
const port = Number(options.port ?? (options.once ? 0 : 4310));

/** Long enough to be killed in the middle. */
const GATEWAY_MS = 700;
const LARGE_ORDER = { orderId: 'demo-1', customer: 'Ada', items: [{ sku: 'loom', quantity: 2, priceCents: 75_000 }] };

const shop = await startShop({ port, gatewayMs: GATEWAY_MS });
try {
  await demonstrate(shop);
  if (!options.once) await serveUntilInterrupted(shop);
} finally {
  await shop.service.close();
}

async function demonstrate({ service, outsideWorld }: ShopService): Promise<void> {
  const client = new ShopClient(`${service.endpoint}/fn/orders-api`);
  const control = new DurableControlClient({ endpoint: service.endpoint, region: 'us-east-1' });
  say(`The order app runs on a local durable service at ${service.endpoint}`);

  heading('A bad order is refused, and starts nothing');
  const refused = await client.post('/orders', { customer: '', items: [] });
  say(`  HTTP ${refused.status}: ${JSON.stringify(refused.body.message)}`);

  heading('An order for 1,500.00 is placed over HTTP');
  const placed = await client.post('/orders', LARGE_ORDER);
  say(`  HTTP ${placed.status}: ${JSON.stringify(placed.body)}`);

  heading('The function process is killed in the middle of charging the card');
  const executionArn = String(placed.body.execution);
  const order = { control, executionArn, outsideWorld };
  let isKilled = false;
  const history = await watchOrder(order, {
    onHistory: narrate,
    onOutside: async (event) => {
      narrateOutside(event);
      if (event.event === 'asked to charge' && event.attempt === 2 && !isKilled) {
        isKilled = service.killInvocation(executionArn);
        say('  >>>>>>>>>>>>  kill -9: the process is gone, in the middle of a step');
      }
      if (event.event === 'asked') await approve(client);
    },
  });

  heading('Timeline');
  for (const line of timeline(history)) say(line);
  await reportOutcome(order);
}

async function approve(client: ShopClient): Promise<void> {
  say('  The order is large, so it waits for an approval, without any process running. The back office approves:');
  say(`  ${client.curl('/orders/demo-1/approval', { approved: true })}`);
  const { status } = await client.post('/orders/demo-1/approval', { approved: true });
  say(`  HTTP ${status}`);
}

/** Proves what the demo claims: whatever crashed, nothing happened twice. */
async function reportOutcome({ control, executionArn, outsideWorld }: WatchedOrder): Promise<void> {
  const { status, result } = await control.describe(executionArn);
  const effects = outsideEvents(outsideWorld).filter(({ event }) => ['reserved', 'charged', 'shipped'].includes(event));
  const counts = new Map(effects.map(({ event }) => [event, effects.filter((other) => other.event === event).length]));
  heading(`The execution ${status}`);
  say(`  ${result ?? ''}`);
  say(`  ${[...counts].map(([event, count]) => `${event} ${count}×`).join(', ')}: one crash, nothing lost, nothing repeated`);
  if (status !== 'SUCCEEDED' || counts.size !== 3 || effects.length !== 3) process.exitCode = 1;
}

async function serveUntilInterrupted({ service }: ShopService): Promise<void> {
  const client = new ShopClient(`${service.endpoint}/fn/orders-api`);
  const order = { orderId: 'my-order', customer: 'Grace', items: [{ sku: 'clock', quantity: 1, priceCents: 2_500 }] };
  heading('Still serving. Place an order of your own:');
  say(`  ${client.curl('/orders', order)}`);
  say(`  curl ${service.endpoint}/fn/orders-api/orders/my-order`);
  say('  Orders of 1,000.00 and more wait for POST /orders/<orderId>/approval. Ctrl-C ends.');
  await new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  say('\nBye.');
}
