import { jest } from '@jest/globals';
import { faultsOf } from './support/faults-of.js';
import { play, type World } from './support/play-program.js';
import { programsOf } from './support/program.js';

/** How many programs a run plays; `npm run fuzz` plays more. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
const SEED = Number(process.env.FUZZ_SEED ?? 3);
const plays = { runs: RUNS, seed: SEED };

jest.setTimeout(3_600_000);

const worlds: Array<[text: string, world: Omit<World, 'seed'>]> = [
  ['in a calm world', {}],
  ['while what is outside goes on at any time', { isBusy: true }],
  ['where calls take no time', { isBusy: true, isInstant: true }],
  ['where calls take no time, and some are lost', { isLossy: true, isBusy: true, isInstant: true, pageItems: 3 }],
  ['when calls are lost at random', { isLossy: true, isBusy: true }],
  ['from state in small pages', { isBusy: true, pageItems: 2, firstPageItems: 1 }],
  ['from state in pages of which some are lost', { isLossy: true, isBusy: true, pageItems: 3, firstPageItems: 0 }],
];

describe('programs of concurrent async functions', () => {
  it.each(worlds)('take the same path in every invocation %s', async (_, world) => {
    const faults = await faultsOf(programsOf({ withRaces: true }), plays, async (program, seed) => {
      await play(program, { seed, ...world });
    });
    expect(faults).toEqual([]);
  });

  it('come to the same whatever the world, where nothing depends on what is first', async () => {
    const programs = programsOf({ withRaces: false, withAtMostOnce: false });
    const faults = await faultsOf(programs, plays, async (program, seed) => {
      const calm = await play(program, { seed });
      const lossy = await play(program, { seed: seed + 1, isLossy: true, isBusy: true, pageItems: 3 });
      expect(lossy.result).toEqual(calm.result);
    });
    expect(faults).toEqual([]);
  });
});
