import { Draft } from '../core/draft.js';
import type { Effect } from '../core/effect.js';
import type { Environment } from '../core/environment.js';
import type { ExecutionStart, ExecutionState, OperationRecord } from '../core/execution-state.js';
import { isOpen } from '../core/execution-state.js';
import { merge } from '../core/merge.js';
import { completeChained } from '../core/operations/chained-invoke.js';
import { startExecution } from '../core/start-execution.js';
import type { ExecutionWrite } from '../store/store.js';
import { outcomeOfChild } from './child-outcome.js';
import type { ExecutionRegistry } from './execution-registry.js';

/** Something to do for an execution after a transition. */
export interface BatchEffect {
  state: ExecutionState;
  effect: Exclude<Effect, { kind: 'start-child' }>;
}

/** Transitions that belong together. */
export class Batch {
  readonly writes: ExecutionWrite[] = [];
  readonly effects: BatchEffect[] = [];
  readonly #registry: ExecutionRegistry;
  readonly #env: Environment;

  constructor(registry: ExecutionRegistry, env: Environment) {
    this.#registry = registry;
    this.#env = env;
  }

  apply<T>(state: ExecutionState, transition: (draft: Draft) => T): T {
    const isNew = state.progress.eventCount === 0;
    const draft = new Draft(state, this.#environmentOf(state));
    const value = transition(draft);
    const change = draft.change();
    merge(state, change);
    this.writes.push({
      id: state.start.id,
      arn: state.start.arn,
      start: isNew ? state.start : undefined,
      progress: state.progress,
      untold: [...state.untold],
      updated: [...state.updated],
      operations: [...change.operations.values()],
      events: change.events,
    });
    for (const effect of change.effects) this.#follow(state, effect);
    return value;
  }

  /** @param aheadMs of a child, whose time is that of its parent */
  start(described: Omit<ExecutionStart, 'order'>, aheadMs = 0): ExecutionState {
    const state = this.#registry.begin(described, aheadMs);
    this.apply(state, startExecution);
    return state;
  }

  #environmentOf({ aheadMs }: ExecutionState): Environment {
    return aheadMs === 0 ? this.#env : { ...this.#env, nowMs: this.#env.nowMs + aheadMs };
  }

  #follow(state: ExecutionState, effect: Effect): void {
    if (effect.kind === 'start-child') {
      this.start(effect.start, state.aheadMs);
      return;
    }
    this.effects.push({ state, effect });
    if (effect.kind === 'closed') this.#tellParent(state);
  }

  #tellParent(child: ExecutionState): void {
    const { parent } = child.start;
    const state = parent && this.#registry.findLive(parent.executionId);
    if (!state || !isOpen(state) || !state.pending.has(parent.operationId)) return;
    const record = state.operations.get(parent.operationId) as OperationRecord;
    this.apply(state, (draft) => completeChained(draft, record, outcomeOfChild(child)));
  }
}
