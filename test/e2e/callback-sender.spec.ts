import { LambdaClient } from '@aws-sdk/client-lambda';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type DurableExecutionHandler, withDurableExecution } from 'nestjs-durable-execution/engine';
import { type LocalService, startLocalService } from 'nestjs-durable-execution/local';
import { openTelemetry, traceLambdaClient, type TraceView } from 'nestjs-durable-execution/otel';
import { DurableControlClient } from '../../lib/index.js';
import { callbackText } from '../../lib/wire/callback-value.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const REGION = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** An execution that a sender with an open span completes from outside. */
class AnsweredExecution {
  readonly #exporter = new InMemorySpanExporter();
  readonly #provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#exporter)] });
  readonly #handedOut: Array<[name: string, callbackId: string]> = [];
  #service!: LocalService;
  #client!: LambdaClient;
  control!: DurableControlClient;

  async open(view: TraceView, options: { linkCallbacks: boolean }): Promise<void> {
    const plugins = [openTelemetry({ view, tracerProvider: this.#provider })];
    let fulfil: ReturnType<typeof withDurableExecution> | undefined;
    const handler = (event: never, lambdaContext: never) => {
      fulfil ??= withDurableExecution(this.#wait, { client: this.#client, logger: quietLogger, plugins });
      return fulfil(event, lambdaContext);
    };
    this.#service = await startLocalService({
      log: () => undefined,
      functions: { orders: { handler: handler, durable: { executionTimeoutSeconds: 60 } } },
    });
    this.#client = traceLambdaClient(new LambdaClient({ endpoint: this.#service.endpoint, ...REGION }), options);
    this.control = new DurableControlClient({ client: this.#client });
  }

  readonly #wait: DurableExecutionHandler<object, unknown> = (_input, durable) => {
    const answerTo = (name: string) =>
      durable
        .waitForCallback(name, async (id) => void this.#handedOut.push([name, id]))
        .catch((error: unknown) => (error as Error).message);
    return Promise.all(['value', 'text', 'refusal', 'nothing'].map(answerTo));
  };

  async close(): Promise<void> {
    this.#client.destroy();
    await this.#service.close();
  }

  async idOf(name: string): Promise<string> {
    for (;;) {
      const found = this.#handedOut.find(([one]) => one === name);
      if (found) return found[1];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Answers within a span of another trace. @returns its id */
  async within(answer: () => Promise<void>): Promise<string> {
    const span = this.#provider.getTracer('back office').startSpan('POST /approvals');
    await context.with(trace.setSpan(context.active(), span), answer);
    span.end();
    return span.spanContext().spanId;
  }

  async resultOf(executionArn: string): Promise<unknown> {
    for (;;) {
      const { status, result } = await this.control.describe(executionArn);
      if (status !== 'RUNNING') return JSON.parse(result!);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }
}

describe('whoever completes a callback', () => {
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  it.each([
    ['execution', true],
    ['invocation', true],
    ['execution', false],
  ] as const)('is linked to by its span in the %s view where that is asked for: %s', async (view, linkCallbacks) => {
    const execution = new AnsweredExecution();
    await execution.open(view, { linkCallbacks });
    try {
      const { control } = execution;
      const { executionArn } = await control.start({ functionName: 'orders', qualifier: '$LATEST', input: {} });
      const ids = {
        value: await execution.idOf('value'),
        text: await execution.idOf('text'),
        refusal: await execution.idOf('refusal'),
        nothing: await execution.idOf('nothing'),
      };
      const refusal = { type: 'Refused', message: 'too dear' };
      const senders = {
        value: await execution.within(() => control.sendCallbackSuccess(ids.value, callbackText({ approved: true }))),
        text: await execution.within(() => control.sendCallbackSuccess(ids.text, 'as "it" is')),
        refusal: await execution.within(() => control.sendCallbackFailure(ids.refusal, refusal)),
        nothing: await execution.within(() => control.sendCallbackSuccess(ids.nothing)),
      };

      const [value, text, refused] = (await execution.resultOf(executionArn)) as unknown[];

      expect([value, text]).toEqual([{ approved: true }, 'as "it" is']);
      expect(refused).toBe('too dear');
      for (const name of ['value', 'text', 'refusal'] as const) {
        const linked = linksOf(execution.spans, `${name}-callback`);
        if (linkCallbacks) expect(linked).toContain(senders[name]);
        else expect(linked).not.toContain(senders[name]);
      }
      expect(linksOf(execution.spans, 'nothing-callback')).not.toContain(senders.nothing);
    } finally {
      await execution.close();
    }
  });
});

/** What the segment links to in which an operation ended. */
function linksOf(spans: readonly ReadableSpan[], name: string): string[] {
  const ended = spans.filter((span) => span.name === name && span.attributes['durable.operation.status'] !== 'STARTED');
  expect(ended).toHaveLength(1);
  return ended[0]!.links.map((link) => link.context.spanId);
}
