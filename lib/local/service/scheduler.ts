import type { Cancel, ServiceClock, TimerKind } from '../clock/clock.js';
import type { DueTimer, TimerKey, TimerPurpose } from '../core/effect.js';
import type { ExecutionState } from '../core/execution-state.js';

const KINDS: Readonly<Record<TimerPurpose, TimerKind>> = {
  wait: 'progress',
  'step-retry': 'progress',
  'invocation-retry': 'progress',
  'callback-timeout': 'deadline',
  'callback-heartbeat': 'deadline',
  'execution-timeout': 'deadline',
};

/** The timers of every open execution. */
export class Scheduler {
  readonly #clock: ServiceClock;
  readonly #fire: (state: ExecutionState, timer: TimerKey) => void;
  readonly #timers = new Map<string, Map<string, Cancel>>();

  constructor(clock: ServiceClock, fire: (state: ExecutionState, timer: TimerKey) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /** Replaces a timer with the same purpose and operation. */
  schedule(state: ExecutionState, timer: DueTimer): void {
    this.unschedule(state, timer);
    const atMs = timer.atMs - state.aheadMs;
    const cancel = this.#clock.schedule({ atMs, kind: KINDS[timer.purpose] }, () => {
      this.#timersOf(state).delete(keyOf(timer));
      this.#fire(state, timer);
    });
    this.#timersOf(state).set(keyOf(timer), cancel);
  }

  unschedule(state: ExecutionState, timer: TimerKey): void {
    const timers = this.#timers.get(state.start.id);
    timers?.get(keyOf(timer))?.();
    timers?.delete(keyOf(timer));
  }

  /** An execution is closed: none of its timers is needed any more. */
  drop(state: ExecutionState): void {
    for (const cancel of this.#timers.get(state.start.id)?.values() ?? []) cancel();
    this.#timers.delete(state.start.id);
  }

  #timersOf({ start }: ExecutionState): Map<string, Cancel> {
    let timers = this.#timers.get(start.id);
    if (!timers) this.#timers.set(start.id, (timers = new Map<string, Cancel>()));
    return timers;
  }
}

function keyOf({ purpose, operationId }: TimerKey): string {
  return `${purpose}/${operationId}`;
}
