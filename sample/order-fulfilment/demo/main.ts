// The demo behind `npm start`: places an order, kills the function in the middle of it, and shows that nothing is lost.
// Options: `--once` ends after the order (as CI=true does), `--port N`.
import { parseArgs } from 'node:util';
import { DurableControlClient } from 'nestjs-durable-execution';
import { heading, say } from './narration.js';
import { ShopClient } from './shop-client.js';
import { ShopServer } from './shop-server.js';
import { Troublemaker } from './troublemaker.js';
import { outsideEvents, type WatchedOrder, watchOrder } from './watch-order.js';

// The local service needs no credentials, but the AWS client insists on some.
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
/** Effects that may happen only once for an order. */
const EFFECTS = ['reserved', 'charged', 'shipped', 'texted'];
const LARGE_ORDER = { orderId: 'demo-1', customer: 'Ada', items: [{ sku: 'loom', quantity: 2, priceCents: 75_000 }] };

const server = new ShopServer(GATEWAY_MS);
await server.start(port);
const client = new ShopClient(`${server.endpoint}/fn/orders-api`);
try {
  await demonstrate();
  if (!options.once) await serveUntilInterrupted();
} finally {
  await server.stop();
}

async function demonstrate(): Promise<void> {
  say(`The order app runs on a local durable service at ${server.endpoint}`);

  heading('A bad order is refused, and starts nothing');
  const refused = await client.post('/orders', { customer: '', items: [] });
  say(`  HTTP ${refused.status}: ${JSON.stringify(refused.body.message)}`);

  heading('An order for 1,500.00 is placed over HTTP');
  const placed = await client.post('/orders', LARGE_ORDER);
  say(`  HTTP ${placed.status}: ${JSON.stringify(placed.body)}`);

  heading('Its process is killed in the middle of charging the card, and the service in the middle of a wait');
  const order: WatchedOrder = {
    control: new DurableControlClient({ endpoint: server.endpoint, region: 'us-east-1' }),
    executionArn: String(placed.body.execution),
    outsideWorld: server.outsideWorld,
  };
  await watchOrder(order, new Troublemaker(server, client, order.executionArn));

  heading('What `npx nestjs-durable show` says of it');
  await server.show(order.executionArn);
  await reportOutcome(order);
}

/**
 * Proves what the demo claims. The interrupted step ran again, and its key told the gateway that it was the same
 * request. Saved steps did not run again, and the step that may run at most once ran once.
 */
async function reportOutcome({ control, executionArn, outsideWorld }: WatchedOrder): Promise<void> {
  const { status } = await control.describe(executionArn);
  const events = outsideEvents(outsideWorld);
  const effects = events.filter(({ event }) => EFFECTS.includes(event));
  const counts = new Map(effects.map(({ event }) => [event, effects.filter((other) => other.event === event).length]));
  const requests = events.filter(({ event }) => event === 'asked to charge');
  const keys = new Set(requests.map(({ idempotencyKey }) => idempotencyKey));
  heading(`The execution ${status}: two crashes, nothing lost, and no effect came twice`);
  say(`  ${[...counts].map(([event, count]) => `${event} ${count}×`).join(', ')}`);
  say(
    `  The gateway received ${requests.length} requests to charge, under ${keys.size} idempotency key: it charged once.`,
  );
  say('  "text the customer" is declared to run at most once: if it were interrupted, it would not run again.');
  const isAsClaimed = counts.size === EFFECTS.length && effects.length === EFFECTS.length && keys.size === 1;
  if (status !== 'SUCCEEDED' || !isAsClaimed) process.exitCode = 1;
}

async function serveUntilInterrupted(): Promise<void> {
  const order = { orderId: 'my-order', customer: 'Grace', items: [{ sku: 'clock', quantity: 1, priceCents: 2_500 }] };
  heading('Still serving. Place an order of your own:');
  say(`  ${client.curl('/orders', order)}`);
  say(`  curl ${server.endpoint}/fn/orders-api/orders/my-order`);
  say('  Orders of 1,000.00 and more wait for an approval, as above. Ctrl-C ends.');
  await new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  say('\nBye.');
}
