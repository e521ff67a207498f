import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import { currentDurableContext } from '../context/current.js';
import type { DurableContext } from '../context/durable-context.js';
import type { MapConfig } from './batch-config.js';

type Ask = () => void;

const failing = async (): Promise<never> => {
  throw new RangeError('declined');
};
const large = async () => 'x'.repeat(300_000);
const json = {
  serialize: async (value: unknown) => JSON.stringify(value),
  deserialize: async (text: string | undefined) => JSON.parse(text ?? 'null') as never,
};
const submit = async () => undefined;
const completed = { Status: 'SUCCEEDED', CallbackDetails: { CallbackId: 'callback-1', Result: '1' } } as const;

/** Each calls its second parameter in a function that only answers. */
const FUNCTIONS: Array<[string, string, (context: DurableContext, ask: Ask) => unknown]> = [
  [
    'retryStrategy',
    'Step "op"',
    (c, ask) => c.step('op', failing, { retryStrategy: () => (ask(), { shouldRetry: false }) }),
  ],
  [
    'waitStrategy',
    'WaitForCondition "op"',
    (c, ask) =>
      c.waitForCondition('op', async () => 1, {
        initialState: 0,
        waitStrategy: () => (ask(), { shouldContinue: false }),
      }),
  ],
  [
    'errorMapper',
    'RunInChildContext "op"',
    (c, ask) => c.runInChildContext('op', failing, { errorMapper: (error) => (ask(), error) }),
  ],
  [
    'summaryGenerator',
    'RunInChildContext "op"',
    (c, ask) => c.runInChildContext('op', large, { summaryGenerator: () => (ask(), '') }),
  ],
  ['itemNamer', 'Map "op"', (c, ask) => c.map('op', [1, 2], async () => 1, { itemNamer: () => (ask(), 'item') })],
  [
    'shouldComplete',
    'Map "op"',
    (c, ask) =>
      c.map('op', [1, 2], async () => 1, { completionConfig: { shouldComplete: () => (ask(), { complete: false }) } }),
  ],
  [
    'serdes',
    'Step "op"',
    (c, ask) =>
      c.step('op', async () => 1, { serdes: { ...json, serialize: (value) => (ask(), json.serialize(value)) } }),
  ],
  [
    'serdes',
    'Step "op"',
    (c, ask) =>
      c.step('op', async () => 1, { serdes: { ...json, deserialize: (text) => (ask(), json.deserialize(text)) } }),
  ],
  [
    'serdes',
    'ChainedInvoke "op"',
    (c, ask) =>
      c.invoke('op', 'f:1', 1, { payloadSerdes: { ...json, serialize: (value) => (ask(), json.serialize(value)) } }),
  ],
  [
    'serdes',
    'RunInChildContext "op"',
    (c, ask) => {
      c.configureSerdes({ defaultSerdes: { ...json, serialize: (value) => (ask(), json.serialize(value)) } });
      return c.runInChildContext('op', async () => 1);
    },
  ],
];

afterEach(() => turns(3));

describe('A function that only answers', () => {
  it.each(FUNCTIONS)('may call no durable operation: %s of %s', async (name, label, call) => {
    const stage = new Stage(async (context) => {
      await Promise.resolve(call(context, () => void context.step('in it', async () => 1))).catch(() => undefined);
      await context.wait({ seconds: 1 });
    });
    const { Status, Error } = (await stage.invoke()) as { Status: string; Error?: Record<string, string> };
    expect({ Status, ErrorType: Error?.ErrorType }).toEqual({ Status: 'FAILED', ErrorType: 'ContextValidationError' });
    expect(Error?.ErrorMessage).toContain(
      `Context usage error: Step "in it" was called inside the ${name} of ${label}.`,
    );
    expect(stage.actions.filter((action) => action.includes('in it'))).toEqual([]);
  });

  it.each(FUNCTIONS)('may not when the verdict was lost either: %s of %s', async (_name, _label, call) => {
    const stage = new Stage(async (context) => {
      await Promise.resolve(call(context, () => void context.step('in it', async () => 1))).catch(() => undefined);
      await context.wait({ seconds: 1 });
    });
    stage.service.lose = (number) => (number === 1 ? 'response' : undefined);
    await stage.invoke().catch(() => undefined);
    await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'ContextValidationError' } });
  });

  it('may call none on the context of the running code either, where it names or counts the items of a batch', async () => {
    const inContext = async () => void currentDurableContext()!.step('in it', submit);
    const configs: Array<MapConfig<number, number>> = [
      { itemNamer: () => (void inContext(), 'item') },
      { completionConfig: { shouldComplete: () => (void inContext(), { complete: false }) } },
    ];
    for (const config of configs) {
      const stage = new Stage((context) => context.map('op', [1, 2], async () => 1, config));
      await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'ContextValidationError' } });
      expect(stage.actions.filter((action) => action.includes('in it'))).toEqual([]);
    }
  });

  it('may call none where it is the hook of a failed attempt', async () => {
    let outer: DurableContext;
    const onStepFailed = () => outer.step('alert', submit);
    const handler = async (context: DurableContext) => {
      outer = context;
      await context.step('op', failing, { retryStrategy: () => ({ shouldRetry: false }) }).catch(() => undefined);
      await context.wait({ seconds: 1 });
    };
    const stage = new Stage(handler, { config: { onStepFailed } });
    const { Error } = (await stage.run()) as { Error?: Record<string, string> };
    expect(Error).toMatchObject({ ErrorType: 'ContextValidationError' });
    expect(Error?.ErrorMessage).toContain('Step "alert" was called inside the onStepFailed of Step "op".');
    expect(stage.actions.filter((action) => action.includes('alert'))).toEqual([]);
  });

  it('may call none while it converts what has come for a callback', async () => {
    const stage = new Stage(async (context) => {
      const deserialize = (text: string | undefined) => (void context.step('in it', submit), json.deserialize(text));
      const [result] = await context.createCallback('op', { serdes: { deserialize } });
      await result;
    });
    await stage.invoke();
    stage.service.change(stage.service.operation('op').Id, completed);
    await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'ContextValidationError' } });
  });

  it('does not keep the code that awaits the operation from calling the next', async () => {
    const stage = new Stage(async (context) => {
      const serdes = { serialize: json.serialize, deserialize: json.deserialize };
      const config = { serdes, retryStrategy: () => ({ shouldRetry: false }) };
      const first = await context.step('first', async () => 1, config);
      await context.step('second', failing, config).catch(() => undefined);
      return [first, await context.step('third', async () => 3, config)];
    });
    await expect(stage.result()).resolves.toEqual([1, 3]);
  });
});
