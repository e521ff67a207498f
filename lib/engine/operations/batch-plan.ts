import type { OperationSubType } from '../../wire/operation.js';
import type { ChildFunc, MapFunc, ParallelBranch, ParallelFunc } from '../context/durable-context.js';
import type { BatchConfig, MapConfig, ParallelConfig } from './batch-config.js';
import type { SummaryForm } from './batch-summary.js';
import { isOperationName, OPERATION_NAME_RULE } from '../../wire/operation-name.js';
import { shown } from '../base/errors/shown.js';
import { leavePromise, remedyFor } from './call-checks.js';
import { readItemName } from './user-answers.js';

/** The items of a batch: the only difference between `map` and `parallel`. */
export interface BatchPlan<T> {
  readonly subType: OperationSubType;
  readonly itemSubType: OperationSubType;
  readonly summaryForm: SummaryForm;
  readonly itemCount: number;
  readonly config: BatchConfig<T>;
  /** The name that user code gives an item, if any. */
  givenName(index: number): string | undefined;
  /** Whether a function of the user gives the names. */
  readonly asksForNames: boolean;
  /** The prefix of an unnamed item, before its index. */
  readonly namePrefix: string;
  bodyOf(index: number): ChildFunc<T>;
  /** Why there is nothing to run; `undefined` when there is. */
  problem(): string | undefined;
}

export function mapPlan<TItem, T>(
  items: TItem[],
  mapFunc: MapFunc<TItem, T>,
  given?: MapConfig<TItem, T> | null,
): BatchPlan<T> {
  const config = given ?? {};
  return {
    subType: 'Map',
    itemSubType: 'MapIteration',
    summaryForm: { type: 'MapResult', countsStarted: false },
    itemCount: items?.length,
    config,
    namePrefix: 'map-item-',
    asksForNames: Boolean(config.itemNamer),
    givenName: (index) => config.itemNamer && readItemName(config.itemNamer(items[index] as TItem, index)),
    bodyOf: (index) => (context) => mapFunc(context, items[index] as TItem, index, items),
    problem() {
      if (!Array.isArray(items)) return `needs an array of items, but received ${shown(items)}`;
      if (typeof mapFunc === 'function') return undefined;
      return `needs a function to run for each item, but received ${shown(mapFunc)}`;
    },
  };
}

export function parallelPlan<T>(
  branches: ReadonlyArray<ParallelBranch<T>>,
  config?: ParallelConfig<T> | null,
): BatchPlan<T> {
  return {
    subType: 'Parallel',
    itemSubType: 'ParallelBranch',
    summaryForm: { type: 'ParallelResult', countsStarted: true },
    itemCount: branches?.length,
    config: config ?? {},
    namePrefix: 'parallel-branch-',
    asksForNames: false,
    givenName(index) {
      const branch = branches[index];
      return (typeof branch === 'object' && branch.name) || undefined;
    },
    bodyOf: (index) => functionOf(branches[index]) as ChildFunc<T>,
    problem() {
      if (!Array.isArray(branches)) return `needs an array of branches, but received ${shown(branches)}`;
      const wrong = branches.findIndex((branch: ParallelBranch<T>) => typeof functionOf(branch) !== 'function');
      if (wrong < 0) return branchNameProblem(branches.map((_, index) => this.givenName(index)));
      branches.forEach((branch: ParallelBranch<T>) => leavePromise(functionOf(branch) ?? branch));
      return `needs functions or { name, func } as branches. branches[${wrong}] is neither.${remedyFor(branches[wrong])}`;
    },
  };
}

/** Reported before a branch runs that comes before the wrong one. */
function branchNameProblem(names: unknown[]): string | undefined {
  const wrong = names.findIndex((name) => name !== undefined && !isOperationName(name));
  return wrong < 0
    ? undefined
    : `the name of branches[${wrong}] is ${shown(names[wrong])}. A name is ${OPERATION_NAME_RULE}.`;
}

function functionOf<T>(branch: ParallelBranch<T> | null | undefined): ParallelFunc<T> | undefined {
  return typeof branch === 'function' ? branch : branch?.func;
}
