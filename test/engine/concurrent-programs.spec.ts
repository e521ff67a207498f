import { jest } from '@jest/globals';
import { faultsOf } from './support/faults-of.js';
import { type ColdReplay, replayCold } from './cold/replay-cold.js';
import { play, type Snapshot, type World } from './support/play-program.js';
import { programsOf } from './support/program.js';

/** How many programs a run plays; `npm run fuzz` plays more. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
const SEED = Number(process.env.FUZZ_SEED ?? 3);
/** As many as fit into one process beside what it reads. */
const MOST_COLD = 200;
const plays = { runs: RUNS, seed: SEED };

jest.setTimeout(3_600_000);

const worlds: Array<[text: string, world: Omit<World, 'seed'>]> = [
  ['in a calm world', {}],
  ['while what is outside goes on at any time', { isBusy: true }],
  ['where calls take no time', { isBusy: true, isInstant: true }],
  ['where calls take no time, and some are lost', { isLossy: true, isBusy: true, isInstant: true, pageItems: 3 }],
  ['when calls are lost at random', { isLossy: true, isBusy: true }],
  ['where someone asks for a stop', { isStopped: true, isBusy: true }],
  [
    'beside a slow plugin, where some calls are lost',
    { isObserved: true, isStopped: true, isLossy: true, isBusy: true },
  ],
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

  it('take the same path in a fresh process, wherever the others have left them', async () => {
    const replays: ColdReplay[] = [];
    const outcomes: unknown[] = [];
    const programs = programsOf({ withRaces: true });
    const faults = await faultsOf(programs, { ...plays, runs: Math.min(RUNS, MOST_COLD) }, async (program, seed) => {
      const snapshots: Snapshot[] = [];
      const { result } = await play(program, { seed, isBusy: true, onRecorded: (one) => snapshots.push(one) });
      const last = snapshots.pop()!;
      const another = snapshots[seed % snapshots.length] ?? last;
      for (const snapshot of [last, another]) replays.push({ program, ...snapshot });
      outcomes.push(result);
    });
    expect(faults).toEqual([]);
    const runs = replayCold(replays);
    expect(runs.map(({ error }) => error).filter(Boolean)).toEqual([]);
    expect(runs.filter((_run, at) => at % 2 === 0).map(({ result }) => result)).toEqual(outcomes);
  });

  it('take the same path when a deployment adds patches', async () => {
    const programs = programsOf({ withRaces: true, withJoins: false });
    const faults = await faultsOf(programs, plays, async (program, seed) => {
      await play(program, { seed, isBusy: true, isPatched: true, isLossy: seed % 2 === 0 });
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
