import type { OperationSubType } from '../../wire/operation.js';
import type {
  BatchConfig,
  MapConfig,
  MapFunc,
  NamedParallelBranch,
  ParallelBranch,
  ParallelConfig,
} from './batch-config.js';
import type { SummaryForm } from './batch-summary.js';
import type { ChildFunc } from './child-context-config.js';

/** What a batch runs: the one thing in which `map` and `parallel` differ. */
export interface BatchPlan<T> {
  readonly subType: OperationSubType;
  readonly itemSubType: OperationSubType;
  readonly summaryForm: SummaryForm;
  readonly itemCount: number;
  readonly config: BatchConfig<T>;
  /** What user code has called an item, if anything. */
  givenName(index: number): string | undefined;
  /** What an item is called that nobody has given a name. */
  defaultName(index: number): string;
  bodyOf(index: number): ChildFunc<T>;
  /** Why there is nothing to run; `undefined` when there is. */
  problem(): string | undefined;
}

export class MapPlan<TItem, T> implements BatchPlan<T> {
  readonly subType = 'Map';
  readonly itemSubType = 'MapIteration';
  readonly summaryForm: SummaryForm = { type: 'MapResult', countsStarted: false };
  readonly itemCount: number;
  readonly config: MapConfig<TItem, T>;
  readonly #items: TItem[];
  readonly #mapFunc: MapFunc<TItem, T>;

  constructor(items: TItem[], mapFunc: MapFunc<TItem, T>, config: MapConfig<TItem, T> = {}) {
    this.#items = items;
    this.#mapFunc = mapFunc;
    this.config = config;
    this.itemCount = items?.length;
  }

  givenName(index: number): string | undefined {
    return this.config.itemNamer?.(this.#items[index] as TItem, index) || undefined;
  }

  defaultName(index: number): string {
    return `map-item-${index}`;
  }

  bodyOf(index: number): ChildFunc<T> {
    const items = this.#items;
    const mapFunc = this.#mapFunc;
    return (context) => mapFunc(context, items[index] as TItem, index, items);
  }

  problem(): string | undefined {
    if (!Array.isArray(this.#items)) return 'needs an array of items';
    return typeof this.#mapFunc === 'function' ? undefined : 'needs a function to run for each item';
  }
}

export class ParallelPlan<T> implements BatchPlan<T> {
  readonly subType = 'Parallel';
  readonly itemSubType = 'ParallelBranch';
  readonly summaryForm: SummaryForm = { type: 'ParallelResult', countsStarted: true };
  readonly itemCount: number;
  readonly config: ParallelConfig<T>;
  readonly #branches: ReadonlyArray<ParallelBranch<T>>;

  constructor(branches: ReadonlyArray<ParallelBranch<T>>, config: ParallelConfig<T> = {}) {
    this.#branches = branches;
    this.config = config;
    this.itemCount = branches?.length;
  }

  givenName(index: number): string | undefined {
    const branch = this.#branches[index];
    return (typeof branch === 'object' && branch.name) || undefined;
  }

  defaultName(index: number): string {
    return `parallel-branch-${index}`;
  }

  bodyOf(index: number): ChildFunc<T> {
    const branch = this.#branches[index]!;
    return typeof branch === 'function' ? branch : branch.func;
  }

  problem(): string | undefined {
    if (!Array.isArray(this.#branches)) return 'needs an array of branches';
    const isBranch = (branch: unknown) =>
      typeof branch === 'function' || typeof (branch as Partial<NamedParallelBranch<T>> | null)?.func === 'function';
    const wrong = this.#branches.findIndex((branch) => !isBranch(branch));
    return wrong < 0 ? undefined : `needs functions or { name, func } as branches, which number ${wrong} is not`;
  }
}
