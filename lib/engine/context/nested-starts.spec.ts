import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import type { DurableContext } from './durable-context.js';

const LEVELS = 1000;

type Nest = (context: DurableContext, inner: (context: DurableContext) => Promise<unknown>) => Promise<unknown>;

const NESTS: Array<[string, Nest]> = [
  ['child contexts', (context, inner) => context.runInChildContext('level', inner)],
  ['virtual contexts', (context, inner) => context.runInChildContext('level', inner, { virtualContext: true })],
  ['maps', async (context, inner) => (await context.map('level', [1], inner)).getResults()[0]],
  ['parallels', async (context, inner) => (await context.parallel('level', [inner])).getResults()[0]],
];

describe('contexts nested without an await in between', () => {
  it.each(NESTS)('may be %s, a thousand deep, live and on replay', async (_, nest) => {
    const go = (context: DurableContext, left: number): Promise<unknown> =>
      left === 0
        ? context
            .step('leaf', async () => 'leaf')
            .then((leaf) => context.wait('pause', { seconds: 1 }).then(() => leaf))
        : nest(context, (inner) => go(inner, left - 1));
    const handler: Handler = async (context) => {
      const value = await go(context, LEVELS);
      await context.wait('afterwards', { seconds: 1 });
      return value;
    };
    await expect(new Stage(handler).result()).resolves.toBe('leaf');
  });
});
