import { jest } from '@jest/globals';
import fc from 'fast-check';
import { play, type World } from './support/play-program.js';
import { programsOf } from './support/program.js';

/** How many programs a run plays; `npm run fuzz` plays more. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
const SEED = Number(process.env.FUZZ_SEED ?? 3);

const settings = (share: number): fc.Parameters<unknown> => ({
  numRuns: Math.ceil(RUNS * share),
  seed: SEED,
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
});
