import type { OperationUpdate } from '../../../wire/operation.js';
import type { FunctionResult } from '../../functions/function-runtime.js';
import { checkpoint } from '../checkpoint.js';
import type { Change } from '../draft.js';
import { Draft } from '../draft.js';
import type { Effect, TimerKey } from '../effect.js';
import type { Environment, TargetFunction } from '../environment.js';
import type { CheckpointAnswer, ExecutionState } from '../execution-state.js';
import { createState } from '../execution-state.js';
import type { EventType, HistoryEvent } from '../history-event.js';
import type { InvocationEvent } from '../invocation.js';
import { beginInvocation, endInvocation } from '../invocation.js';
import type { LocalLimits } from '../limits.js';
import { DEFAULT_LIMITS } from '../limits.js';
import { merge } from '../merge.js';
import type { InvocationRetryPolicy } from '../retry-policy.js';
import { DEFAULT_RETRY_POLICY } from '../retry-policy.js';
import { describeStart, startExecution } from '../start-execution.js';
import { fireTimer } from '../timers.js';

export interface PlayOptions {
  input?: string;
  synchronous?: boolean;
  limits?: Partial<LocalLimits>;
  functions?: readonly TargetFunction[];
  executionTimeoutSeconds?: number;
}

/** One execution, driven directly through pure transitions: no clock, no server, no function. */
export class Play {
  nowMs = 1_700_000_000_000;
  readonly state: ExecutionState;
  readonly effects: Effect[] = [];
  readonly events: HistoryEvent[] = [];
  readonly #limits: LocalLimits;
  readonly #functions: readonly TargetFunction[];
  #ids = 0;

  constructor({ input, synchronous = false, limits, functions = [], executionTimeoutSeconds = 60 }: PlayOptions = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#functions = functions;
    const target = { name: 'f', durable: { executionTimeoutSeconds } };
    const described = describeStart(this.#environment(), { target, version: '$LATEST', name: 'n', input, synchronous });
    this.state = createState({ ...described, order: 1 });
    this.run(startExecution);
  }

  /** Applies a transition and keeps its changes. */
  run<T>(transition: (draft: Draft) => T): T {
    const draft = new Draft(this.state, this.#environment());
    const value = transition(draft);
    this.#keep(draft.change());
    return value;
  }

  begin(): InvocationEvent {
    return this.run((draft) => beginInvocation(draft, `request-${this.state.progress.invocation + 1}`));
  }

  end(result: FunctionResult | object, policy: Partial<InvocationRetryPolicy> = {}): void {
    const ended = 'kind' in result ? result : ({ kind: 'returned', payload: JSON.stringify(result) } as const);
    this.run((draft) => endInvocation(draft, ended, { ...DEFAULT_RETRY_POLICY, ...policy }));
  }

  checkpoint(...updates: OperationUpdate[]): CheckpointAnswer {
    const token = this.state.progress.token ?? '';
    return this.run((draft) => checkpoint(draft, { token, updates }));
  }

  fire(purpose: TimerKey['purpose'], operationId = ''): void {
    this.run((draft) => fireTimer(draft, { purpose, operationId }));
  }

  /** The current record of the operation. */
  operation(id: string) {
    return this.state.operations.get(id)?.operation;
  }

  /** Types of all events so far. */
  get history(): EventType[] {
    return this.events.map(({ type }) => type);
  }

  #keep(change: Change): void {
    merge(this.state, change);
    this.effects.push(...change.effects);
    this.events.push(...change.events);
  }

  #environment(): Environment {
    return {
      nowMs: this.nowMs,
      unskippedMs: this.nowMs,
      newId: () => `id-${++this.#ids}`,
      limits: this.#limits,
      region: 'us-east-1',
      accountId: '123456789012',
      findFunction: (name) => this.#functions.find((one) => one.name === name),
    };
  }
}

type Rest = Partial<Omit<OperationUpdate, 'Id' | 'Type' | 'Action'>>;

/** Short forms of updates for tables: `update.step('a', 'START')`. */
export const update = {
  step: (Id: string, Action: OperationUpdate['Action'], rest: Rest = {}) => make('STEP', { Id, Action, rest }),
  context: (Id: string, Action: OperationUpdate['Action'], rest: Rest = {}) => make('CONTEXT', { Id, Action, rest }),
  callback: (Id: string, rest: Rest = {}) => make('CALLBACK', { Id, Action: 'START', rest }),
  wait: (Id: string, WaitSeconds = 1, rest: Rest = {}) =>
    make('WAIT', { Id, Action: 'START', rest: { WaitOptions: { WaitSeconds }, ...rest } }),
  cancelWait: (Id: string) => make('WAIT', { Id, Action: 'CANCEL', rest: {} }),
  invoke: (Id: string, FunctionName: string, rest: Rest = {}) =>
    make('CHAINED_INVOKE', { Id, Action: 'START', rest: { ChainedInvokeOptions: { FunctionName }, ...rest } }),
  retry: (Id: string, rest: Rest = {}, NextAttemptDelaySeconds = 1) =>
    make('STEP', { Id, Action: 'RETRY', rest: { StepOptions: { NextAttemptDelaySeconds }, ...rest } }),
  execution: (Action: OperationUpdate['Action'], rest: Rest = {}) => make('EXECUTION', { Id: 'x', Action, rest }),
};

function make(
  Type: OperationUpdate['Type'],
  given: { Id: string; Action: OperationUpdate['Action']; rest: Rest },
): OperationUpdate {
  return { Id: given.Id, Type, Action: given.Action, ...given.rest };
}
