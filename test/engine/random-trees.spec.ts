import type { Loss } from './support/strict-service.js';
import { executeTree as execute } from './support/execute-tree.js';
import { treesOf, withOtherDurations } from './support/operation-tree.js';
import { fc } from '../fixtures/seeded-fast-check.js';

/** A stream of decisions that a seed fixes. */
function decisions(seed: number): () => boolean {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % 3 > 0;
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- the limit that still tells how many runs there were
const settings = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, interruptAfterTimeLimit: 4000 });

describe('random trees of operations', () => {
  it('end alike however the network fails: at every call, before it arrives and after', async () => {
    await fc.assert(
      fc.asyncProperty(
        treesOf({ withRaces: false }),
        fc.constantFrom<Loss>('request', 'response'),
        async (tree, loss) => {
          const { result, operations, calls } = await execute(tree);
          for (let crashAt = 1; crashAt <= calls; crashAt += 1) {
            const crashed = await execute(tree, { lose: (number) => (number === crashAt ? loss : undefined) });
            expect(crashed).toMatchObject({ result, operations });
          }
        },
      ),
      settings(50),
    );
  });

  it('end alike when every other call fails', async () => {
    await fc.assert(
      fc.asyncProperty(treesOf({ withRaces: false }), fc.nat(), async (tree, seed) => {
        const { result, operations } = await execute(tree);
        const isLost = decisions(seed);
        const lose = (): Loss | undefined => (isLost() ? undefined : isLost() ? 'request' : 'response');
        expect(await execute(tree, { lose })).toMatchObject({ result, operations });
      }),
      settings(250),
    );
  });

  it('end alike from state in pages, also with an empty first page', async () => {
    await fc.assert(
      fc.asyncProperty(
        treesOf({ withRaces: false }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat({ max: 3 }),
        async (tree, pageItems, firstPageItems) => {
          const { result, operations } = await execute(tree);
          expect(await execute(tree, { pageItems, firstPageItems })).toMatchObject({ result, operations });
        },
      ),
      settings(150),
    );
  });

  it('end alike in whatever order timers and steps complete', async () => {
    await fc.assert(
      fc.asyncProperty(treesOf({ withRaces: false }), fc.nat(), fc.nat(), async (tree, seed, otherSeed) => {
        const { result, operations } = await execute(tree);
        const shuffled = await execute(withOtherDurations(tree, decisions(seed)), { isDue: decisions(otherSeed) });
        expect(shuffled).toMatchObject({ result, operations });
      }),
      settings(250),
    );
  });

  it('always end, and never do what the service refuses, also with races and their losers', async () => {
    await fc.assert(
      fc.asyncProperty(treesOf({ withRaces: true }), fc.nat(), fc.boolean(), async (tree, seed, isLossy) => {
        const isLost = decisions(seed);
        const lose = (): Loss | undefined => (isLost() ? undefined : isLost() ? 'request' : 'response');
        await execute(tree, { isDue: decisions(seed + 1), ...(isLossy && { lose }) });
      }),
      settings(400),
    );
  });
});
