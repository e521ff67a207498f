import { isTerminalStatus, type Operation } from '../../lib/wire/operation.js';
import { type TreeNode, treesOf } from './support/operation-tree.js';
import { runTree } from './support/run-tree.js';
import { Stage } from './support/stage.js';
import { connectionReset, type Loss } from './support/strict-service.js';
import { TurnClock } from './support/turn-clock.js';
import { turns } from './support/turns.js';
import { fc } from '../fixtures/seeded-fast-check.js';

type State = ReadonlyMap<string, Operation>;
type Choose = (below: number) => number;

/** How state comes in pages, and how the engine is configured. */
interface Setting {
  seed: number;
  withRaces: boolean;
  stepStartHoldMs: number | undefined;
}

const MAX_INVOCATIONS = 40;

/** A stream of choices that a seed fixes. */
function choices(seed: number): Choose {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

function staged(tree: readonly TreeNode[], { stepStartHoldMs }: Setting) {
  const ran: string[] = [];
  const winners: Array<[path: string, place: number]> = [];
  const onStep = (path: string, attempt: number) => void ran.push(`${path} attempt ${attempt}`);
  const onWinner = (path: string, place: number) => void winners.push([path, place]);
  const config = { clock: new TurnClock(), ...(stepStartHoldMs !== undefined && { stepStartHoldMs }) };
  const stage = new Stage((context) => runTree(context, tree, { path: 'r', onStep, onWinner }), { config });
  return { stage, ran, winners };
}

/** One invocation that finds the given state, and what user code did and saw in it. */
async function replayed(tree: readonly TreeNode[], setting: Setting, state: State, paging?: { loseAt?: number }) {
  const { stage, ran, winners } = staged(tree, setting);
  const { service } = stage;
  service.operations.clear();
  for (const [id, operation] of state) service.operations.set(id, structuredClone(operation));
  if (paging) sendPages(stage, choices(setting.seed), paging.loseAt);
  const end = await stage.invoke().then(
    ({ Status }) => Status,
    (error: Error) => error.name,
  );
  const calls = service.calls.map(({ api }) => api);
  await turns(8);
  expect(service.complaints).toEqual([]);
  expect(service.calls).toHaveLength(calls.length);
  const logs = stage.logger.records.map(({ record }) => record.message).sort();
  return { end, calls, pages: calls.filter((api) => api === 'state').length, ran: ran.sort(), logs, winners };
}

function sendPages({ service }: Stage, choose: Choose, loseAt?: number): void {
  Object.assign(service, { firstPageItems: choose(4), pageItems: 1 + choose(4) });
  let page = 0;
  service.interfere = async ({ api }) => {
    if (api !== 'state') return;
    await turns(choose(5));
    if ((page += 1) === loseAt) throw connectionReset();
  };
}

/** Of races between operations that had all ended: only there the winner is no matter of timing. */
function decidedIn(state: State, winners: ReadonlyArray<[string, number]>) {
  const isOpen = ({ Name, Status }: Operation, path: string) =>
    Name?.slice(0, Name.lastIndexOf('.')) === path && !isTerminalStatus(Status);
  return new Map(winners.filter(([path]) => ![...state.values()].some((operation) => isOpen(operation, path))));
}

async function comparePagedWithWhole(tree: readonly TreeNode[], setting: Setting, state: State, loseAt: number) {
  const whole = await replayed(tree, setting, state);
  const paged = await replayed(tree, setting, state, {});
  expect(paged.end).toBe(whole.end);
  expect(decidedIn(state, paged.winners)).toEqual(decidedIn(state, whole.winners));
  if (!setting.withRaces) expect([paged.ran, paged.logs]).toEqual([whole.ran, whole.logs]);
  const cut = await replayed(tree, setting, state, { loseAt });
  if (loseAt > paged.pages) return expect(cut.end).toBe(whole.end);
  expect([cut.end, cut.calls, cut.ran]).toEqual(['GetExecutionStateError', Array(loseAt).fill('state'), []]);
}

/** Runs a tree whose calls get lost now and then, and replays each state in which it stops, also in pages. */
async function replayEveryStop(tree: readonly TreeNode[], setting: Setting): Promise<void> {
  const choose = choices(setting.seed + 1);
  const { stage } = staged(tree, setting);
  const { service } = stage;
  service.lose = (): Loss | undefined => ([undefined, undefined, 'request', 'response'] as const)[choose(4)];
  service.interfere = ({ request }) => (request.Updates?.length === 0 ? goOn(stage, choose) : undefined);
  for (let invocation = 0; invocation < MAX_INVOCATIONS; invocation += 1) {
    const output = await stage.invoke().catch(() => undefined);
    expect(service.complaints).toEqual([]);
    if (output && output.Status !== 'PENDING') return;
    goOn(stage, choose);
    const state = new Map(service.visible.map((operation) => [operation.Id, structuredClone(operation)]));
    await comparePagedWithWhole(tree, setting, state, 1 + choose(4));
  }
}

/** Lets some of what waits go on, and the first of it always. */
function goOn({ service }: Stage, choose: Choose): void {
  const waiting = [...service.operations.values()].filter((operation) => nextOf(operation));
  for (const [at, operation] of waiting.entries()) {
    if (at === 0 || choose(2) > 0) service.change(operation.Id, nextOf(operation)!);
  }
}

function nextOf({ Type, Status, CallbackDetails }: Operation): Partial<Operation> | undefined {
  if (Status === 'PENDING') return { Status: 'READY' };
  if (Status !== 'STARTED') return undefined;
  if (Type === 'WAIT') return { Status: 'SUCCEEDED' };
  if (Type === 'CALLBACK') return { Status: 'SUCCEEDED', CallbackDetails: { ...CallbackDetails, Result: '"yes"' } };
  return Type === 'CHAINED_INVOKE' ? { Status: 'SUCCEEDED', ChainedInvokeDetails: { Result: '"yes"' } } : undefined;
}

describe('the replay of a random tree in pages that take their time', () => {
  it.each([
    ['runs and logs the same as in one piece, or begins nothing when a page is lost', false],
    ['has the same winners as in one piece', true],
  ])('%s', async (_, withRaces) => {
    const settings = fc.record({
      seed: fc.nat(),
      withRaces: fc.constant(withRaces),
      stepStartHoldMs: fc.constantFrom(undefined, 0),
    });
    await fc.assert(fc.asyncProperty(treesOf({ withRaces }), settings, replayEveryStop), {
      numRuns: 100,
      interruptAfterTimeLimit: 3000,
    });
  });
});
