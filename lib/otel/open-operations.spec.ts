import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Handler } from '../../test/engine/support/stage.js';
import { turns } from '../../test/engine/support/turns.js';
import type { DurableContext } from '../engine/context/durable-context.js';
import type { TraceView } from './open-telemetry-options.js';
import { idOf, TracedStage } from './testing-fixtures/traced-stage.js';

const views: TraceView[] = ['execution', 'invocation'];
const MONTH = { days: 30 };
const fail = async (): Promise<never> => {
  throw new RangeError('no answer');
};

/** Each ends while something else is open. */
const programs: Record<string, Handler> = {
  'a step that waits for its next attempt': (durable) =>
    Promise.race([
      durable.step('late', fail, { retryStrategy: () => ({ shouldRetry: true, delay: MONTH }) }),
      durable.wait('pause', { seconds: 1 }),
    ]),
  'a step that runs': async (durable) => {
    await durable.wait('pause', { seconds: 1 });
    void durable.step('late', () => new Promise(() => undefined));
    await durable.step('quick', async () => 1);
  },
  'a context with completed operations': (durable) =>
    Promise.race([
      durable.runInChildContext('late', async (child) => {
        await child.step('label', async () => 1);
        await child.wait('transit', MONTH);
      }),
      durable.wait('pause', { seconds: 1 }),
    ]),
  'a callback': (durable) =>
    Promise.race([durable.waitForCallback('late', async () => undefined), durable.wait('pause', { seconds: 1 })]),
  'an execution that fails': async (durable) => {
    const [answer] = await durable.createCallback('late');
    await durable.wait('pause', { seconds: 1 });
    await fail();
    return answer;
  },
};

/** Lets only `pause` complete. */
async function runThrough(handler: Handler): Promise<TracedStage> {
  const stage = new TracedStage(handler);
  await stage.invoke();
  stage.service.change(stage.service.operation('pause').Id, { Status: 'SUCCEEDED', EndTimestamp: stage.service.nowMs });
  await stage.invoke();
  return stage;
}

const facts = (stage: TracedStage, span: ReadableSpan) => ({
  parent: stage.parentNameOf(span),
  status: span.attributes['durable.operation.status'],
  hasAttempt: 'durable.attempt.number' in span.attributes,
  events: span.events,
  code: span.status.code,
});

describe('what is open when its execution ends, in the execution view', () => {
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  it.each(Object.entries(programs))('has a span, so that no parent is missing: %s', async (_, handler) => {
    const stage = await runThrough(handler);

    for (const span of stage.spans) expect(stage.parentNameOf(span)).not.toBe('?');
    const open = { parent: 'Workflow', status: 'STARTED', hasAttempt: false, events: [], code: 0 };
    expect(facts(stage, stage.span('late'))).toEqual(open);
    const last = stage.spans.findLast(({ name }) => name === 'Invocation')!;
    expect(stage.span('late').links.map((link) => link.context.spanId)).toEqual([idOf(last)]);
  });

  it('has the names that waitForCallback derives', async () => {
    const stage = await runThrough(programs['a callback']!);

    expect(facts(stage, stage.span('late-callback'))).toMatchObject({ parent: 'late', status: 'STARTED' });
  });

  it('has no span while the execution goes on', async () => {
    const stage = new TracedStage(programs['a context with completed operations']!);

    await stage.invoke();

    expect(stage.spans.map(({ name }) => name)).not.toContain('late');
  });

  it.each(views)('links an attempt that is cut off, in the %s view', async (view) => {
    const stage = new TracedStage(programs['a step that runs']!, { view });

    await stage.run();

    const attempt = stage.span('late attempt 1');
    expect(attempt.attributes).not.toHaveProperty('durable.attempt.outcome');
    expect(stage.linksOf(attempt)).toEqual([view === 'execution' ? 'Invocation' : 'Workflow']);
  });
});

describe('what is open when its context ends', () => {
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  const never = () => new Promise<never>(() => undefined);
  type Branch = (branch: DurableContext) => Promise<unknown>;
  const pause: Branch = (branch) => branch.wait('pause', { seconds: 1 });
  const firstOf = (durable: DurableContext, slow: Branch, quick: Branch) =>
    durable.parallel(
      'offers',
      [
        { name: 'slow', func: slow },
        { name: 'quick', func: quick },
      ],
      { completionConfig: { minSuccessful: 1 } },
    );

  it.each(views)('gets the end of its span then, within that of the context, in the %s view', async (view) => {
    const slow: Branch = async (branch) => {
      await branch.step('ask', async () => 1);
      await never();
    };
    const stage = new TracedStage(
      async (durable) => {
        await firstOf(durable, slow, pause);
        await durable.wait('later', { seconds: 1 });
      },
      { view },
    );

    await stage.run();

    for (const span of stage.spans) expect(stage.parentNameOf(span)).not.toBe('?');
    const last = (name: string) => stage.spans.findLastIndex((span) => span.name === name);
    expect(stage.spans[last('slow')]!.attributes).toMatchObject({ 'durable.operation.status': 'STARTED' });
    expect(last('slow')).toBeLessThan(last('offers'));
    expect(stage.spans.filter(({ name }) => name === 'Invocation')).toHaveLength(3);
    expect(stage.spans.filter(({ name }) => name === 'slow')).toHaveLength(view === 'execution' ? 1 : 2);
  });

  it.each(views)('has no second span for what it still does, in the %s view', async (view) => {
    let finish = (): void => undefined;
    const slow: Branch = (branch) => branch.step('ask', () => new Promise<void>((resolve) => (finish = resolve)));
    const stage = new TracedStage(
      async (durable) => {
        await firstOf(durable, slow, () => turns(5));
        finish();
        await turns(20);
        await durable.step('order', async () => 1);
        await turns(20);
      },
      { view },
    );

    await stage.run();

    const counts = ['slow', 'ask', 'ask attempt 1'].map((of) => stage.spans.filter(({ name }) => name === of).length);
    expect(counts).toEqual([1, 1, 1]);
  });
});
