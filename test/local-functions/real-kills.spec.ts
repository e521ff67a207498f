import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { DurableControlClient, type HistoryEvent } from 'nestjs-durable-execution';
import type { LocalService, LocalServiceOptions } from 'nestjs-durable-execution/local';
import { RunningExecution } from '../../lib/nest/client/running-execution.js';
import { dist, fixtures } from './support/worker-fixture.js';

interface Kill {
  at: number;
  side: 'before' | 'after';
}

interface Ended {
  status: string;
  error: string;
  /** What happened outside, in order. */
  world: string[];
  /** The operations by name, each with how often it began and how it ended. */
  operations: string[];
  /** Checkpoints that were sent. */
  calls: number;
}

/** What a test does while the execution runs. */
type Meanwhile = (execution: RunningExecution, history: () => Promise<HistoryEvent[]>) => Promise<unknown>;

let start: (options: LocalServiceOptions) => Promise<LocalService>;
beforeAll(async () => {
  const local = (await import(pathToFileURL(join(dist, 'esm/local/index.js')).href)) as { startLocalService: never };
  start = local.startLocalService;
});

/** Runs an execution in separate processes, one of which is killed at a checkpoint. */
async function run(handler: string, kill?: Kill, meanwhile?: Meanwhile): Promise<Ended> {
  const directory = mkdtempSync(join(tmpdir(), 'killed-'));
  const [WORLD, CALLS] = [join(directory, 'world'), join(directory, 'calls')];
  const environment = {
    WORLD,
    CALLS,
    DURABLE_HANDLER: handler,
    KILL_AT: String(kill?.at ?? 0),
    KILL_SIDE: kill?.side ?? '',
  };
  const service = await start({
    retryPolicy: { maxDelaySeconds: 0.1 },
    functions: {
      orders: { module: join(fixtures, 'killed.mjs'), environment, durable: { executionTimeoutSeconds: 600 } },
    },
  });
  const control = new DurableControlClient({ endpoint: service.endpoint });
  try {
    const { executionArn } = await control.start({ functionName: 'orders:$LATEST', input: '7' });
    const history = async () => {
      const events: HistoryEvent[] = [];
      for await (const event of control.history(executionArn)) events.push(event);
      return events;
    };
    const execution = new RunningExecution(control, executionArn);
    await meanwhile?.(execution, history);
    await execution.result({ maxPollMs: 200 }).catch(() => undefined);
    const { status, error } = await execution.describe();
    return {
      status,
      error: `${error?.type}: ${error?.message}`,
      world: linesOf(WORLD),
      operations: namesOf(await history()),
      calls: linesOf(CALLS).length,
    };
  } finally {
    await service.close();
    rmSync(directory, { recursive: true });
  }
}

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

function namesOf(history: HistoryEvent[]): string[] {
  const ends = history.filter(({ type }) => /^(Step|Context|Wait|Callback)(Succeeded|Failed)$/.test(type));
  const last = new Map(ends.map(({ operationId, name, type }) => [operationId, `${name}: ${type}`]));
  return [...last.values()].filter((name) => !name.startsWith('failed invocation')).toSorted();
}

/** They mostly wait: for retries, timeouts and new processes. */
const RUNS_AT_ONCE = 3;

/** The same run, killed at each of its checkpoints, by turns before it is sent and when it is saved. */
async function killedEverywhere(handler: string, expected: Ended, meanwhile?: Meanwhile): Promise<Ended[]> {
  const runs: Ended[] = [];
  let last = 0;
  const runOthers = async (): Promise<void> => {
    while (last < expected.calls) {
      const at = (last += 1);
      runs.push(await run(handler, { at, side: at % 2 ? 'before' : 'after' }, meanwhile));
    }
  };
  await Promise.all(Array.from({ length: RUNS_AT_ONCE }, runOthers));
  return runs;
}

const stop: Meanwhile = async (execution, history) => {
  for (;;) {
    const events = await history();
    if (events.some(({ type, name }) => type === 'WaitStarted' && name === 'a day')) break;
    await delay(50);
  }
  await execution.stop({ compensate: true, message: 'no longer wanted' });
};

/** Whatever was repeated, each thing was done at least once, and in this order for the first time. */
const firstTimes = (world: string[]) => [...new Set(world)];

describe('With processes that are killed at each checkpoint', () => {
  it.each<[string, string, Meanwhile | undefined]>([
    ['failing', 'RangeError: there is no van', undefined],
    ['stopped', 'StopRequestedError: The execution was asked to stop: no longer wanted', stop],
  ])(
    'compensation goes on where it was: %s',
    async (handler, error, meanwhile) => {
      const undisturbed = await run(handler, undefined, meanwhile);
      const world = ['reserved', 'charged', 'refunded payment', 'released shelf of 7'];
      expect(undisturbed).toMatchObject({ status: 'FAILED', error, world });
      for (const killed of await killedEverywhere(handler, undisturbed, meanwhile)) {
        expect(killed).toMatchObject({ status: 'FAILED', error, operations: undisturbed.operations });
        expect(firstTimes(killed.world)).toEqual(world);
        expect(killed.world.length).toBeLessThanOrEqual(world.length + 1);
      }
    },
    300_000,
  );

  it('a step that kills its process is tried as often as it may be, no more, and what was done before is undone', async () => {
    const { status, error, world } = await run('poisoned');
    expect({ status, error }).toEqual({ status: 'FAILED', error: expect.stringMatching(/^UnknownOutcomeError: /) });
    expect(world).toEqual(['reserved', 'poisoned', 'poisoned', 'poisoned', 'released shelf of 7']);
  });

  it('a step that takes too long is ended by its timeout each time', async () => {
    const undisturbed = await run('late');
    const world = ['reserved', 'slow', 'slow', 'slow', 'released shelf of 7'];
    expect(undisturbed).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^UnknownOutcomeError: /),
      world,
    });
    for (const killed of await killedEverywhere('late', undisturbed)) {
      expect(killed).toMatchObject({ status: 'FAILED', operations: undisturbed.operations });
      expect(firstTimes(killed.world)).toEqual(firstTimes(world));
    }
  });

  it('the cap ends an execution whose invocations fail, and a kill does not reset it', async () => {
    const undisturbed = await run('capped');
    expect(undisturbed).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^FailedInvocationsError: .*the ledger is closed/),
      world: ['reserved'],
    });
    for (const killed of await killedEverywhere('capped', undisturbed)) {
      expect(killed).toMatchObject({ status: 'FAILED', operations: undisturbed.operations });
      expect(firstTimes(killed.world)).toEqual(['reserved']);
    }
  });
});
