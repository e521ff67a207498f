import { jest } from '@jest/globals';
import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import type { Operation } from '../../wire/operation.js';
import type { DurableContext } from '../context/durable-context.js';
import type { Serdes } from '../base/serdes/serdes.js';

/** Wraps what is saved, so that a test sees whether it was called. */
const marking: Serdes<unknown> = {
  serialize: async (value) => JSON.stringify({ marked: value }),
  deserialize: async (text) => (JSON.parse(text!) as { marked: unknown }).marked,
};

type Call = (context: DurableContext) => Promise<unknown>;
type Kind = [kind: string, details: keyof Operation, call: Call];

const KINDS: Kind[] = [
  ['a step', 'StepDetails', (context) => context.step('it', async () => 'fresh')],
  ['a child context', 'ContextDetails', (context) => context.runInChildContext('it', async () => 'fresh')],
  ['an invoke', 'ChainedInvokeDetails', (context) => context.invoke('it', 'target', {})],
];

/** Records the end of the one operation of a handler, whatever its kind, and lets the handler replay. */
async function replayed(details: keyof Operation, call: Call, end: object) {
  const stage = new Stage(async (context) => {
    context.configureSerdes({ defaultSerdes: marking });
    const told = await call(context).catch((error: unknown) => error);
    await context.wait({ seconds: 1 });
    return told instanceof Error ? `${told.name}: ${told.message}` : told;
  });
  await stage.invoke();
  const { Id } = stage.service.updates.find(({ Name }) => Name === 'it')!;
  const { Result, Error: recorded, Status } = end as { Result?: string; Error?: object; Status: Operation['Status'] };
  stage.service.change(Id, { Status, [details]: { Result, Error: recorded } });
  return stage.result();
}

afterEach(() => turns(3));

describe('The result of an operation', () => {
  it.each(KINDS)('gives the recorded value of %s through the serdes of its context', async (_, details, call) => {
    const end = { Status: 'SUCCEEDED', Result: '{"marked":"recorded"}' };
    await expect(replayed(details, call, end)).resolves.toBe('recorded');
  });

  describe.each(['FAILED', 'CANCELLED', 'TIMED_OUT', 'STOPPED'] as const)(
    'that the service reports as %s',
    (Status) => {
      it.each(KINDS)('fails with what is recorded of %s', async (_, details, call) => {
        const end = { Status, Error: { ErrorType: 'Odd', ErrorMessage: 'ended elsewhere' } };
        await expect(replayed(details, call, end)).resolves.toMatch(/^\w+Error: ended elsewhere$/);
      });
    },
  );

  it.each([
    ...KINDS.map(([kind, , call]): [string, Call] => [kind, call]),
    ['a callback', (context) => context.createCallback('it').then(([result]) => result)],
    ['a step in a child context', (c) => c.runInChildContext((child) => child.step('it', async () => turns(4)))],
  ] satisfies Array<[string, Call]>)('is converted as was configured at the call of %s', async (_, call) => {
    const read = jest.fn(marking.deserialize);
    const late = { ...marking, deserialize: read };
    const stage = new Stage(async (context) => {
      const running = call(context);
      context.configureSerdes({ defaultSerdes: late, defaultCallbackDeserializer: late });
      const told = await running;
      await context.wait({ seconds: 1 });
      return told ?? 'nothing';
    });
    await stage.invoke();
    for (const { Id, Type, CallbackDetails } of [...stage.service.operations.values()]) {
      const end = { Status: 'SUCCEEDED', EndTimestamp: stage.service.nowMs } as const;
      if (Type === 'CHAINED_INVOKE')
        stage.service.change(Id, { ...end, ChainedInvokeDetails: { Result: '"outside"' } });
      if (Type === 'CALLBACK')
        stage.service.change(Id, { ...end, CallbackDetails: { ...CallbackDetails, Result: 'outside' } });
    }
    await stage.result();
    expect(read).not.toHaveBeenCalled();
  });

  it.each(KINDS)('fails without a reason where none is recorded of %s', async (_, details, call) => {
    await expect(replayed(details, call, { Status: 'FAILED' })).resolves.toMatch(/Error: /);
  });
});
