import type { TestService } from '../service/test-service.js';
import { type LengthOfTime, toMilliseconds } from '../time/length-of-time.js';
import { letTimePass, standstill } from '../time/let-time-pass.js';
import type { Journal } from './journal.js';

const NOTHING_RUNS =
  'None of its code runs, so crash() has nothing to kill. Stop it first where it runs, such as by ' +
  "await run.until({ step: 'charge card' })";

/** Lets one execution continue, and stops it again at its writes. */
export class Steering {
  /** Whether the execution has come to the point at which it is to be stopped. */
  #isThere: (() => boolean) | undefined;
  /**
   * What continues when the execution is released: responses to its checkpoints, and bodies that are about to start.
   */
  #held: Array<() => void> = [];
  #isStopped = false;
  readonly #fail: (problem: string) => Error;

  constructor(
    private readonly service: TestService,
    private readonly journal: Journal,
    fail: (problem: string) => Error,
  ) {
    this.#fail = fail;
  }

  /** Called when something of the execution is about to continue: the place where it is held. */
  pass(): Promise<void> | undefined {
    if (this.#isThere?.()) this.#halt();
    return this.#isStopped ? new Promise((resolve) => void this.#held.push(resolve)) : undefined;
  }

  async goOnUntil(isReached: () => boolean, description: string): Promise<void> {
    const { stack } = new Error();
    this.release();
    const stopDriving = this.service.clock.drive();
    try {
      await this.#wait(isReached, description);
    } catch (error) {
      // An event of the service has created it, and its own stack would not show the line of the test.
      throw Object.assign(error as Error, { stack: stack?.replace('Error', () => String(error)) });
    } finally {
      stopDriving();
    }
  }

  /** Lets the execution continue until the condition is true, or until so much time has passed. */
  async goOnWithin(limitMs: number, isReached: () => boolean): Promise<void> {
    const { clock } = this.service;
    let late: () => void = () => undefined;
    const isLate = new Promise<void>((resolve) => (late = resolve));
    const cancel = clock.schedule({ atMs: clock.now() + limitMs, kind: 'deadline' }, late);
    try {
      await Promise.race([this.goOnUntil(isReached, 'the execution has ended'), isLate]);
    } finally {
      cancel();
    }
  }

  /** The same, but then holds the execution at the write that led there, if anything of it runs. */
  async stopAt(isReached: () => boolean, description: string): Promise<void> {
    if (isReached()) return;
    this.#isThere = isReached;
    try {
      await this.goOnUntil(isReached, description);
    } finally {
      this.#isThere = undefined;
    }
  }

  async advance(length: LengthOfTime): Promise<void> {
    this.release();
    await letTimePass(this.service.clock, toMilliseconds(length), this.#fail);
  }

  /** What was held belongs to the killed invocation: it never continues. @throws when there is none to kill */
  crash(): void {
    if (!this.service.kill(this.journal.arn)) throw this.#fail(NOTHING_RUNS);
    this.#held = [];
    this.release();
  }

  /** Lets the execution continue where it was held. */
  release(): void {
    this.#isStopped = false;
    for (const goOn of this.#held.splice(0)) goOn();
  }

  #halt(): void {
    this.#isThere = undefined;
    this.#isStopped = !this.journal.isSuspended && this.service.clock.stop(() => this.release());
  }

  /** Resolves when the condition is true. @throws when the execution can no longer reach it */
  #wait(isReached: () => boolean, description: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let isAwaited = true;
      let unsubscribe: () => void = () => undefined;
      const stopListening = () => {
        isAwaited = false;
        unsubscribe();
      };
      const giveUp = (problem: string) => {
        if (!isAwaited) return;
        stopListening();
        reject(this.#fail(problem));
      };
      const look = () => {
        const { problem } = this.journal;
        if (problem !== undefined) giveUp(problem);
        else if (isReached()) {
          if (this.#isThere) this.#halt();
          stopListening();
          resolve();
        } else if (this.journal.hasEnded) {
          // After the event of the end, which the message shows: this may be the event of the last invocation. Fake
          // timers of jest replace `queueMicrotask()`.
          void Promise.resolve().then(() => giveUp(`The execution has ended before ${description}`));
        }
      };
      unsubscribe = this.journal.onChange(look);
      look();
      if (!this.service.clock.isManual) return;
      standstill(this.service.clock, this.#fail, () => isAwaited).then(
        () => giveUp(`Time is manual, and nothing runs before ${description}: call advance()`),
        reject,
      );
    });
  }
}
