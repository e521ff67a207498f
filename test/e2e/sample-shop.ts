import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DurableControlClient, type ExecutionDescription, signWebhook } from '../../lib/index.js';
import { type LocalService, startLocalService } from '../../lib/local/index.js';

/** What the sample's stand-ins for outside systems have seen. */
export interface OutsideEvent {
  system: string;
  event: string;
  orderId: string;
  answerTo?: string;
}

const MAIN = join(process.cwd(), 'sample/order-fulfilment/dist/src/main.js');
/** Workers are programs of their own, so they run what was built. */
const BOOTSTRAP = join(process.cwd(), 'dist/esm/local/functions/bootstrap/bootstrap.js');
const POLL_MS = 10;

export interface SampleShopOptions {
  /** How much faster than real the service's time runs. @defaultValue 100 */
  timeScale?: number;
  /** What else stands in the environment of a function. */
  environment?(functionName: string): Record<string, string>;
  /** Paths of further durable functions, by name. */
  functions?: Readonly<Record<string, string>>;
}

/** The sample application in separate processes, on the local service. */
export class SampleShop {
  readonly #options: SampleShopOptions;
  readonly #outsideWorld = mkdtempSync(join(tmpdir(), 'order-fulfilment-'));
  #service!: LocalService;
  #control!: DurableControlClient;

  constructor(options: SampleShopOptions = {}) {
    this.#options = options;
  }

  get service(): LocalService {
    return this.#service;
  }

  async open(): Promise<void> {
    const { buildSample } = (await import('../../sample/order-fulfilment/build.mjs' as string)) as {
      buildSample(): Promise<void>;
    };
    await buildSample();
    const { timeScale = 100, functions = {} } = this.#options;
    const durable = { executionTimeoutSeconds: 7 * 24 * 3600 };
    const further = Object.entries(functions).map(([name, module]) => [
      name,
      { ...this.#function(name, module), durable },
    ]);
    this.#service = await startLocalService({
      timeScale,
      workers: { bootstrapPath: BOOTSTRAP },
      functions: {
        'orders-api': this.#function('orders-api'),
        'fulfil-order': { ...this.#function('fulfil-order'), durable },
        ...Object.fromEntries(further),
      },
    });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
    this.#control = new DurableControlClient({ endpoint: this.#service.endpoint, region: 'us-east-1' });
  }

  #function(name: string, module = MAIN) {
    return { module, environment: { OUTSIDE_WORLD: this.#outsideWorld, ...this.#options.environment?.(name) } };
  }

  close(): Promise<void> {
    return this.#service.close();
  }

  request(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const url = `${this.#service.endpoint}/fn/orders-api${path}`;
    if (body === undefined) return fetch(url);
    const type = { 'content-type': 'application/json' };
    return fetch(url, { method: 'POST', headers: { ...type, ...headers }, body: JSON.stringify(body) });
  }

  /** Places an order, approves it when it waits for that, and waits until its execution ends. */
  async fulfil(orderId: string, priceCents: number): Promise<ExecutionDescription> {
    const input = {
      orderId,
      customer: 'Ada',
      items: [{ sku: 'loom', quantity: 1, priceCents }],
      totalCents: priceCents,
    };
    const { executionArn } = await this.#control.start({
      functionName: 'fulfil-order',
      qualifier: '$LATEST',
      executionName: orderId,
      input,
    });
    return this.untilEnded(orderId, executionArn);
  }

  outsideEvents(orderId: string): OutsideEvent[] {
    const file = join(this.#outsideWorld, 'events.jsonl');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as OutsideEvent).filter((event) => event.orderId === orderId);
  }

  executions(): ReturnType<DurableControlClient['list']> {
    return this.#control.list({ functionName: 'fulfil-order' });
  }

  /** Waits until an execution ends, and approves the order when it waits for that. */
  async untilEnded(orderId: string, executionArn: string): Promise<ExecutionDescription> {
    let isApproved = false;
    for (;;) {
      const description = await this.#control.describe(executionArn);
      if (description.status !== 'RUNNING') return description;
      if (!isApproved) isApproved = await this.#approve(orderId);
      await pause(POLL_MS);
    }
  }

  async #approve(orderId: string): Promise<boolean> {
    const question = this.outsideEvents(orderId).find(({ event }) => event === 'asked');
    if (question === undefined) return false;
    const answer = { approved: true };
    const answerTo = question.answerTo!;
    const callbackId = decodeURIComponent(answerTo.split('/').at(-1)!);
    const signature = signWebhook({ secret: 'demo secret', callbackId, body: JSON.stringify(answer) });
    const { status } = await this.request(answerTo, answer, signature);
    return status === 204;
  }
}
