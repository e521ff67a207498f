import type { SerdesConfig } from '../base/serdes/serdes.js';
import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import { TEST_ARN } from '../../../test/fixtures/memory-service.js';
import { DurablePromise } from '../base/durable-promise.js';

afterEach(() => turns(3));

function idsByName(stage: Stage): Record<string, string> {
  return Object.fromEntries([...stage.service.operations.values()].slice(1).map(({ Name, Id }) => [Name, Id]));
}

describe('EngineContext', () => {
  it('gives each operation its id at the call, in program order, awaited or not', async () => {
    const stage = new Stage(async (context) => {
      const first = context.step('first', () => turns(5));
      const second = context.runInChildContext('second', async (child) => {
        const inner = [child.step('inner 1', () => turns(4)), child.step('inner 2', () => turns(1))];
        await inner[1];
        await inner[0];
      });
      const third = context.step('third', async () => undefined);
      await third;
      await second;
      await first;
    });
    await stage.run();
    expect(idsByName(stage)).toEqual({
      first: 'c4ca4238a0b92382',
      second: 'c81e728d9d4c2f63',
      'inner 1': '8fbdbf5573b18fae',
      'inner 2': '3c46a0407be60a1f',
      third: 'eccbc87e4b5ce2fe',
    });
  });

  it.each([[[1, 3, 6]], [[6, 3, 1]], [[3, 6, 1]]])('keeps ids whatever completes first: %j', async (durations) => {
    const stage = new Stage(async (context) =>
      Promise.all(
        durations.map((duration, at) =>
          context.runInChildContext(`branch ${at}`, async (child) => {
            await child.step(`a ${at}`, () => turns(duration));
            await child.step(`b ${at}`, async () => undefined);
          }),
        ),
      ),
    );
    await stage.run();
    expect(idsByName(stage)).toMatchObject({
      'a 0': 'ea66c06c1e1c05fa',
      'b 0': '98c6f2c2287f4c73',
      'a 1': '8fbdbf5573b18fae',
      'b 1': '3c46a0407be60a1f',
      'a 2': 'c9e6e7b69f98f516',
      'b 2': 'b772d43b49bb57b5',
    });
  });

  it('can be written as JSON, as a handler that logs its context does', async () => {
    const seen: string[] = [];
    const stage = new Stage(async (context) => {
      seen.push(JSON.stringify(context));
      await context.runInChildContext(async (child) => seen.push(JSON.stringify({ child })));
      await context.wait({ seconds: 1 });
    });
    await stage.run();
    const json = { executionContext: { durableExecutionArn: TEST_ARN }, lambdaContext: { functionName: 'orders' } };
    expect(seen.map((text) => JSON.parse(text) as object)).toMatchObject([json, { child: json }, json]);
  });

  it('begins an operation at the call, before anyone awaits it', async () => {
    const stage = new Stage(async (context) => {
      const promise = context.step('unawaited', async () => 1);
      expect(promise).toBeInstanceOf(DurablePromise);
      await context.step('awaited', () => turns(3));
    });
    await stage.run();
    expect(stage.service.operation('unawaited').Status).toBe('SUCCEEDED');
  });

  it.each<[string, string | undefined]>([
    ['empty', ''],
    ['longer than 256 characters', 'n'.repeat(257)],
    ['not ASCII', 'réserve'],
    ['not printable', 'two\nlines'],
  ])('fails the execution for a name that is %s, which the service would refuse', async (_, name) => {
    const stage = new Stage((context) => context.step(name, async () => 1));
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: expect.stringContaining('printable ASCII') },
    });
    expect(stage.actions).toEqual([]);
  });

  it.each(['n'.repeat(256), ' ', '~', undefined])('takes %j for a name', async (name) => {
    const stage = new Stage((context) => context.step(name, async () => 1));
    await expect(stage.result()).resolves.toBe(1);
  });

  it('tells the execution and the Lambda context', async () => {
    const stage = new Stage(async ({ executionContext, lambdaContext }) => [
      executionContext.durableExecutionArn,
      lambdaContext.awsRequestId,
    ]);
    await expect(stage.result()).resolves.toEqual([expect.stringMatching(/order-77/), 'request-1']);
  });

  it('hands over the input of the execution', async () => {
    const stage = new Stage(async (_, input) => input, { input: { sku: 'a1' } });
    await expect(stage.result()).resolves.toEqual({ sku: 'a1' });
  });

  describe('on replay of other code', () => {
    it.each<[string, Stage['handler'], RegExp]>([
      [
        'another type',
        async (context) => context.wait('charge', { seconds: 1 }),
        /recorded as STEP \(Step\) "charge", but the code now calls WAIT \(Wait\) "charge"/,
      ],
      [
        'another name',
        async (context) => context.step('refund', async () => 1),
        /recorded as STEP \(Step\) "charge", but the code now calls STEP \(Step\) "refund"/,
      ],
      ['no name', async (context) => context.step(async () => 1), /the code now calls STEP \(Step\) without a name/],
      [
        'a child context',
        async (context) => context.runInChildContext('charge', async () => 1),
        /now calls CONTEXT \(RunInChildContext\) "charge"/,
      ],
      [
        'a virtual context',
        async (context) => context.runInChildContext('charge', async () => 1, { virtualContext: true }),
        /recorded as STEP \(Step\) "charge", but the code now calls virtual CONTEXT \(RunInChildContext\) "charge"/,
      ],
    ])('fails the execution for %s, also when user code catches everything', async (_, changed, message) => {
      const stage = new Stage(async (context) => {
        await context.step('charge', async () => 1);
        await context.wait('pause', { seconds: 1 });
      });
      await stage.invoke();
      stage.service.passTime();
      const actions = stage.actions.length;
      stage.handler = async (context) => {
        await changed(context, {}).catch(() => 'caught');
        await context.step('later', async () => 'never');
      };
      await expect(stage.invoke()).resolves.toMatchObject({
        Status: 'FAILED',
        Error: { ErrorType: 'NonDeterministicExecutionError', ErrorMessage: expect.stringMatching(message) },
      });
      expect(stage.actions).toHaveLength(actions);
    });

    it.each([1, 1000])(
      'fails the execution for a context that has become virtual, in pages of %i',
      async (pageItems) => {
        const approval = (virtualContext: boolean): Stage['handler'] => {
          return (context) =>
            context.runInChildContext('approval', (child) => child.wait('pause', { seconds: 1 }), { virtualContext });
        };
        const stage = new Stage(approval(false));
        await stage.invoke();
        Object.assign(stage.service, { pageItems, firstPageItems: pageItems });
        stage.handler = approval(true);
        await expect(stage.invoke()).resolves.toMatchObject({
          Status: 'FAILED',
          Error: { ErrorType: 'NonDeterministicExecutionError' },
        });
      },
    );

    it('fails the execution for another subtype', async () => {
      const stage = new Stage(async (context) => {
        await context.runInChildContext('approval', async () => 1, { subType: 'Map' });
        await context.wait({ seconds: 1 });
      });
      await stage.invoke();
      stage.handler = (context) => context.runInChildContext('approval', async () => 1);
      await expect(stage.invoke()).resolves.toMatchObject({
        Status: 'FAILED',
        Error: {
          ErrorMessage: expect.stringMatching(/CONTEXT \(Map\) "approval", but .* CONTEXT \(RunInChildContext\)/),
        },
      });
    });

    it('is FAILED, never PENDING, even with other branches that wait', async () => {
      const stage = new Stage(async (context) => {
        await context.step('charge', async () => 1);
        await context.wait('pause', { seconds: 1 });
      });
      await stage.invoke();
      stage.handler = (context) =>
        Promise.all([context.step('refund', async () => 1), context.wait('pause', { seconds: 1 })]);
      await expect(stage.invoke()).resolves.toMatchObject({ Status: 'FAILED' });
    });
  });

  it.each<[what: string, config: unknown, problem: string]>([
    ['a text', 'json', "configureSerdes() in the handler was given 'json' as configuration. Give an object."],
    [
      'a serdes that only writes',
      { defaultSerdes: { serialize: async () => '' } },
      'The defaultSerdes of configureSerdes() in the handler is { serialize: [AsyncFunction: serialize] }. Give an object with serialize and deserialize.',
    ],
    [
      'a deserializer that is a function',
      { defaultCallbackDeserializer: JSON.parse },
      'The defaultCallbackDeserializer of configureSerdes() in the handler is [Function: parse]. Give an object with deserialize.',
    ],
  ])('refuses to convert values by %s', async (_what, config, problem) => {
    const stage = new Stage(async (context) => {
      context.configureSerdes(config as SerdesConfig);
      return context.step('never', async () => 1);
    });
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: problem },
    });
    expect(stage.service.updates).toEqual([]);
  });
});
