import { jest } from '@jest/globals';
import fc from 'fast-check';
import { play, type World } from './support/play-program.js';
import { programsOf } from './support/program.js';

/** How many programs a run plays; `npm run fuzz` plays more. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 40);
const SEED = process.env.FUZZ_SEED === undefined ? undefined : Number(process.env.FUZZ_SEED);

const settings = (share: number): fc.Parameters<unknown> => ({
  numRuns: Math.ceil(RUNS * share),
  ...(SEED === undefined ? { interruptAfterTimeLimit: 4000 } : { seed: SEED }),
});

jest.setTimeout(3_600_000);

const worlds: Array<[text: string, share: number, world: Omit<World, 'seed'>]> = [
  ['in a calm world', 1, {}],
  ['while what is outside goes on at any time', 1, { isBusy: true }],
  ['when calls are lost at random', 1, { isLossy: true, isBusy: true }],
  ['from state in small pages', 1, { isBusy: true, pageItems: 2, firstPageItems: 1 }],
  ['from state in pages of which some are lost', 1, { isLossy: true, isBusy: true, pageItems: 3, firstPageItems: 0 }],
];

describe('programs of concurrent async functions', () => {
  it.each(worlds)('take the same path in every invocation %s', async (_, share, world) => {
    await fc.assert(
      fc.asyncProperty(programsOf({ withRaces: true }), fc.nat(), async (program, seed) => {
        await play(program, { seed, ...world });
      }),
      settings(share),
    );
  });

  it('come to the same whatever the world, where nothing depends on what is first', async () => {
    await fc.assert(
      fc.asyncProperty(programsOf({ withRaces: false }), fc.nat(), async (program, seed) => {
        const calm = await play(program, { seed });
        const { result } = await play(program, { seed: seed + 1, isLossy: true, isBusy: true, pageItems: 3 });
        expect(result).toEqual(calm.result);
      }),
      settings(0.5),
    );
  });
});
