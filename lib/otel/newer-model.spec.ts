import { context, SpanStatusCode } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Handler } from '../../test/engine/support/stage.js';
import { TEST_ARN } from '../../test/fixtures/memory-service.js';
import { InvocationError } from '../engine/base/errors/invocation-error.js';
import { deriveExecutionRootSpanId, deriveOperationSpanId, deriveTraceId } from './ids.js';
import { openTelemetry } from './open-telemetry.js';
import type { TraceView } from './open-telemetry-options.js';
import { idOf, parentOf, TracedStage } from './testing-fixtures/traced-stage.js';

const views: TraceView[] = ['execution', 'invocation'];
const DAY = { days: 1 };
const UPSTREAM = 'Root=1-5759e988-bd862e3fe1be46a994272793';

const named = (stage: TracedStage, name: string) => stage.spans.filter((span) => span.name === name);
const ended = (spans: readonly ReadableSpan[]) =>
  spans.filter(({ attributes }) => attributes['durable.operation.status'] !== 'STARTED');

/** A provider whose spans are kept, for hooks that are called by hand. */
function unplayed() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const parentNameOf = (name: string): string => {
    const spans = exporter.getFinishedSpans();
    const parent = spans.find((span) => span.name === name)!.parentSpanContext;
    return spans.find((span) => idOf(span) === parent?.spanId)?.name ?? '?';
  };
  return { provider, parentNameOf };
}

/** What the official OpenTelemetry plugin 2.0 does, as far as the requirements of August do not ask for it. */
describe('the newer model', () => {
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  describe('of the ancestor', () => {
    const pausing: Handler = async (durable) => {
      await durable.wait('pause', DAY);
      return 'done';
    };

    it.each(views)('is the parent of Workflow and of every Invocation, in the %s view', async (view) => {
      const stage = new TracedStage(pausing, { view });

      await stage.run();

      const root = deriveExecutionRootSpanId(TEST_ARN);
      expect([...named(stage, 'Workflow'), ...named(stage, 'Invocation')].map(parentOf)).toEqual([root, root, root]);
    });

    it('is emitted by every invocation alike: without duration, without parent, with the ARN alone', async () => {
      const stage = new TracedStage(pausing);

      await stage.run();

      const roots = named(stage, 'DurableExecutionRoot');
      expect(roots).toHaveLength(2);
      for (const root of roots) {
        expect(root.startTime).toEqual(named(stage, 'Workflow')[0]!.startTime);
        expect(root.endTime).toEqual(root.startTime);
        expect(parentOf(root)).toBeUndefined();
        expect(root.attributes).toEqual({ 'durable.execution.arn': TEST_ARN });
        expect(root.status.code).toBe(SpanStatusCode.UNSET);
      }
      expect(new Set(roots.map(idOf)).size).toBe(1);
    });

    it('is emitted once, at the end, where the service reports no start', async () => {
      const stage = new TracedStage(pausing);
      const [execution] = stage.service.operations.values();
      stage.service.operations.set(execution!.Id, { ...execution!, StartTimestamp: undefined });

      await stage.invoke();
      expect(named(stage, 'DurableExecutionRoot')).toEqual([]);
      stage.service.passTime();
      await stage.invoke();

      expect(named(stage, 'DurableExecutionRoot')).toHaveLength(1);
      expect(new Set(stage.spans.map((span) => span.spanContext().traceId))).toEqual(
        new Set([deriveTraceId({ executionArn: TEST_ARN })]),
      );
    });

    it('stands on the trace of a header that names no span', async () => {
      const stage = new TracedStage(pausing, { lambdaContext: { xRayTraceId: `${UPSTREAM};Parent=oops` } });

      await stage.run();

      const [root] = named(stage, 'DurableExecutionRoot');
      expect(root!.spanContext().traceId).toBe('5759e988bd862e3fe1be46a994272793');
      expect(parentOf(named(stage, 'Workflow')[0]!)).toBe(idOf(root!));
    });

    it('is not what a broken header says, nor is its decision', async () => {
      const stage = new TracedStage(pausing, { lambdaContext: { xRayTraceId: 'Root=broken;Sampled=0' } });

      await stage.run();

      expect(named(stage, 'Workflow')).toHaveLength(1);
    });
  });

  it('decides for all invocations of an execution alike, by the id of its trace', async () => {
    const decisions = new Set<number>();
    for (let at = 0; at < 16; at += 1) {
      const traceId = deriveTraceId({ executionArn: `${TEST_ARN}${at}` });
      const xRayTraceId = `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
      const sampler = new TraceIdRatioBasedSampler(0.5);
      const stage = new TracedStage(
        async (durable) => {
          await durable.step('charge', async () => 1);
          await durable.wait('pause', DAY);
          await durable.step('ship', async () => 1);
        },
        { sampler, lambdaContext: { xRayTraceId } },
      );
      await stage.run();
      decisions.add(stage.spans.length);
    }

    expect([...decisions].sort()).toEqual([0, 10]);
  });

  it.each(views)('tells of an invocation that Lambda repeats, in the %s view', async (view) => {
    let isBroken = true;
    const stage = new TracedStage(
      async (durable) => {
        await durable.step('charge', async () => 1);
        if (isBroken) throw new InvocationError('The sandbox is broken.');
        return 'done';
      },
      { view },
    );

    await expect(stage.invoke()).rejects.toThrow('The sandbox is broken.');
    expect(named(stage, 'Workflow')).toEqual([]);
    isBroken = false;
    await stage.invoke();

    const told = named(stage, 'Invocation').map(({ status, attributes }) => [
      SpanStatusCode[status.code],
      attributes['durable.invocation.status'],
    ]);
    expect(told).toEqual([
      ['UNSET', 'RETRYING'],
      ['OK', 'SUCCEEDED'],
    ]);
    expect(named(stage, 'charge attempt 1')).toHaveLength(1);
  });

  it.each(views)(
    'leaves a callback unset that failed without details, not what it fails, in the %s view',
    async (view) => {
      for (const error of [undefined, {}]) {
        const stage = new TracedStage((durable) => durable.waitForCallback('approval', async () => undefined), {
          view,
        });
        await stage.invoke();
        const [callback] = [...stage.service.operations.values()].filter(({ Type }) => Type === 'CALLBACK');
        const details = { ...callback!.CallbackDetails, ...(error && { Error: error }) };
        stage.service.change(callback!.Id, { Status: 'FAILED', CallbackDetails: details });

        await stage.invoke();

        const statuses = ['approval-callback', 'approval', 'Workflow'].map((name) => {
          const [span] = ended(named(stage, name));
          return [name, SpanStatusCode[span!.status.code], span!.events.length];
        });
        expect(statuses).toEqual([
          ['approval-callback', 'UNSET', 0],
          ['approval', 'ERROR', 1],
          ['Workflow', 'ERROR', 0],
        ]);
      }
    },
  );

  describe('of callbacks that end outside', () => {
    const gates: Handler = async (durable) => {
      const names = ['first', 'second', 'third'];
      const gate = [];
      for (const name of names) gate.push((await durable.createCallback(name))[0]);
      for (const [at, promise] of gate.entries()) {
        await promise;
        await durable.step(`barrier ${at}`, async () => at);
      }
    };

    it.each(views)('tells each end once, before what it releases, in the %s view', async (view) => {
      const stage = new TracedStage(gates, { view });
      await stage.invoke();
      const order = ['third', 'first', 'second'];
      for (const name of order) {
        stage.service.change(stage.service.operation(name).Id, { Status: 'SUCCEEDED' });
        await stage.invoke();
      }

      const invocations = named(stage, 'Invocation');
      for (const [at, name] of order.entries()) {
        const ends = ended(named(stage, name));
        expect(ends.map(({ status }) => status.code)).toEqual([SpanStatusCode.OK]);
        const links = ends[0]!.links.map((link) => link.context.spanId);
        if (view === 'execution') expect(links).toEqual([idOf(invocations[at + 1]!)]);
        else expect(parentOf(ends[0]!)).toBe(idOf(invocations[at + 1]!));
      }
      const order2 = stage.spans.map(({ name }) => name);
      for (const [at, name] of ['first', 'second', 'third'].entries()) {
        expect(order2.lastIndexOf(name)).toBeLessThan(order2.indexOf(`barrier ${at} attempt 1`));
      }
    });

    it.each(views)('tells an end that comes in an answer at once, in the %s view', async (view) => {
      const stage = new TracedStage(
        async (durable) => {
          const [answer] = await durable.createCallback('approval');
          await durable.step('before', async () => 1);
          await durable.step('barrier', async () => 1);
          await answer;
        },
        { view },
      );
      stage.service.interfere = ({ request }) => {
        const isEndOfStep = request.Updates?.some(({ Name, Action }) => Name === 'before' && Action === 'SUCCEED');
        if (isEndOfStep) stage.service.change(stage.service.operation('approval').Id, { Status: 'SUCCEEDED' });
      };

      await stage.run();

      const names = stage.spans.map(({ name }) => name);
      expect(named(stage, 'approval')).toHaveLength(1);
      expect(names.indexOf('approval')).toBeLessThan(names.indexOf('barrier attempt 1'));
      expect(named(stage, 'Invocation')).toHaveLength(1);
    });

    it('has the true times of a callback and of a wait, whenever they are observed', async () => {
      const stage = new TracedStage(async (durable) => {
        const [answer] = await durable.createCallback('approval');
        await durable.wait('pause', DAY);
        await answer;
      });
      await stage.invoke();
      const startMs = stage.service.nowMs;
      for (const [name, days] of [
        ['approval', 2],
        ['pause', 1],
      ] as const) {
        const { Id } = stage.service.operation(name);
        stage.service.change(Id, {
          StartTimestamp: startMs,
          Status: 'SUCCEEDED',
          EndTimestamp: startMs + days * 86_400_000,
        });
      }

      await stage.invoke();

      const durations = ['approval', 'pause'].map((name) => {
        const [{ startTime, endTime }] = named(stage, name) as [ReadableSpan];
        return endTime[0] - startTime[0];
      });
      expect(durations).toEqual([2 * 86_400, 86_400]);
    });

    it('hangs an end that the code did not come to below its context, which has a span at the latest with the execution', async () => {
      for (const [status, parent] of [
        ['SUCCEEDED', 'CONTEXT'],
        ['PENDING', '?'],
      ] as const) {
        const { provider, parentNameOf } = unplayed();
        const context = { id: 'context', type: 'CONTEXT', status: 'STARTED', isReplay: false } as const;
        const pause = { id: 'pause', name: 'pause', type: 'WAIT', parentId: 'context', status: 'SUCCEEDED' } as const;
        const updatedOperations = { pause: { ...pause, isReplay: false } };
        const base = { requestId: '1', executionArn: TEST_ARN, executionInput: {}, isFirstInvocation: false };
        const info = { ...base, operations: { context, ...updatedOperations }, updatedOperations };
        const plugin = openTelemetry({ tracerProvider: provider }).createPlugin(info)!;

        await plugin.onInvocationStart!(info);
        await plugin.onInvocationEnd!({ ...info, status });

        expect(parentNameOf('pause')).toBe(parent);
      }
    });
  });

  it('gives a context whose body runs again another segment, in the invocation view', async () => {
    const large: Handler = async (durable) => {
      await durable.runInChildContext('large', async (child) => {
        await child.step('label', async () => 1);
        return 'x'.repeat(300_000);
      });
      await durable.runInChildContext('unsaved', async () => 1, { virtualContext: true });
      await durable.wait('pause', DAY);
    };
    const stage = new TracedStage(large, { view: 'invocation' });

    await stage.run();

    const status = ({ attributes }: ReadableSpan) => attributes['durable.operation.status'];
    expect(named(stage, 'large').map(status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(named(stage, 'large').map((span) => stage.linksOf(span))).toEqual([['Workflow'], ['large', 'Workflow']]);
    expect(named(stage, 'unsaved').map(status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(named(stage, 'label')).toHaveLength(1);
    const emitted = new TracedStage(large);
    await emitted.run();
    for (const name of ['large', 'unsaved', 'label']) expect(named(emitted, name)).toHaveLength(1);
  });

  it('keeps executions apart that run at once', async () => {
    const stage = new TracedStage(async (durable) => {
      await durable.step('charge', () => new Promise((resolve) => setImmediate(resolve)));
    });
    const other = new TracedStage(stage.handler, { tracerProvider: stage.provider });
    const arn = TEST_ARN.replace('order-77', 'order-78');
    const { event } = other.service;
    other.service.event = () => ({ ...event.call(other.service), DurableExecutionArn: arn });

    await Promise.all([stage.run(), other.run()]);

    for (const [executionArn, { service }] of [
      [TEST_ARN, stage],
      [arn, other],
    ] as const) {
      const own = stage.spans.filter(({ attributes }) => attributes['durable.execution.arn'] === executionArn);
      expect(own.map(({ name }) => name).sort()).toEqual(
        ['DurableExecutionRoot', 'Invocation', 'Workflow', 'charge', 'charge attempt 1'].sort(),
      );
      expect(new Set(own.map((span) => span.spanContext().traceId)).size).toBe(1);
      const charge = own.find(({ name }) => name === 'charge')!;
      expect(idOf(charge)).toBe(deriveOperationSpanId(executionArn, service.operation('charge').Id));
    }
  });

  it('says which function runs where the provider is the plugin’s own, in the execution view', async () => {
    const facts = async (view: TraceView) => {
      const stage = new TracedStage(async () => 'done', { view });
      await stage.run();
      return named(stage, 'Invocation')[0]!.attributes;
    };

    expect(await facts('execution')).toMatchObject({
      'cloud.resource_id': 'arn:aws:lambda:us-east-1:123456789012:function:orders:1',
      'faas.max_memory': 128 * 1024 * 1024,
    });
    expect(await facts('invocation')).not.toHaveProperty('faas.max_memory');
  });
});
