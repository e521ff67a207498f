import { context, type Tracer, type TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { cloudWatchMetrics } from '../../lib/engine/invocation/metrics/cloud-watch-metrics.js';
import type { DurableInstrumentationPlugin } from '../../lib/engine/invocation/plugins/plugin.js';
import type { ConfiguredPlugin } from '../../lib/engine/invocation/plugins/plugin-factory.js';
import { openTelemetry } from '../../lib/otel/open-telemetry.js';
import { openTelemetryMetrics } from '../../lib/otel/open-telemetry-metrics.js';
import type { OpenTelemetryOptions } from '../../lib/otel/open-telemetry-options.js';
import { executeTree } from './support/execute-tree.js';
import { treesOf } from './support/operation-tree.js';
import { OPERATION_PAYLOAD_BYTES } from '../../lib/wire/limits.js';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import type { ChildConfig } from '../../lib/engine/operations/child-context-config.js';
import { type Handler, Stage } from './support/stage.js';
import { turns } from './support/turns.js';
import { fc } from '../fixtures/seeded-fast-check.js';

const broken = (): never => {
  throw new Error('telemetry is broken');
};
const rejecting = () => Promise.reject(new Error('telemetry is broken'));
const hanging = () => new Promise<never>(() => undefined);
const slow = () => turns(3);

const processor = (changes: Partial<SpanProcessor>): SpanProcessor => ({
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
  ...changes,
});

const withProcessor = (changes: Partial<SpanProcessor>) =>
  new BasicTracerProvider({ spanProcessors: [processor(changes)] });
const withFlush = (forceFlush: () => Promise<void>) => Object.assign(new BasicTracerProvider(), { forceFlush });

/** Every member of it, and of what it gives, throws. */
const brokenObject = new Proxy({}, { get: broken, has: broken, set: broken }) as never;

/** Spans of an SDK, by shape, that throw at every call. */
const withBrokenSpans = {
  getTracer: () =>
    ({
      _idGenerator: { generateSpanId: () => '53995c3f42cd8ad8', generateTraceId: () => 'a'.repeat(32) },
      _sampler: { shouldSample: () => ({ decision: 2 }) },
      startSpan: () => brokenObject,
    }) as unknown as Tracer,
} as unknown as TracerProvider;

const providers: Record<string, OpenTelemetryOptions> = {
  'a processor that fails at the start of spans': { tracerProvider: withProcessor({ onStart: broken }) },
  'a processor that fails at the end of spans': { tracerProvider: withProcessor({ onEnd: broken }) },
  'a flush that fails': { tracerProvider: withFlush(rejecting) },
  'a flush that throws': { tracerProvider: withFlush(broken) },
  'a flush that hangs': { tracerProvider: withFlush(hanging), flushTimeoutMs: 1 },
  'a slow flush': { tracerProvider: withFlush(slow) },
  'a sampler that fails': { tracerProvider: new BasicTracerProvider({ sampler: { shouldSample: broken } }) },
  'a sampler without an answer': {
    tracerProvider: new BasicTracerProvider({ sampler: { shouldSample: () => undefined as never } }),
  },
  'no tracer provider': {},
  'a provider that throws': { tracerProvider: { getTracer: broken } },
  'a provider without tracers': { tracerProvider: { getTracer: () => undefined as never } },
  'a provider that is nothing but traps': { tracerProvider: brokenObject },
  'spans that throw': { tracerProvider: withBrokenSpans },
  'an extractor that throws': { tracerProvider: new BasicTracerProvider(), contextExtractor: broken },
  'an extractor that gives traps': { tracerProvider: new BasicTracerProvider(), contextExtractor: () => brokenObject },
};

const HOOKS = [
  'onInvocationStart',
  'onInvocationEnd',
  'onInvocationMeasured',
  'onOperationStart',
  'onOperationEnd',
  'onOperationAttemptStart',
  'onOperationAttemptEnd',
  'onOperationChange',
  'providePropagationMetadata',
  'enrichLogContext',
] as const;
const WRAPPERS = ['wrapInvocation', 'wrapChildContextFn', 'wrapOperationAttemptFn'] as const;

type Hook = (info: object, fn: () => unknown) => unknown;

/** A plugin all of whose hooks do the same. */
const always = (hook: Hook, wrapper: Hook): DurableInstrumentationPlugin =>
  Object.fromEntries([...HOOKS.map((name) => [name, hook]), ...WRAPPERS.map((name) => [name, wrapper])]) as never;

const spoiling: Hook = (info) => {
  for (const key of Object.keys(info ?? {})) Reflect.deleteProperty(info, key);
};

const plugins: Record<string, () => ConfiguredPlugin> = {
  'a factory that throws': () => ({ createPlugin: broken }),
  'a factory that gives a promise': () => ({ createPlugin: rejecting as never }),
  'a factory that gives traps': () => ({ createPlugin: () => brokenObject }),
  'hooks that throw': () => always(broken, broken),
  'hooks that reject': () => always(rejecting, rejecting),
  'hooks that hang': () => always(hanging, hanging),
  'slow hooks': () =>
    always(slow, async (_info, fn) => {
      await slow();
      return fn();
    }),
  'hooks that give traps': () =>
    always(
      () => brokenObject,
      () => brokenObject,
    ),
  'hooks that spoil what they are told': () => always(spoiling, spoiling),
  'wrappers that run a body twice': () =>
    always(
      () => undefined,
      (_info, fn) => Promise.all([fn(), fn()]),
    ),
  'wrappers that change the outcome': () =>
    always(
      () => undefined,
      async (_info, fn) =>
        Promise.resolve(fn()).then(
          () => 'changed',
          () => 'mended',
        ),
    ),
  'a meter that fails': () => openTelemetryMetrics({ meterProvider: { getMeter: broken } }),
  'metrics of traps': () => openTelemetryMetrics({ meterProvider: brokenObject }),
  'a log that cannot be written': () => cloudWatchMetrics({ write: broken }),
};

interface Telemetry {
  readonly name: string;
  readonly plugins: () => ConfiguredPlugin[];
}

const tracing = fc
  .tuple(fc.constantFrom(...Object.keys(providers)), fc.constantFrom('execution' as const, 'invocation' as const))
  .map(([name, view]) => ({
    name: `${name}, ${view} view`,
    plugins: () => [openTelemetry({ view, linkSuccessors: true, nestStages: true, ...providers[name] })],
  }));
const others = fc
  .subarray(Object.keys(plugins), { minLength: 1, maxLength: 2 })
  .map((names) => ({ name: names.join(' and '), plugins: () => names.map((name) => plugins[name]!()) }));
const telemetries: fc.Arbitrary<Telemetry> = fc.oneof(tracing, others);

describe('telemetry', () => {
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  it('changes neither what is recorded nor the outcome, however it fails', async () => {
    await fc.assert(
      fc.asyncProperty(treesOf({ withRaces: false }), telemetries, async (tree, { plugins: observers }) => {
        const { result, operations } = await executeTree(tree);
        expect(await executeTree(tree, { plugins: observers() })).toMatchObject({ result, operations });
      }),
      { numRuns: 300, interruptAfterTimeLimit: 20_000 },
    );
  });

  const failing: Handler = async (durable) => {
    await durable.step('charge', async () => 'charged');
    await durable.wait('pause', { days: 1 });
    return durable.runInChildContext('ship', async (child) => {
      await child.step('label', () => Promise.reject(new RangeError('no label')), {
        retryStrategy: () => ({ shouldRetry: false }),
      });
    });
  };
  const all: Array<[string, () => ConfiguredPlugin]> = [
    ...Object.entries(providers).map(([name, options]): [string, () => ConfiguredPlugin] => [
      name,
      () => openTelemetry(options),
    ]),
    ...Object.entries(plugins),
  ];

  it.each(all)('lets a failure be what it is, with %s', async (_name, plugin) => {
    const plain = new Stage(failing);
    const expected = withoutStack(await plain.run());
    const observed = new Stage(failing, {
      config: { plugins: [plugin()] },
      lambdaContext: { getRemainingTimeInMillis: () => 1020 },
    });

    expect(withoutStack(await observed.run())).toEqual(expected);
    expect(observed.actions).toEqual(plain.actions);
  });

  it.each<[string, ChildConfig<string>]>([
    ['rebuilt', {}],
    ['virtual', { virtualContext: true }],
  ])(
    'lets a context that is %s end in its turn, however long a wrapper continues after the body',
    async (_, config) => {
      const first: string[] = [];
      let turnsAfterBody = 0;
      const plugin: DurableInstrumentationPlugin = {
        wrapChildContextFn: async (_info, fn) => {
          const value = await fn();
          await turns(turnsAfterBody);
          return value;
        },
      };
      const large = (context: DurableContext) =>
        context.runInChildContext(
          'large',
          async (child) => `large ${await child.step('quick', async () => 'x'.repeat(OPERATION_PAYLOAD_BYTES - 2))}`,
          config,
        );
      const stage = new Stage(
        async (context) => {
          const slower = context.step('slower', () => turns(9)).then(() => 'slower');
          first.push((await Promise.race([large(context), slower])).slice(0, 6));
          await slower;
          await context.wait({ seconds: 1 });
        },
        { config: { plugins: [plugin] } },
      );
      await stage.invoke();
      turnsAfterBody = 20;
      stage.service.passTime();
      await stage.invoke();

      expect(first).toEqual(['large ', 'large ']);
    },
  );
});

function withoutStack(output: object): unknown {
  return JSON.parse(JSON.stringify(output, (key, value: unknown) => (key === 'StackTrace' ? undefined : value)));
}
