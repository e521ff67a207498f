import { jest } from '@jest/globals';
import { context, diag, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { type Handler, Stage } from '../../test/engine/support/stage.js';
import { TEST_ARN } from '../../test/fixtures/memory-service.js';
import { turns } from '../../test/engine/support/turns.js';
import { deriveExecutionRootSpanId, deriveOperationSpanId, deriveTraceId, deriveWorkflowSpanId } from './ids.js';
import { openTelemetry } from './open-telemetry.js';
import type { TraceView } from './open-telemetry-options.js';
import { idOf, parentOf, TracedStage } from './testing-fixtures/traced-stage.js';

const START = new Date(1_767_356_934_930);
const TRACE_ID = deriveTraceId({ executionArn: TEST_ARN, executionStartTimestamp: START });
const UPSTREAM = { traceId: '5759e988bd862e3fe1be46a994272793', parentSpanId: '53995c3f42cd8ad8' };
const HEADER = `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=${UPSTREAM.parentSpanId}`;
const views: TraceView[] = ['execution', 'invocation'];

const order: Handler = async (durable) => {
  await durable.step('charge', async () => 'charged');
  await durable.wait('cool down', { days: 3 });
  return durable.runInChildContext('ship', (child) => child.step('label', async () => 'printed'));
};

const flaky: Handler = (durable) =>
  durable.step(
    'charge',
    async ({ attempt }) => {
      if (attempt === 1) throw new TypeError('declined');
      return 'charged';
    },
    { retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 1 } }) },
  );

beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

describe('openTelemetry', () => {
  it.each(views)('puts all invocations of an execution into one trace, in the %s view', async (view) => {
    const stage = new TracedStage(order, { view });

    await stage.run();

    expect(new Set(stage.spans.map((span) => span.spanContext().traceId))).toEqual(new Set([TRACE_ID]));
    for (const { attributes } of stage.spans) expect(attributes['durable.execution.arn']).toBe(TEST_ARN);
  });

  it('emits each operation once in the execution view, when it ends', async () => {
    const stage = new TracedStage(order);

    await stage.invoke();
    expect(stage.tree).toEqual([
      'DurableExecutionRoot UNSET',
      'charge > charge attempt 1 OK',
      '? > charge OK',
      'DurableExecutionRoot > Invocation OK',
    ]);

    stage.service.passTime();
    await stage.invoke();
    expect(stage.tree.slice(4)).toEqual([
      'DurableExecutionRoot UNSET',
      'Workflow > cool down OK',
      'label > label attempt 1 OK',
      'ship > label OK',
      'Workflow > ship OK',
      'DurableExecutionRoot > Invocation OK',
      'DurableExecutionRoot > Workflow OK',
    ]);
  });

  it('emits what every invocation did in the invocation view', async () => {
    const stage = new TracedStage(order, { view: 'invocation' });

    await stage.run();

    expect(stage.tree).toEqual([
      'DurableExecutionRoot UNSET',
      'charge > charge attempt 1 OK',
      'Invocation > charge OK',
      'Invocation > cool down UNSET',
      'DurableExecutionRoot > Invocation OK',
      'DurableExecutionRoot UNSET',
      'Invocation > cool down OK',
      'label > label attempt 1 OK',
      'ship > label OK',
      'Invocation > ship OK',
      'DurableExecutionRoot > Invocation OK',
      'DurableExecutionRoot > Workflow OK',
    ]);
    const [first, second] = stage.spans.filter(({ name }) => name === 'cool down');
    expect(first!.attributes).toMatchObject({ 'durable.operation.status': 'STARTED' });
    expect(second!.attributes).toMatchObject({ 'durable.operation.status': 'SUCCEEDED' });
    expect([first!, second!].map((span) => stage.linksOf(span))).toEqual([['Workflow'], ['cool down', 'Workflow']]);
    expect(second!.links[0]!.context.spanId).toBe(idOf(first!));
  });

  it('derives the ids that other functions derive', async () => {
    const stage = new TracedStage(order);

    await stage.run();

    expect(idOf(stage.span('Workflow'))).toBe(deriveWorkflowSpanId(TEST_ARN));
    expect(parentOf(stage.span('Workflow'))).toBe(deriveExecutionRootSpanId(TEST_ARN));
    expect(idOf(stage.span('charge'))).toBe(deriveOperationSpanId(TEST_ARN, stage.service.operation('charge').Id));
  });

  it('starts the execution when the service says, and a wait when it began', async () => {
    const stage = new TracedStage(order);

    await stage.invoke();
    const { Id } = stage.service.operation('cool down');
    stage.service.change(Id, { StartTimestamp: START.getTime() + 1000 });
    stage.service.change(Id, { Status: 'SUCCEEDED', EndTimestamp: START.getTime() + 3 * 86_400_000 });
    await stage.invoke();

    expect(stage.span('Workflow').startTime).toEqual([1_767_356_934, 930_000_000]);
    const { startTime, endTime } = stage.span('cool down');
    expect([startTime, endTime]).toEqual([
      [1_767_356_935, 930_000_000],
      [1_767_616_134, 930_000_000],
    ]);
  });

  describe('of a step that is retried', () => {
    it.each(views)('emits every attempt, in the %s view', async (view) => {
      const stage = new TracedStage(flaky, { view });

      await stage.run();

      const [failed, succeeded] = [stage.span('charge attempt 1'), stage.span('charge attempt 2')];
      expect(failed.status).toEqual({ code: SpanStatusCode.ERROR, message: 'declined' });
      expect(failed.events.map(({ name, attributes }) => [name, attributes!['exception.type']])).toEqual([
        ['exception', 'TypeError'],
      ]);
      expect(succeeded.status.code).toBe(SpanStatusCode.OK);
      expect(succeeded.attributes).toMatchObject({
        'durable.attempt.number': 2,
        'durable.attempt.outcome': 'SUCCEEDED',
      });
      expect(succeeded.attributes).not.toHaveProperty('durable.operation.status');
    });

    it('has one span with the number of its last attempt in the execution view', async () => {
      const stage = new TracedStage(flaky);

      await stage.run();

      const charge = stage.span('charge');
      expect(charge.attributes).toMatchObject({ 'durable.attempt.number': 2, 'durable.operation.status': 'SUCCEEDED' });
      expect([1, 2].map((attempt) => parentOf(stage.span(`charge attempt ${attempt}`)))).toEqual([
        idOf(charge),
        idOf(charge),
      ]);
    });

    it('links attempts and invocations to those before them where that is asked for', async () => {
      const stage = new TracedStage(flaky, { linkSuccessors: true });

      await stage.run();

      expect(stage.linksOf(stage.span('charge attempt 2'))).toEqual(['Invocation', 'charge attempt 1']);
      const [first, second] = stage.spans.filter(({ name }) => name === 'Invocation');
      expect(second!.links.map((link) => link.context.spanId)).toEqual([idOf(first!)]);
    });
  });

  it('links an invocation to what woke it where another sandbox ran the one before', async () => {
    const stage = new TracedStage(order, { linkSuccessors: true });
    await stage.invoke();
    stage.service.passTime();
    const cold = new TracedStage(order, { linkSuccessors: true });
    Object.assign(cold.service, {
      event: () => stage.service.event(),
      checkpoint: stage.service.checkpoint.bind(stage.service),
    });

    await cold.invoke();

    expect(cold.linksOf(cold.span('Invocation'))).toEqual(['cool down']);
  });

  it.each(views)('has the right span active in every body, also after a suspension, in the %s view', async (view) => {
    const active: Record<string, string | undefined> = {};
    const note = (place: string) => (active[place] = trace.getSpanContext(context.active())?.spanId);
    const stage = new TracedStage(
      async (durable) => {
        note('handler');
        await durable.wait('cool down', { seconds: 1 });
        note('handler after the wait');
        await durable.runInChildContext('ship', async (child) => {
          note('child');
          await child.step('label', async () => {
            await new Promise((resolve) => setImmediate(resolve));
            note('step');
          });
          note('child after the step');
        });
      },
      { view },
    );

    await stage.run();

    const invocation = stage.spans.filter(({ name }) => name === 'Invocation').at(-1)!;
    const around = view === 'execution' ? stage.span('Workflow') : invocation;
    expect(active).toEqual({
      handler: idOf(around),
      'handler after the wait': idOf(around),
      child: idOf(stage.span('ship')),
      step: idOf(stage.span('label attempt 1')),
      'child after the step': idOf(stage.span('ship')),
    });
  });

  it('gives log records the ids of the active span', async () => {
    const stage = new TracedStage((durable) =>
      durable.step('charge', async ({ logger }) => logger.info({ message: 'charging' })),
    );
    const plain = new TracedStage(order, { enrichLogger: false });

    await stage.run();
    await plain.run();

    expect(
      openTelemetry({ tracerProvider: stage.provider }).createPlugin(infoOf())!.enrichLogContext!(),
    ).toBeUndefined();
    const attempt = stage.span('charge attempt 1').spanContext();
    const span = trace.wrapSpanContext(attempt);
    const fields = context.with(trace.setSpan(context.active(), span), () =>
      openTelemetry({ tracerProvider: stage.provider }).createPlugin(infoOf())!.enrichLogContext!(),
    );
    expect(fields).toEqual({ traceId: TRACE_ID, spanId: attempt.spanId, otelTraceSampled: true });
  });

  describe('hangs the execution below what started it', () => {
    it('as the trace header of the invocation says', async () => {
      const stage = new TracedStage(order, { lambdaContext: { xRayTraceId: `${HEADER};Sampled=1` } });

      await stage.run();

      expect(stage.spans.every((span) => span.spanContext().traceId === UPSTREAM.traceId)).toBe(true);
      expect(stage.spans.filter(({ name }) => name === 'Invocation').map(parentOf)).toEqual([
        UPSTREAM.parentSpanId,
        UPSTREAM.parentSpanId,
      ]);
      expect(parentOf(stage.span('Workflow'))).toBe(UPSTREAM.parentSpanId);
      expect(stage.spans.map(({ name }) => name)).not.toContain('DurableExecutionRoot');
    });

    it('on a trace of its own where the extractor throws or knows nothing', async () => {
      for (const contextExtractor of [() => undefined, () => ({ traceId: 'broken' }), thrower]) {
        const stage = new TracedStage(order, { contextExtractor });
        await stage.run();
        expect(stage.span('Workflow').spanContext().traceId).toBe(TRACE_ID);
      }
    });

    it('but the Invocation below the span that Lambda has open, when that is of this trace', async () => {
      const ambient = { traceId: TRACE_ID, spanId: 'aaaaaaaaaaaaaaaa', traceFlags: TraceFlags.SAMPLED };
      const parents = [];
      for (const other of [ambient, { ...ambient, traceFlags: 0 }, { ...ambient, traceId: UPSTREAM.traceId }]) {
        const stage = new TracedStage(async () => 'done');
        await context.with(trace.setSpanContext(context.active(), other), () => stage.invoke());
        parents.push(parentOf(stage.span('Invocation')));
      }

      const root = deriveExecutionRootSpanId(TEST_ARN);
      expect(parents).toEqual([ambient.spanId, root, root]);
    });
  });

  describe('decides about sampling once for an execution', () => {
    const samplerOf = (decision: SamplingDecision) => {
      const asked: string[] = [];
      const sampler: Sampler = {
        shouldSample: (_context, traceId, name) => (asked.push(`${name} ${traceId}`), { decision }),
      };
      return { asked, sampler };
    };

    it('by asking the sampler about the trace as a whole, once for each invocation', async () => {
      const { asked, sampler } = samplerOf(SamplingDecision.RECORD_AND_SAMPLED);

      await new TracedStage(order, { sampler }).run();

      expect(asked).toEqual([`Workflow ${TRACE_ID}`, `Workflow ${TRACE_ID}`]);
    });

    it.each([
      ['1', SamplingDecision.NOT_RECORD, true],
      ['0', SamplingDecision.RECORD_AND_SAMPLED, false],
    ])('by the trace header where that says %s', async (sampled, decision, isEmitted) => {
      const { asked, sampler } = samplerOf(decision);
      const stage = new TracedStage(order, { sampler, lambdaContext: { xRayTraceId: `${HEADER};Sampled=${sampled}` } });

      await stage.run();

      expect(asked).toEqual([]);
      expect(stage.spans.length > 0).toBe(isEmitted);
    });

    it('and tells what it comes to, so that spans of others follow', async () => {
      const flags: Array<number | undefined> = [];
      const handler: Handler = (durable) =>
        durable.step('charge', async () => void flags.push(trace.getSpanContext(context.active())?.traceFlags));

      await new TracedStage(handler, { sampler: new AlwaysOffSampler() }).run();
      await new TracedStage(handler, { sampler: new TraceIdRatioBasedSampler(1) }).run();

      expect(flags).toEqual([TraceFlags.NONE, TraceFlags.SAMPLED]);
    });

    it('without touching the sampler of other spans', async () => {
      const { asked, sampler } = samplerOf(SamplingDecision.RECORD_AND_SAMPLED);
      const stage = new TracedStage(order, { sampler });
      await stage.invoke();

      const tracer = stage.provider.getTracer('the application');
      tracer.startSpan('one of its own', { root: true }).end();

      expect(asked.at(-1)).toMatch(/^one of its own /);
      expect(idOf(stage.span('one of its own'))).toMatch(/^[0-9a-f]{16}$/);
    });
  });

  it.each(views)('emits ends that the code does not come to, in the %s view', async (view) => {
    const stage = new TracedStage(
      async (durable) => {
        const pause = durable.wait('cool down', { days: 1 });
        await durable.waitForCallback('approval', async () => undefined);
        await pause;
      },
      { view },
    );
    await stage.invoke();
    const { Id } = stage.service.operation('cool down');
    stage.service.change(Id, { Status: 'SUCCEEDED', EndTimestamp: START.getTime() });

    await stage.invoke();

    const ended = stage.spans.filter(
      ({ name, attributes }) => name === 'cool down' && attributes['durable.operation.status'] === 'SUCCEEDED',
    );
    expect(ended).toHaveLength(1);
  });

  it('leaves unset what failed without saying why', async () => {
    const stage = new TracedStage(async (durable) => {
      const [answer] = await durable.createCallback('approval');
      return answer.catch(() => 'refused');
    });
    await stage.invoke();
    stage.service.change(stage.service.operation('approval').Id, { Status: 'TIMED_OUT' });

    await stage.invoke();

    expect(stage.span('approval').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('puts the span of a chained invoke into the header that it carries on', async () => {
    const stage = new TracedStage((durable) => durable.invoke('bill', 'billing:live', { a: 1 }));

    await stage.invoke();

    const { Id, ChainedInvokeOptions } = stage.service.updates[0]!;
    const parent = deriveOperationSpanId(TEST_ARN, Id);
    const root = `1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)}`;
    expect(ChainedInvokeOptions!.XAmznTraceId).toBe(`Root=${root};Parent=${parent};Sampled=1`);
  });

  it('fails the spans of an execution that fails', async () => {
    const stage = new TracedStage(() => Promise.reject(new RangeError('no such order')));

    await stage.run();

    for (const name of ['Invocation', 'Workflow']) {
      expect(stage.span(name).status).toEqual({ code: SpanStatusCode.ERROR, message: 'no such order' });
    }
    expect(stage.span('Workflow').attributes['durable.execution.status']).toBe('FAILED');
  });

  it('changes nothing of an execution whose exporter fails, or never answers', async () => {
    const failing = new BasicTracerProvider();
    failing.forceFlush = () => Promise.reject(new Error('no collector'));
    const hanging = new BasicTracerProvider();
    hanging.forceFlush = () => new Promise(() => undefined);
    const plain = new Stage(order);
    await plain.run();

    for (const tracerProvider of [failing, hanging]) {
      const stage = new TracedStage(order, { tracerProvider, flushTimeoutMs: 20 });
      expect(await stage.run()).toEqual({ Status: 'SUCCEEDED', Result: '"printed"' });
      expect(stage.actions).toEqual(plain.actions);
    }
  });

  it('waits for the exporter no longer than Lambda lets it', async () => {
    const hanging = new BasicTracerProvider();
    hanging.forceFlush = () => new Promise(() => undefined);
    const stage = new TracedStage(order, {
      tracerProvider: hanging,
      lambdaContext: { getRemainingTimeInMillis: () => 510 },
    });
    const timers = jest.spyOn(globalThis, 'setTimeout');

    await stage.invoke();

    const delaysMs = timers.mock.calls.map(([, delayMs]) => delayMs);
    timers.mockRestore();
    expect(delaysMs).toContain(10);
    expect(delaysMs).not.toContain(5000);
  });

  it.each([undefined, () => 0])('sends the spans where the time that is left is not known', async (left) => {
    let isSent = false;
    const provider = new BasicTracerProvider();
    provider.forceFlush = async () => {
      await turns(3);
      isSent = true;
    };
    const lambdaContext = { getRemainingTimeInMillis: left as () => number };

    await new TracedStage(order, { tracerProvider: provider, lambdaContext }).invoke();

    expect(isSent).toBe(true);
  });

  it('traces nothing while no SDK is there, says so once, and traces as soon as one is', async () => {
    const warnings: string[] = [];
    const silent = () => undefined;
    diag.setLogger({
      verbose: silent,
      debug: silent,
      info: silent,
      error: silent,
      warn: (text) => warnings.push(text),
    });
    const plugin = openTelemetry();
    const stage = new Stage(order, { config: { plugins: [plugin] } });

    await stage.invoke();
    expect(plugin.createPlugin(infoOf())).toBeUndefined();
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    expect(plugin.createPlugin(infoOf())).toBeDefined();

    trace.disable();
    diag.disable();
    expect(warnings.filter((text) => text.includes('not traced'))).toHaveLength(1);
  });

  it('refuses both views at once', async () => {
    const stage = new Stage(order, { config: { plugins: [openTelemetry(), openTelemetry({ view: 'invocation' })] } });

    expect(await stage.invoke()).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'PluginLoadError' } });
  });
});

const thrower = () => {
  throw new Error('no header');
};

function infoOf() {
  return {
    executionArn: TEST_ARN,
    executionStartTimestamp: START,
    isFirstInvocation: true,
    updatedOperations: {},
  } as never;
}
