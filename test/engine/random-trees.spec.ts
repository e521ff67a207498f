import { jest } from '@jest/globals';
import fc from 'fast-check';
import type { OperationStatus } from '../../lib/wire/operation.js';
import { Stage } from './support/stage.js';
import type { Loss } from './support/strict-service.js';
import { type Journal, runTree, type TreeNode, treesOf } from './support/operation-tree.js';
import { TurnClock } from './support/turn-clock.js';
import { turns } from './support/turns.js';

/** How an execution is disturbed. */
interface Disturbance {
  /** Which calls of the durable API the network loses. */
  lose?: (number: number) => Loss | undefined;
  pageItems?: number;
  firstPageItems?: number;
  /** Which of the operations that wait for time are let go on, each time that it passes; the first is always. */
  isDue?: () => boolean;
}

interface Ended {
  result: unknown;
  /** By path: what the service has recorded, but for how many attempts it took. */
  operations: Record<string, object>;
  calls: number;
  invocations: number;
}

const MAX_INVOCATIONS = 400;
const STILL_OPEN: ReadonlySet<OperationStatus> = new Set<OperationStatus>(['STARTED', 'PENDING', 'READY']);

/** Runs a tree to its end, and complains about whatever the engine may never do on the way. */
async function execute(tree: readonly TreeNode[], disturbance: Disturbance = {}): Promise<Ended> {
  const clock = new TurnClock();
  const bodies = new Map<string, number>();
  const complain = (what: string) => stage.service.complaints.push(what);
  const journal: Journal = {
    began: (path, attempt) => {
      const record = [...stage.service.operations.values()].find(({ Name }) => Name === path);
      if (record && !STILL_OPEN.has(record.Status)) complain(`${path} ran although it is ${record.Status}`);
      const isAtMostOnce = nodeAt(tree, path).isAtMostOnce;
      const key = `${path} attempt ${attempt}`;
      if (isAtMostOnce && bodies.has(key)) complain(`${key} ran twice, though at most once`);
      bodies.set(key, (bodies.get(key) ?? 0) + 1);
    },
    ended: () => undefined,
  };
  const stage = new Stage((context) => runTree(context, tree, { path: 'r', journal }), { config: { clock } });
  const { service } = stage;
  Object.assign(service, {
    pageItems: disturbance.pageItems ?? 1000,
    firstPageItems: disturbance.firstPageItems ?? 1000,
  });
  service.lose = disturbance.lose;
  const passTime = () => passSomeTime(stage, disturbance.isDue ?? (() => true));
  service.interfere = (call) => {
    if (call.api === 'checkpoint' && call.request.Updates!.length === 0) passTime();
  };
  for (let invocations = 1; invocations <= MAX_INVOCATIONS; invocations += 1) {
    const output = await stage.invoke().catch(lostOnly);
    if (clock.hasTimers) complain('a timer has outlived its invocation');
    if (output?.Status === 'FAILED') throw new Error(`FAILED: ${JSON.stringify(output.Error)}`);
    if (output?.Status === 'SUCCEEDED') {
      // Whatever was left behind gets the chance to do harm.
      await turns(8);
      if (service.complaints.length > 0) throw new Error(service.complaints.join('; '));
      return {
        result: JSON.parse(output.Result!),
        operations: recorded(stage),
        calls: service.calls.length,
        invocations,
      };
    }
    passTime();
  }
  throw new Error(`no end after ${MAX_INVOCATIONS} invocations`);
}

/** A lost call ends the invocation, and Lambda invokes again; anything else that is thrown is a fault of the engine. */
function lostOnly(error: Error): undefined {
  if (error.name !== 'CheckpointError' && error.name !== 'GetExecutionStateError') throw error;
}

function passSomeTime({ service }: Stage, isDue: () => boolean): void {
  let isFirst = true;
  for (const { Id, Type, Status } of service.operations.values()) {
    const waits = Type === 'WAIT' && Status === 'STARTED';
    if (!waits && Status !== 'PENDING') continue;
    if (isFirst || isDue()) service.change(Id, { Status: waits ? 'SUCCEEDED' : 'READY' });
    isFirst = false;
  }
}

function recorded({ service }: Stage): Record<string, object> {
  const named = [...service.operations.values()].filter(({ Type }) => Type !== 'EXECUTION');
  return Object.fromEntries(
    named.map(({ Id, Name, Type, SubType, ParentId, Status, StepDetails, ContextDetails }) => {
      const { Result, Error: failure } = (Type === 'STEP' ? StepDetails : ContextDetails) ?? {};
      return [Name, { Id, Type, SubType, ParentId, Status, Result, failure }];
    }),
  );
}

function nodeAt(tree: readonly TreeNode[], path: string): { isAtMostOnce?: boolean } {
  const [, ...positions] = path.split('.').map(Number);
  let nodes: readonly TreeNode[] = tree;
  let node: TreeNode = nodes[0]!;
  for (const at of positions) {
    node = nodes[at]!;
    nodes = node.kind === 'child' ? node.body : node.kind === 'branches' ? node.branches : [];
  }
  return node as { isAtMostOnce?: boolean };
}

/** A stream of decisions that a seed fixes. */
function decisions(seed: number): () => boolean {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % 3 > 0;
}

const settings = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, interruptAfterTimeLimit: 4000 });

jest.setTimeout(30_000);

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
        const shuffled = await execute(shuffledDurations(tree, seed), { isDue: decisions(otherSeed) });
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

function shuffledDurations(tree: readonly TreeNode[], seed: number): TreeNode[] {
  const decide = decisions(seed);
  const shuffle = <T extends TreeNode>(node: T): T => {
    if (node.kind === 'step') return { ...node, turns: decide() ? 6 - node.turns : node.turns };
    if (node.kind === 'child') return { ...node, body: node.body.map(shuffle) };
    return node.kind === 'branches' ? { ...node, branches: node.branches.map(shuffle) } : node;
  };
  return tree.map(shuffle);
}
