import { Stage } from './support/stage.js';
import { WRITTEN_PROGRAMS, written } from './support/written-programs.js';
import { type ColdReplay, replayCold } from './cold/replay-cold.js';

/** Plays a program to its end, and returns what its code has seen in each invocation. */
async function play(name: string, pageItems = 1000): Promise<{ stage: Stage; runs: string[][] }> {
  const runs: string[][] = [];
  const stage = new Stage(async (context) => {
    const seen: string[] = [];
    runs.push(seen);
    await WRITTEN_PROGRAMS[name]!(context, (what) => seen.push(written(what)));
  });
  Object.assign(stage.service, { pageItems, firstPageItems: pageItems });
  for (let output = await stage.invoke(); output.Status === 'PENDING'; output = await stage.invoke()) {
    goOn(stage);
    if (runs.length > 40) throw new Error('no end');
  }
  return { stage, runs };
}

describe.each(Object.keys(WRITTEN_PROGRAMS))('%s', (name) => {
  it.each([
    ['all at once', 1000],
    ['one by one', 1],
  ])('looks the same live and on replay from records that come %s', async (_how, pageItems) => {
    const { stage, runs } = await play(name, pageItems);
    const live = runs.at(-1)!;
    expect(live.length).toBeGreaterThan(0);
    for (const seen of runs) expect(seen).toEqual(live.slice(0, seen.length));
    const recorded = stage.service.updates.length;

    expect(await stage.invoke()).toMatchObject({ Status: 'SUCCEEDED' });
    expect(runs.at(-1)).toEqual(live);
    expect(stage.service.updates.length).toBe(recorded);
  });
});

it('All of them look the same in a process that has not run before', async () => {
  const lives: string[][] = [];
  const replays: ColdReplay[] = [];
  for (const name of Object.keys(WRITTEN_PROGRAMS)) {
    const { stage, runs } = await play(name);
    lives.push(runs.at(-1)!);
    replays.push({ name, operations: [...stage.service.operations.values()] });
  }
  const cold = replayCold(replays);
  expect(cold).toEqual(lives.map((seen) => ({ status: 'SUCCEEDED', updates: [], seen })));
});

/** Lets time pass and completes callbacks. */
function goOn({ service }: Stage): void {
  for (const { Id, Name, Type, Status, CallbackDetails } of [...service.operations.values()].reverse()) {
    if (Status !== 'STARTED' || (Type !== 'CALLBACK' && Type !== 'CHAINED_INVOKE')) continue;
    const fails = Name?.endsWith('fails');
    const details = fails
      ? { Error: { ErrorType: 'Refused', ErrorMessage: Name!, ErrorData: '{"a":1}' } }
      : { Result: JSON.stringify(Name) };
    const end = { Status: fails ? ('FAILED' as const) : ('SUCCEEDED' as const) };
    if (Type === 'CALLBACK') service.change(Id, { ...end, CallbackDetails: { ...CallbackDetails, ...details } });
    else service.change(Id, { ...end, ChainedInvokeDetails: details });
  }
  service.passTime();
}
