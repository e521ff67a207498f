import { retryPresets } from '../../engine/base/retry/retry-presets.js';
import type { DurableContext } from '../../engine/context/durable-context.js';
import { withDurableExecution } from '../../engine/invocation/with-durable-execution.js';
import { DurableHandlerTest } from '../durable-handler-test.js';

const noRetry = { retryStrategy: retryPresets.noRetry };

interface Flow {
  /** Whether a failed approval, audit, or look counts as none. */
  swallows?: 'approval' | 'audit' | 'look';
}

const handlerOf = ({ swallows }: Flow) =>
  withDurableExecution(async (_input: unknown, context: DurableContext) => {
    const or = async (name: string, result: Promise<unknown>) =>
      name === swallows ? result.catch(() => undefined) : result;
    await context.step('charge', async () => 1, noRetry);
    await or(
      'look',
      context.waitForCondition('look', async (state: number) => state + 1, {
        initialState: 0,
        waitStrategy: (state) =>
          state > 1 ? { shouldContinue: false } : { shouldContinue: true, delay: { minutes: 1 } },
      }),
    );
    await or('audit', Promise.all([1, 2].map((part) => context.invoke(`audit ${part}`, 'audit:live', { part }))));
    await or(
      'approval',
      context.waitForCallback('approval', async () => undefined),
    );
    return 'done';
  });

const sweep = async (flow: Flow, options: { optional?: string[] } = {}) => {
  await using test = await DurableHandlerTest.create(handlerOf(flow));
  test.mockInvoke('audit', (input: unknown) => input);
  return await test.handlesEveryFailure((fresh) => fresh.answerCallback('approval', 'yes').start(), options);
};

describe('handlesEveryFailure()', () => {
  it('lets steps, conditions, invokes and callbacks fail, each in a run of its own', async () => {
    const { steps } = await sweep({});
    expect(steps).toEqual(['charge', 'look', 'audit 1', 'audit 2', 'approval', 'approval']);
  });

  it.each<[Required<Flow>['swallows'], RegExp]>([
    ['look', /^Condition "look" \(called at .*handles-every-failure\.spec\.ts:\d+:\d+\) has failed permanently/],
    ['audit', /^Invoke "audit 1" \(called at .*handles-every-failure\.spec\.ts:\d+:\d+\) has failed permanently/],
    ['approval', /^(Callback|Step) "approval".* has failed permanently/],
  ])('finds a failure that is swallowed: %s', async (swallows, message) => {
    await expect(sweep({ swallows })).rejects.toThrow(message);
  });

  it('lets pass what is optional', async () => {
    await expect(sweep({ swallows: 'audit' }, { optional: ['audit 1', 'audit 2'] })).resolves.toBeDefined();
  });

  it('refuses a scenario that fails by itself, because a failure would change nothing', async () => {
    await using test = await DurableHandlerTest.create(handlerOf({}));
    await expect(test.handlesEveryFailure((fresh) => fresh.start())).rejects.toThrow(
      'The scenario fails without any failure of the sweep',
    );
  });

  it('lets a callback fail that the scenario would have completed itself', async () => {
    await using test = await DurableHandlerTest.create(handlerOf({ swallows: 'approval' }));
    test.mockInvoke('audit', (input: unknown) => input);
    const scenario = async (fresh: DurableHandlerTest) => {
      const run = await fresh.start();
      await run.until({ callback: 'approval' });
      return run.succeedCallback('approval', 'yes');
    };
    await expect(test.handlesEveryFailure(scenario, { optional: ['charge'] })).rejects.toThrow('"approval"');
  });

  it('names a step that is retried without end', async () => {
    const retryStrategy = () => ({ shouldRetry: true, delay: { seconds: 1 } });
    const handler = withDurableExecution(async (_input: unknown, context: DurableContext) =>
      context.step('charge', async () => 1, { retryStrategy }),
    );
    await using test = await DurableHandlerTest.create(handler);
    await expect(test.handlesEveryFailure((fresh) => fresh.start())).rejects.toThrow(
      /^Step "charge" has failed 1000 times, and is retried without end: limit its attempts/,
    );
  });
});
