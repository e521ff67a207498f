// Replays executions in a process that has run none of them: what to replay is read from the standard input.
import { Path } from '../support/path.js';
import { resultOf } from '../support/play-program.js';
import { ProgramRun } from '../support/run-program.js';
import { type Handler, Stage } from '../support/stage.js';
import { TurnClock } from '../support/turn-clock.js';
import { WRITTEN_PROGRAMS, written } from '../support/written-programs.js';
import type { ColdReplay, ColdRun } from './replay-cold.js';

async function invoke({ operations }: ColdReplay, handler: Handler): Promise<ColdRun> {
  const stage = new Stage(handler, { config: { clock: new TurnClock() } });
  const { service } = stage;
  service.operations.clear();
  for (const operation of operations) {
    service.operations.set(operation.Id, operation);
    service.nowMs = Math.max(service.nowMs, Number(operation.EndTimestamp ?? 0));
  }
  const output = await stage.invoke();
  return { status: output.Status, result: resultOf(output), updates: stage.actions };
}

async function replayWritten(replay: ColdReplay, name: string): Promise<ColdRun> {
  const seen: string[] = [];
  const run = await invoke(replay, async (context) => {
    await WRITTEN_PROGRAMS[name]!(context, (what) => seen.push(written(what)));
  });
  return { ...run, seen };
}

async function replayRandom(replay: ColdReplay): Promise<ColdRun> {
  const path = new Path(replay.path);
  const program = new ProgramRun(path);
  path.beginInvocation();
  const run = await invoke(replay, (context) => program.run(context, replay.program!));
  path.endInvocation();
  return run;
}

async function replay(one: ColdReplay): Promise<ColdRun> {
  try {
    return one.name === undefined ? await replayRandom(one) : await replayWritten(one, one.name);
  } catch (error) {
    return { status: 'another path', updates: [], error: String(error) };
  }
}

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const runs: ColdRun[] = [];
for (const one of JSON.parse(Buffer.concat(chunks).toString()) as ColdReplay[]) runs.push(await replay(one));
process.stdout.write(JSON.stringify(runs));
