import {
  type Cancel,
  type ServiceClock,
  RealClock,
  type ScheduleOptions,
  SkipClock,
} from 'nestjs-durable-execution/local';

/** Deadlines that lie further ahead end a whole execution, or forget it; time must not jump to those. */
const LONGEST_CALLBACK_TIMEOUT_MS = 10 * 60_000;

/**
 * The service's clock under a requirement. Before time may jump, the requirement sees what the invocation that just ended
 * has opened; and time jumps to the timeouts of callbacks as well, for whatever is still to come from outside has been scheduled by then.
 */
export class ConformanceClock implements ServiceClock {
  readonly #clock: ServiceClock;
  readonly #onInvocationEnd: () => Promise<void>;

  constructor({ isSkipping, onInvocationEnd }: { isSkipping: boolean; onInvocationEnd: () => Promise<void> }) {
    this.#clock = isSkipping ? new SkipClock() : new RealClock();
    this.#onInvocationEnd = onInvocationEnd;
  }

  now(): number {
    return this.#clock.now();
  }

  schedule({ atMs, kind }: ScheduleOptions, run: () => void): Cancel {
    const isCallbackTimeout = kind === 'deadline' && atMs - this.now() <= LONGEST_CALLBACK_TIMEOUT_MS;
    return this.#clock.schedule({ atMs, kind: isCallbackTimeout ? 'progress' : kind }, run);
  }

  /** Resolves when so much of the service's time has passed. */
  pass(seconds: number): Promise<void> {
    return new Promise((resolve) => this.schedule({ atMs: this.now() + seconds * 1000, kind: 'progress' }, resolve));
  }

  /** Keeps time from jumping while the work lasts. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const release = this.#clock.hold();
    return work().finally(release);
  }

  runDue(): void {
    this.#clock.runDue();
  }

  hold(): Cancel {
    const release = this.#clock.hold();
    return () => void this.#onInvocationEnd().finally(release);
  }

  advance(byMs: number): void {
    this.#clock.advance(byMs);
  }

  close(): void {
    this.#clock.close();
  }
}
