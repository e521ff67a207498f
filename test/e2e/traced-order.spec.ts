import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { DurableControlClient } from '../../lib/index.js';
import { traceLambdaClient } from '../../lib/otel/index.js';
import { SampleShop } from './sample-shop.js';
import { OtlpReceiver, type ReceivedSpan } from './traced-order/otlp-receiver.js';
import { renderTrace } from './traced-order/render-trace.js';

const FOLDER = join(process.cwd(), 'test/e2e/traced-order');
const ORDER = {
  orderId: 'traced',
  customer: 'Ada',
  items: [{ sku: 'loom', quantity: 1, priceCents: 150_000 }],
  totalCents: 150_000,
};

describe('The order sample, traced', () => {
  const receiver = new OtlpReceiver();
  let shop: SampleShop;
  let spans: ReceivedSpan[];

  beforeAll(async () => {
    const endpoint = await receiver.open();
    const environment = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(FOLDER, 'register-tracing.mjs')).href}`,
      DURABLE_EXECUTION_PLUGINS: 'nestjs-durable-execution/otel',
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    };
    shop = new SampleShop({
      timeScale: 1,
      environment: (name) => ({ ...environment, OTEL_SERVICE_NAME: name }),
      functions: { checkout: join(FOLDER, 'checkout.mjs') },
    });
    await shop.open();
    spans = await order(endpoint);
  });
  afterAll(async () => {
    await shop.close();
    await receiver.close();
    context.disable();
  });

  /** A request of a web shop, which starts the checkout and waits for it while the back office approves. */
  async function order(endpoint: string): Promise<ReceivedSpan[]> {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'web-shop' }),
      spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))],
    });
    const request = provider.getTracer('web-shop').startSpan('POST /checkout');
    const client = traceLambdaClient(new LambdaClient({ endpoint: shop.service.endpoint, region: 'us-east-1' }));
    const control = new DurableControlClient({ client });
    const { executionArn } = await context.with(trace.setSpan(context.active(), request), () =>
      control.start({ functionName: 'checkout', qualifier: '$LATEST', input: ORDER }),
    );
    request.end();
    const { status } = await shop.untilEnded('traced', executionArn);
    expect(status).toBe('SUCCEEDED');
    await provider.forceFlush();
    client.destroy();
    return receiver.spans;
  }

  const named = (name: string) => spans.filter((span) => span.name === name);
  const only = (name: string) => {
    const found = named(name);
    expect(found.map(({ spanId }) => spanId)).toHaveLength(1);
    return found[0]!;
  };
  const milliseconds = ({ startNanos, endNanos }: ReceivedSpan) => Number((endNanos - startNanos) / 1_000_000n);

  it('is one trace, from the request over the chained invoke to the last step', () => {
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['web-shop', 'checkout', 'fulfil-order']));
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const orphans = spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId));
    expect(orphans.map(({ name }) => name)).toEqual([]);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ name }) => name)).toEqual([
      'POST /checkout',
    ]);
  });

  it('goes on over suspensions: the pause is one span as long as it was, whoever emitted it', () => {
    expect(named('Invocation').filter(({ service }) => service === 'fulfil-order').length).toBeGreaterThanOrEqual(3);
    expect(milliseconds(only('cooling-off period'))).toBeGreaterThanOrEqual(1900);
  });

  it('shows the attempt that failed and the one that did not, below the step that succeeded', () => {
    const step = only('charge card');
    const attempts = [1, 2].map((number) => only(`charge card attempt ${number}`));
    expect(attempts.map(({ status, parentSpanId }) => [status, parentSpanId])).toEqual([
      ['ERROR', step.spanId],
      ['OK', step.spanId],
    ]);
    expect(step.status).toBe('OK');
  });

  it('shows the callback and who handed out its id', () => {
    const approval = only('approval');
    const inside = ['approval-callback', 'approval-submitter'].map((name) => only(name).parentSpanId);
    expect(inside).toEqual([approval.spanId, approval.spanId]);
  });

  it('looks as docs/observability.md shows it', () => {
    const docs = readFileSync(join(process.cwd(), 'docs/observability.md'), 'utf8');

    expect(docs).toContain(renderTrace(spans));
  });
});
