import type { ConfiguredPlugin } from '../../../lib/engine/invocation/plugins/plugin-factory.js';
import type { Operation, OperationStatus } from '../../../lib/wire/operation.js';
import type { TreeNode } from './operation-tree.js';
import { runTree, type TreeRun } from './run-tree.js';
import { Stage } from './stage.js';
import type { Loss } from './strict-service.js';
import { TurnClock } from './turn-clock.js';
import { turns } from './turns.js';

/** How an execution is disturbed. */
export interface Disturbance {
  /** Which calls of the durable API the network loses. */
  lose?: (number: number) => Loss | undefined;
  pageItems?: number;
  firstPageItems?: number;
  /** Which of the operations that wait for time are let go on, each time that it passes; the first is always. */
  isDue?: () => boolean;
  /** Who observes it. */
  plugins?: readonly ConfiguredPlugin[];
}

export interface EndedTree {
  result: unknown;
  /** By id: what the service has recorded, but for how many attempts it took. */
  operations: Record<string, object>;
  calls: number;
  invocations: number;
}

const MAX_INVOCATIONS = 400;
const STILL_OPEN: ReadonlySet<OperationStatus> = new Set<OperationStatus>(['STARTED', 'PENDING', 'READY']);

/** Runs a tree to its end, and complains about whatever the engine may never do on the way. */
export async function executeTree(tree: readonly TreeNode[], disturbance: Disturbance = {}): Promise<EndedTree> {
  const clock = new TurnClock();
  const bodies = new Set<string>();
  const complain = (what: string) => stage.service.complaints.push(what);
  const onStep: TreeRun['onStep'] = (path, attempt, { isAtMostOnce }) => {
    const record = [...stage.service.operations.values()].find(({ Name }) => Name === path);
    if (record && !STILL_OPEN.has(record.Status)) complain(`${path} ran although it is ${record.Status}`);
    const key = `${path} attempt ${attempt}`;
    if (isAtMostOnce && bodies.has(key)) complain(`${key} ran twice, though at most once`);
    bodies.add(key);
  };
  const stage = new Stage((context) => runTree(context, tree, { path: 'r', onStep }), {
    config: { clock, plugins: [...(disturbance.plugins ?? [])] },
  });
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

/** Lets some of what waits for time or for the outside go on. */
function passSomeTime({ service }: Stage, isDue: () => boolean): void {
  let isFirst = true;
  for (const operation of service.operations.values()) {
    const changes = whenItGoesOn(operation);
    if (changes === undefined) continue;
    if (isFirst || isDue()) service.change(operation.Id, changes);
    isFirst = false;
  }
}

function whenItGoesOn({ Id, Type, Status, CallbackDetails }: Operation): Partial<Operation> | undefined {
  if (Status === 'PENDING') return { Status: 'READY' };
  if (Status !== 'STARTED') return undefined;
  if (Type === 'WAIT') return { Status: 'SUCCEEDED' };
  const Result = JSON.stringify(`answer to ${Id}`);
  if (Type === 'CALLBACK') return { Status: 'SUCCEEDED', CallbackDetails: { ...CallbackDetails, Result } };
  return Type === 'CHAINED_INVOKE' ? { Status: 'SUCCEEDED', ChainedInvokeDetails: { Result } } : undefined;
}

function recorded({ service }: Stage): Record<string, object> {
  const called = [...service.operations.values()].filter(({ Type }) => Type !== 'EXECUTION');
  return Object.fromEntries(
    called.map(({ Id, Name, Type, SubType, ParentId, Status, StepDetails, ContextDetails }) => {
      const { Result, Error: failure } = (Type === 'STEP' ? StepDetails : ContextDetails) ?? {};
      // The stack of an error that a combinator stores differs between a first run and a replay.
      const result = Result?.replaceAll(/"stack":"(?:[^"\\]|\\.)*"/g, '');
      return [Id, { Name, Type, SubType, ParentId, Status, result, failure }];
    }),
  );
}
