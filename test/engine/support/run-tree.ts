import type { DurableContext } from '../../../lib/engine/context/durable-context.js';
import type { DurablePromise } from '../../../lib/engine/base/durable-promise.js';
import { StepSemantics } from '../../../lib/engine/operations/step-config.js';
import { OPERATION_PAYLOAD_BYTES } from '../../../lib/wire/limits.js';
import type { BranchesNode, MapNode, OperationNode, StepNode, TreeNode } from './operation-tree.js';
import { turns } from './turns.js';

export interface TreeRun {
  /** Where in the tree this is; also the name of the operation there. */
  path: string;
  /** Called when the body of a step starts. */
  onStep(path: string, attempt: number, node: StepNode): void;
  /** Called when a native race has been won, with the place of the winner. */
  onWinner?(path: string, place: number): void;
}

/** Runs a tree on a context; the result says what every operation returned or threw. */
export async function runTree(context: DurableContext, body: readonly TreeNode[], run: TreeRun): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const [at, node] of body.entries()) {
    const inner = { ...run, path: `${run.path}.${at}` };
    context.logger.info({ message: `before ${inner.path}` });
    results.push(await (node.kind === 'branches' ? joined(context, node, inner) : told(begin(context, node, inner))));
  }
  return results;
}

function joined(context: DurableContext, { how, isDurable, branches }: BranchesNode, run: TreeRun): Promise<unknown> {
  const begun = branches.map((branch, at) => begin(context, branch, { ...run, path: `${run.path}.${at}` }));
  const combinators = (isDurable ? context.promise : Promise) as Pick<typeof Promise, BranchesNode['how']>;
  switch (how) {
    case 'all':
      return combinators.all(begun.map(told));
    case 'allSettled':
      return combinators.allSettled(begun).then((settled) => settled.map(({ status }) => status));
    case 'race':
      if (!isDurable) return Promise.race(places(begun)).then((place) => (run.onWinner?.(run.path, place), 'raced'));
      return told(combinators.race(begun)).then(() => 'raced');
    case 'any':
      return told(combinators.any(begun)).then(() => 'any');
    default:
      return how satisfies never;
  }
}

/** The place of each, when it ends in whatever way. */
const places = (begun: ReadonlyArray<DurablePromise<unknown>>): Array<Promise<number>> =>
  begun.map((operation, place) =>
    operation.then(
      () => place,
      () => place,
    ),
  );

const told = (operation: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(operation).then(
    (value) => value ?? 'done',
    (error: Error) => `${error.name}: ${error.message}`,
  );

function begin(context: DurableContext, node: OperationNode, run: TreeRun): DurablePromise<unknown> {
  const { path } = run;
  switch (node.kind) {
    case 'step':
      return beginStep(context, node, run);
    case 'wait':
      return context.wait(path, { seconds: node.seconds });
    case 'condition':
      return context.waitForCondition(path, async (count: number) => count + 1, {
        initialState: 0,
        waitStrategy: (count) =>
          count < node.checks ? { shouldContinue: true, delay: { seconds: 1 } } : { shouldContinue: false },
      });
    case 'callback':
      return context.waitForCallback(path, async () => undefined);
    case 'invoke':
      return context.invoke(path, 'other-function', { path });
    case 'child':
      return context.runInChildContext(
        path,
        async (child) => {
          const results = await runTree(child, node.body, run);
          if (node.fails) throw new TypeError(`${path} failed`);
          return node.isLarge ? { results, ballast: 'x'.repeat(OPERATION_PAYLOAD_BYTES) } : results;
        },
        { virtualContext: node.isVirtual },
      );
    case 'map':
      return beginMap(context, node, run);
    default:
      return node satisfies never;
  }
}

function beginStep(context: DurableContext, node: StepNode, { path, onStep }: TreeRun): DurablePromise<unknown> {
  // One that is given up always fails: an attempt that a crash used up must not let a later one succeed.
  const alwaysFails = node.givesUp && node.failures > 0;
  return context.step(
    path,
    async ({ attempt }) => {
      onStep(path, attempt, node);
      await turns(node.turns);
      if (attempt <= node.failures || alwaysFails) throw new RangeError(`${path} failed`);
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

function beginMap(context: DurableContext, node: MapNode, run: TreeRun): DurablePromise<unknown> {
  const { nesting, maxConcurrency } = node;
  const runItem = (child: DurableContext, item: TreeNode[], index: number) =>
    runTree(child, item, { ...run, path: `${run.path}.${index}` });
  const config = { nesting, maxConcurrency, completionConfig: { toleratedFailurePercentage: 100 } };
  return context.map(run.path, node.items, runItem, config);
}
