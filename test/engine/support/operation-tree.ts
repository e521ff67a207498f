import fc from 'fast-check';
import type { DurableContext } from '../../../lib/engine/context/durable-context.js';
import type { DurablePromise } from '../../../lib/engine/durable-promise.js';
import { StepSemantics } from '../../../lib/engine/operations/step-config.js';
import { OPERATION_PAYLOAD_BYTES } from '../../../lib/wire/limits.js';
import { turns } from './turns.js';

export interface StepNode {
  kind: 'step';
  /** Turns of the event loop that the body takes. */
  turns: number;
  /** Attempts that fail before one succeeds. */
  failures: number;
  /** Whether the strategy gives up at the first failure, if there is one. */
  givesUp: boolean;
  isAtMostOnce: boolean;
}
export interface WaitNode {
  kind: 'wait';
  seconds: number;
}
export interface ChildNode {
  kind: 'child';
  body: TreeNode[];
  fails: boolean;
  isLarge: boolean;
  isVirtual: boolean;
}
/** Operations begun together and awaited together. */
export interface BranchesNode {
  kind: 'branches';
  how: 'all' | 'allSettled' | 'race' | 'any';
  branches: OperationNode[];
}
export type OperationNode = StepNode | WaitNode | ChildNode;
export type TreeNode = OperationNode | BranchesNode;

export interface TreeOptions {
  /** Races leave losers behind, whose end depends on timing. */
  withRaces: boolean;
}

/** Bodies of a few operations each, three levels deep. */
export function treesOf({ withRaces }: TreeOptions): fc.Arbitrary<TreeNode[]> {
  const { body } = fc.letrec<{
    step: StepNode;
    wait: WaitNode;
    child: ChildNode;
    branches: BranchesNode;
    body: TreeNode[];
  }>((tie) => ({
    step: fc.record({
      kind: fc.constant('step' as const),
      turns: fc.integer({ min: 0, max: 6 }),
      failures: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) },
      ),
      givesUp: fc.boolean(),
      isAtMostOnce: fc.boolean(),
    }),
    wait: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 30 }) }),
    child: fc.record({
      kind: fc.constant('child' as const),
      body: tie('body'),
      fails: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      isLarge: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      isVirtual: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
    branches: fc.record({
      kind: fc.constant('branches' as const),
      how: withRaces ? fc.constantFrom('all', 'allSettled', 'race', 'any') : fc.constantFrom('all', 'allSettled'),
      branches: fc.array(fc.oneof(tie('step'), tie('wait'), tie('child')), { minLength: 1, maxLength: 3 }),
    }),
    body: fc.array(
      fc.oneof({ maxDepth: 2, depthSize: 'small' }, tie('step'), tie('wait'), tie('branches'), tie('child')),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  }));
  return body;
}

/** What the bodies of steps did, over all invocations of an execution. */
export interface Journal {
  /** Called when a body begins; the name is the step's path. */
  began(path: string, attempt: number): void;
  ended(path: string, attempt: number): void;
}

/** Runs a tree on a context; the result says what every operation returned or threw. */
export async function runTree(context: DurableContext, body: readonly TreeNode[], run: TreeRun): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const [at, node] of body.entries()) {
    const path = `${run.path}.${at}`;
    results.push(
      await (node.kind === 'branches'
        ? joined(context, node, { ...run, path })
        : told(begin(context, node, { ...run, path }))),
    );
  }
  return results;
}

export interface TreeRun {
  path: string;
  journal: Journal;
}

function joined(context: DurableContext, { how, branches }: BranchesNode, run: TreeRun): Promise<unknown> {
  const begun = branches.map((branch, at) => begin(context, branch, { ...run, path: `${run.path}.${at}` }));
  switch (how) {
    case 'all':
      return Promise.all(begun.map(told));
    case 'allSettled':
      return Promise.allSettled(begun).then((settled) => settled.map(({ status }) => status));
    case 'race':
      return told(Promise.race(begun)).then(() => 'raced');
    case 'any':
      return told(Promise.any(begun)).then(() => 'any');
    default:
      return how satisfies never;
  }
}

const told = (operation: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(operation).then(
    (value) => value ?? 'done',
    (error: Error) => `${error.name}: ${error.message}`,
  );

function begin(context: DurableContext, node: OperationNode, { path, journal }: TreeRun): DurablePromise<unknown> {
  switch (node.kind) {
    case 'step': {
      // One that is given up always fails: an attempt that a crash used up must not let a later one succeed.
      const fails = node.givesUp && node.failures > 0;
      return context.step(
        path,
        async ({ attempt }) => {
          journal.began(path, attempt);
          await turns(node.turns);
          journal.ended(path, attempt);
          if (attempt <= node.failures || fails) throw new RangeError(`${path} failed`);
          return path;
        },
        {
          semantics: node.isAtMostOnce ? StepSemantics.AtMostOncePerRetry : StepSemantics.AtLeastOncePerRetry,
          // An interruption is no failure of the body: going on then keeps the result independent of crashes.
          retryStrategy: (error) => ({
            shouldRetry: !node.givesUp || error.name === 'StepInterruptedError',
            delay: { seconds: 1 },
          }),
        },
      );
    }
    case 'wait':
      return context.wait(path, { seconds: node.seconds });
    case 'child':
      return context.runInChildContext(
        path,
        async (child) => {
          const results = await runTree(child, node.body, { path, journal });
          if (node.fails) throw new TypeError(`${path} failed`);
          return node.isLarge ? { results, ballast: 'x'.repeat(OPERATION_PAYLOAD_BYTES) } : results;
        },
        { virtualContext: node.isVirtual },
      );
    default:
      return node satisfies never;
  }
}
