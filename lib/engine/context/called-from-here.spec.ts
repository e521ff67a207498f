import { AsyncLocalStorage } from 'node:async_hooks';
import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { TurnClock } from '../../../test/engine/support/turn-clock.js';
import { deferred } from '../../../test/engine/support/turns.js';
import { StepSemantics } from '../operations/step-config.js';
import type { DurableContext } from './durable-context.js';
import { calledFromHere } from './called-from-here.js';

const branch = new AsyncLocalStorage<string>();

/** Runs an operation in each of two branches; `note` tells in which one code runs. */
async function inBranches(begin: (context: DurableContext, name: string, note: () => void) => Promise<unknown>) {
  const seen: string[] = [];
  const handler: Handler = (context) => {
    const run = (name: string) =>
      branch.run(name, () => begin(context, name, () => seen.push(`${name} in ${branch.getStore()}`)));
    return Promise.all([run('one'), run('two')]);
  };
  const stage = new Stage(handler, { config: { clock: new TurnClock() } });
  stage.service.interfere = ({ request }) => (request.Updates?.length === 0 ? stage.service.passTime() : undefined);
  await stage.result();
  return seen;
}

describe('calledFromHere', () => {
  it('keeps the stores of where it was called, and the value', () => {
    const told: unknown[] = [];
    const callback = branch.run('one', () => calledFromHere((value: number) => told.push([value, branch.getStore()])));
    branch.run('two', () => callback(7));
    expect(told).toEqual([[7, 'one']]);
  });
});

describe('user code that a checkpoint has kept waiting', () => {
  it('runs as part of its own branch: a step that runs at most once', async () => {
    const semantics = StepSemantics.AtMostOncePerRetry;
    const seen = await inBranches((context, name, note) => context.step(name, async () => note(), { semantics }));
    expect(seen).toEqual(['one in one', 'two in two']);
  });

  it('runs as part of its own branch: a serdes that reads what was saved', async () => {
    const seen = await inBranches((context, name, note) => {
      const deserialize = async (text: string | undefined) => (note(), text);
      return context.step(name, async () => name, { serdes: { serialize: async (text) => text, deserialize } });
    });
    expect(seen).toEqual(['one in one', 'two in two']);
  });

  it('runs as part of its own branch: an attempt after a retry in the same invocation', async () => {
    const released = deferred();
    let ended = 0;
    const seen = await inBranches(async (context, name, note) => {
      const retryStrategy = () => ({ shouldRetry: true, delay: { seconds: 1 } });
      const retried = context.step(
        name,
        async ({ attempt }) => {
          if (attempt === 1) throw new Error('again');
          note();
          if ((ended += 1) === 2) released.resolve();
        },
        { retryStrategy },
      );
      // Keeps the invocation alive until both have been tried again.
      await Promise.all([retried, context.step(`busy ${name}`, () => released.promise)]);
    });
    expect(seen).toEqual(['one in one', 'two in two']);
  });
});
