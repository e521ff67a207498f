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

  it.each(KINDS)('fails without a reason where none is recorded of %s', async (_, details, call) => {
    await expect(replayed(details, call, { Status: 'FAILED' })).resolves.toMatch(/Error: /);
  });
});
