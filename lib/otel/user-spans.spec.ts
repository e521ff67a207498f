import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { withRetry } from '../engine/base/retry/with-retry.js';
import type { Handler } from '../../test/engine/support/stage.js';
import type { TraceView } from './open-telemetry-options.js';
import { TracedStage } from './testing-fixtures/traced-stage.js';

const views: TraceView[] = ['execution', 'invocation'];

/** Opens a span of the application's own wherever it is called. */
type Mark = (place: string) => void;

const seconds = (count: number) => ({ shouldRetry: true, delay: { seconds: count } });
const never = { shouldRetry: false };
const macrotask = () => new Promise((resolve) => setImmediate(resolve));

/** The parents of spans in the view; `handler` means the span that is active in the handler. */
const expected: Record<string, string> = {
  'in the handler': 'handler',
  'in the handler after a step': 'handler',
  'in the handler after the wait': 'handler',
  'in the handler after parallel': 'handler',
  'in a step': 'charge attempt 1',
  'in a step, later': 'charge attempt 1',
  'in a step again': 'flaky attempt 2',
  'in the strategy of a step': 'handler',
  'in a child': 'ship',
  'in a step of a child': 'label attempt 1',
  'in a child after its step': 'ship',
  'in a child of a child': 'pack',
  'in a child after its child': 'ship',
  'in a virtual context': 'unsaved',
  'in a virtual context after its step': 'unsaved',
  'in a branch': 'left',
  'in a branch after its wait': 'right',
  'in an item': 'item-0',
  'in an item after its step': 'item-1',
  'in a check': 'stock attempt 1',
  'in a check again': 'stock attempt 2',
  'in the strategy of a condition': 'handler',
  'in a submitter': 'approval-submitter attempt 1',
  'in a body of withRetry': 'charging',
  'in a body of withRetry again': 'charging',
  'in the strategy of withRetry': 'charging',
  'in withRetry without a context': 'handler',
  'in its strategy': 'handler',
};

const everything =
  (mark: Mark): Handler =>
  async (durable) => {
    mark('in the handler');
    await durable.step('charge', async () => {
      mark('in a step');
      await macrotask();
      mark('in a step, later');
    });
    mark('in the handler after a step');
    const retryStrategy = () => (mark('in the strategy of a step'), seconds(1));
    const flaky = async ({ attempt }: { attempt: number }) => {
      if (attempt === 1) throw new Error('declined');
      mark('in a step again');
    };
    await durable.step('flaky', flaky, { retryStrategy });
    await durable.wait('cool down', { seconds: 1 });
    mark('in the handler after the wait');
    await durable.runInChildContext('ship', async (child) => {
      mark('in a child');
      await child.step('label', async () => mark('in a step of a child'));
      mark('in a child after its step');
      await child.runInChildContext('pack', async () => mark('in a child of a child'));
      mark('in a child after its child');
    });
    const virtual = { virtualContext: true };
    await durable.runInChildContext(
      'unsaved',
      async (child) => {
        mark('in a virtual context');
        await child.step('count', async () => 1);
        mark('in a virtual context after its step');
      },
      virtual,
    );
    await durable.parallel('both', [
      { name: 'left', func: async () => mark('in a branch') },
      {
        name: 'right',
        func: async (branch) => {
          await branch.wait('branch wait', { seconds: 1 });
          mark('in a branch after its wait');
        },
      },
    ]);
    mark('in the handler after parallel');
    const items = { itemNamer: (_item: number, index: number) => `item-${index}` };
    await durable.map(
      'all',
      [0, 1],
      async (branch, item) => {
        if (item === 0) return mark('in an item');
        await branch.step('pick', async () => item);
        mark('in an item after its step');
      },
      items,
    );
    await durable.waitForCondition(
      'stock',
      async (checks: number) => {
        mark(checks === 0 ? 'in a check' : 'in a check again');
        return checks + 1;
      },
      {
        initialState: 0,
        waitStrategy: (checks) => {
          if (checks === 2) return { shouldContinue: false };
          mark('in the strategy of a condition');
          return { shouldContinue: true, delay: { seconds: 1 } };
        },
      },
    );
    await durable.waitForCallback('approval', async () => mark('in a submitter'));
    await withRetry(
      durable,
      'charging',
      async (inner, attempt) => {
        mark(attempt === 1 ? 'in a body of withRetry' : 'in a body of withRetry again');
        await inner.step(
          async () => {
            if (attempt === 1) throw new Error('declined');
          },
          { retryStrategy: () => never },
        );
      },
      { retryStrategy: () => (mark('in the strategy of withRetry'), seconds(1)) },
    );
    const bare = { wrapWithRunInChildContext: false };
    await withRetry(
      durable,
      async (_inner, attempt) => {
        mark('in withRetry without a context');
        if (attempt === 1) throw new Error('declined');
      },
      { ...bare, retryStrategy: () => (mark('in its strategy'), seconds(1)) },
    );
  };

describe('spans of the application', () => {
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  it.each(views)('hang below what runs them, live and on every replay, in the %s view', async (view) => {
    const mark: Mark = (place) => stage.provider.getTracer('the application').startSpan(place).end();
    const stage: TracedStage = new TracedStage(everything(mark), { view });

    for (;;) {
      const { Status, Error: error } = (await stage.invoke()) as { Status: string; Error?: unknown };
      expect(error).toBeUndefined();
      if (Status === 'SUCCEEDED') break;
      stage.service.passTime();
      for (const { Type, Id, Status: status } of stage.service.operations.values()) {
        if (Type === 'CALLBACK' && status === 'STARTED') stage.service.change(Id, { Status: 'SUCCEEDED' });
      }
    }

    const own = stage.spans.filter(({ name }) => name in expected);
    const handler = view === 'execution' ? 'Workflow' : 'Invocation';
    for (const place of Object.keys(expected)) expect(own.map(({ name }) => name)).toContain(place);
    const found = new Set(own.map((span) => `${span.name}: ${stage.parentNameOf(span)}`));
    const right = Object.entries(expected).map(
      ([place, parent]) => `${place}: ${parent === 'handler' ? handler : parent}`,
    );
    expect([...found].sort()).toEqual(right.sort());
  });
});
