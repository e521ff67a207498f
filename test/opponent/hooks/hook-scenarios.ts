import type { DurableContext, PluginsConfig } from '../../../lib/engine/index.js';
import type { Operation } from '../../../lib/wire/operation.js';
import type { StrictService } from '../../engine/support/strict-service.js';
import { type Sdk, scenarios } from '../../official-runner/scenarios.js';

export interface HookScenario {
  name: string;
  input?: unknown;
  handler(sdk: Sdk): (event: never, context: DurableContext) => Promise<unknown>;
  pluginsConfig?: PluginsConfig;
  /** Whether concurrent operations continue in their own time, so that their hooks have no order. */
  isConcurrent?: boolean;
  /**
   * Whether a context ends while a wait, a callback or an invoke is awaited. Our engine delivers that end only once it is
   * recorded, since the end of the other may be recorded before it, and it does not ask how long the other has yet to go;
   * the official one delivers it at once. So ours makes one request more, and tells of what that request has begun before
   * it tells of what follows from the end.
   */
  endsBesideAwaited?: boolean;
  /** What happens between two invocations, from 1. @defaultValue time passes */
  between?(service: StrictService, invocation: number): void;
}

const noRetry = () => ({ shouldRetry: false });
const oneSecond = { seconds: 1 };
const first = (service: StrictService, type: string): Operation =>
  [...service.operations.values()].find(({ Type }) => Type === type)!;

/** Answers the first open operation of a type. */
const answering = (type: 'CALLBACK' | 'CHAINED_INVOKE', members: Partial<Operation>) => (service: StrictService) => {
  const { Id, CallbackDetails, Status } = first(service, type);
  if (Status !== 'STARTED') return service.passTime();
  const callback = members.CallbackDetails && { CallbackDetails: { ...CallbackDetails, ...members.CallbackDetails } };
  service.change(Id, { EndTimestamp: 1_767_356_999_000, ...members, ...callback });
};

const refusal = { ErrorMessage: 'refused', ErrorType: 'Refusal' };
const callbackFails = answering('CALLBACK', { Status: 'FAILED', CallbackDetails: { Error: refusal } });

/** What the outside world does in the scenarios of the local runner that need it. */
const between: Readonly<Record<string, HookScenario['between']>> = {
  'a callback that succeeds': answering('CALLBACK', { Status: 'SUCCEEDED', CallbackDetails: { Result: 'approved' } }),
  'a callback that fails and is caught': callbackFails,
  'a callback that times out': answering('CALLBACK', { Status: 'TIMED_OUT', CallbackDetails: {} }),
  'waiting for a callback with a serdes': answering('CALLBACK', {
    Status: 'SUCCEEDED',
    CallbackDetails: { Result: '{"by":"ada"}' },
  }),
  'invoking a durable function': answering('CHAINED_INVOKE', {
    Status: 'SUCCEEDED',
    ChainedInvokeDetails: { Result: '4' },
  }),
  'invoking a plain function that fails': answering('CHAINED_INVOKE', {
    Status: 'FAILED',
    ChainedInvokeDetails: { Error: { ErrorMessage: 'declined', ErrorType: 'Error' } },
  }),
};

const ofRunner: HookScenario[] = scenarios.map(({ name, handler, payload }) => ({
  name,
  handler,
  input: payload ?? {},
  between: between[name],
  isConcurrent: /^(?:a map|a flat map|parallel|promise)/.test(name),
  endsBesideAwaited: name === 'parallel branches of which one is enough',
}));

/** What hooks tell beside what is recorded: ends that are met again, depths, names that only plugins hear. */
const ofHooks: HookScenario[] = [
  {
    name: 'waits, callbacks and invokes that ended before the last invocation',
    handler: () => async (_event, context) => {
      await context.wait('first', oneSecond);
      const [answer] = await context.createCallback('approval');
      await answer;
      await context.invoke('bill', 'billing:live', { a: 1 });
      await context.wait('last', oneSecond);
      return 'done';
    },
    between: (service, invocation) => {
      if (invocation === 2) {
        answering('CALLBACK', { Status: 'SUCCEEDED', CallbackDetails: { Result: 'yes' } })(service);
      } else if (invocation === 3) {
        answering('CHAINED_INVOKE', { Status: 'SUCCEEDED', ChainedInvokeDetails: { Result: '1' } })(service);
      } else service.passTime();
    },
  },
  {
    name: 'a context that is open over several invocations',
    handler: () => (_event, context) =>
      context.runInChildContext('ship', async (ship) => {
        await ship.step('label', async () => 'printed');
        await ship.wait('cool down', oneSecond);
        await ship.runInChildContext('pack', async (pack) => pack.wait('dry', oneSecond));
        return ship.step('hand over', async () => 'gone');
      }),
  },
  {
    name: 'branches one at a time',
    handler: () => (_event, context) =>
      context.parallel(
        'trip',
        [
          { name: 'flight', func: (branch: DurableContext) => branch.step('book', async () => 'LH 400') },
          { name: 'hotel', func: (branch: DurableContext) => branch.step('reserve', async () => 'Ritz') },
        ],
        { maxConcurrency: 1 },
      ),
  },
  {
    name: 'branches of which one is enough while the other is in a step',
    isConcurrent: true,
    handler: () => async (_event, context) => {
      const quotes = await context.parallel<string>(
        'quotes',
        [async (branch) => branch.step('slow', () => new Promise<never>(() => undefined)), async () => 'fast'],
        { completionConfig: { minSuccessful: 1 } },
      );
      return quotes.getResults();
    },
  },
  {
    name: 'a callback that fails without details',
    handler: () => async (_event, context) => {
      const [answer] = await context.createCallback('approval');
      return answer.catch(() => 'refused');
    },
    between: answering('CALLBACK', { Status: 'FAILED', CallbackDetails: {} }),
  },
  {
    name: 'waiting for a callback that has no name',
    handler: () => (_event, context) => context.waitForCallback(async () => undefined),
    between: answering('CALLBACK', { Status: 'SUCCEEDED', CallbackDetails: { Result: 'yes' } }),
  },
  {
    name: 'waiting for a callback that fails',
    handler: () => (_event, context) => context.waitForCallback('approval', async () => undefined).catch(() => 'no'),
    between: callbackFails,
  },
  {
    name: 'an at-most-once step that is retried',
    handler: (sdk) => (_event, context) =>
      context.step(
        'charge',
        async ({ attempt }) => {
          if (attempt === 1) throw new TypeError('declined');
          return 'charged';
        },
        {
          semantics: sdk.StepSemantics.AtMostOncePerRetry,
          retryStrategy: () => ({ shouldRetry: true, delay: oneSecond }),
        },
      ),
  },
  {
    name: 'a condition whose strategy gives up at the second check',
    handler: (sdk) => (_event, context) =>
      context.waitForCondition('job', async (checks: number) => checks + 1, {
        initialState: 0,
        waitStrategy: sdk.createWaitStrategy({
          maxAttempts: 2,
          initialDelay: oneSecond,
          shouldContinuePolling: () => true,
        }),
      }),
  },
  {
    name: 'a callback that fails without a message',
    handler: () => async (_event, context) => {
      const [answer] = await context.createCallback('approval');
      return answer.catch(() => 'refused');
    },
    between: answering('CALLBACK', { Status: 'FAILED', CallbackDetails: { Error: { ErrorType: 'Refusal' } } }),
  },
  {
    name: 'children that stay in the state',
    pluginsConfig: { childOperationsDepth: 1 },
    handler: () => async (_event, context) => {
      await context.runInChildContext('ship', async (ship) => {
        await ship.wait('cool down', oneSecond);
        return ship.step('label', async () => 'printed');
      });
      await context.wait('later', oneSecond);
      return 'done';
    },
  },
  {
    name: 'a virtual context before a wait',
    handler: () => async (_event, context) => {
      const inside = await context.runInChildContext('ship', (child) => child.step('label', async () => 'printed'), {
        virtualContext: true,
      });
      await context.wait('cool down', oneSecond);
      return inside;
    },
  },
  {
    name: 'a virtual context inside one that runs again for its large result',
    handler: () => async (_event, context) => {
      const inner = () => Promise.resolve('x'.repeat(300_000));
      await context.runInChildContext('ship', (ship) =>
        ship.runInChildContext('label', inner, { virtualContext: true }),
      );
      await context.wait('cool down', oneSecond);
    },
  },
  {
    name: 'a virtual context that fails',
    handler: () => (_event, context) =>
      context
        .runInChildContext('ship', () => Promise.reject(new RangeError('no such address')), { virtualContext: true })
        .catch(() => 'caught'),
  },
  {
    name: 'a step that ends while nobody awaits it yet',
    handler: () => async (_event, context) => {
      const charged = context.step('charge', async () => 'charged');
      await context.step('pack', async () => 'packed');
      return charged;
    },
  },
  {
    name: 'a step that fails inside a context that fails',
    handler: () => (_event, context) =>
      context
        .runInChildContext('ship', (ship) =>
          ship.step('label', () => Promise.reject(new RangeError('no such address')), { retryStrategy: noRetry }),
        )
        .catch(() => 'caught'),
  },
];

export const hookScenarios: readonly HookScenario[] = [...ofRunner, ...ofHooks];
