import type { TestService } from '../service/test-service.js';
import { type LengthOfTime, toMilliseconds } from '../time/length-of-time.js';
import { letTimePass, standstill } from '../time/let-time-pass.js';
import type { Journal } from './journal.js';

interface Stop {
  isReached: () => boolean;
  reached: () => void;
}

/** Lets one execution go on and stops it again, at what it writes. */
export class Steering {
  #stop: Stop | undefined;
  /** What goes on when the execution is let go: answers to its checkpoints, and bodies that are about to begin. */
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

  /** Something of the execution is about to go on: the place where it is held. */
  pass(): Promise<void> | undefined {
    if (this.#stop?.isReached()) this.#halt(this.#stop);
    return this.#isStopped ? new Promise((resolve) => void this.#held.push(resolve)) : undefined;
  }

  async goOnUntil(isReached: () => boolean, description: string): Promise<void> {
    this.release();
    const stopDriving = this.service.clock.drive();
    try {
      await this.#wait(isReached, description);
    } finally {
      stopDriving();
    }
  }

  /** Lets the execution go on until then, or until so much time has passed. */
  async goOnWithin(limitMs: number, isReached: () => boolean): Promise<void> {
    const { clock } = this.service;
    let late: () => void = () => undefined;
    const isLate = new Promise<void>((resolve) => (late = resolve));
    const cancel = clock.schedule({ atMs: clock.now() + limitMs, kind: 'deadline' }, late);
    await Promise.race([this.goOnUntil(isReached, 'the execution has ended'), isLate]);
    cancel();
  }

  /** The same, with the execution held there where it can be: at the write that brought it there. */
  async stopAt(isReached: () => boolean, description: string): Promise<void> {
    if (isReached()) return;
    this.release();
    const stopDriving = this.service.clock.drive();
    const stopped = new Promise<void>((reached) => (this.#stop = { isReached, reached }));
    try {
      await Promise.race([stopped, this.#wait(isReached, description)]);
    } finally {
      this.#stop = undefined;
      stopDriving();
    }
  }

  async advance(length: LengthOfTime): Promise<void> {
    this.release();
    await letTimePass(this.service.clock, toMilliseconds(length), this.#fail);
  }

  /** What was held belongs to the killed invocation: it never goes on. */
  crash(): void {
    this.#held = [];
    this.service.kill(this.journal.arn);
    this.release();
  }

  /** Lets the execution go on where it was held. */
  release(): void {
    this.#isStopped = false;
    for (const goOn of this.#held.splice(0)) goOn();
  }

  #halt(stop: Stop): void {
    this.#stop = undefined;
    this.#isStopped = true;
    stop.reached();
  }

  /** Resolves when the condition holds. @throws when the execution can no longer come there */
  #wait(isReached: () => boolean, description: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let stopListening: () => void = () => undefined;
      const giveUp = (problem: string) => {
        stopListening();
        reject(this.#fail(problem));
      };
      const look = () => {
        const { problem } = this.journal;
        if (problem !== undefined) giveUp(problem);
        else if (isReached()) {
          stopListening();
          resolve();
        } else if (this.journal.hasEnded) giveUp(`It has ended before ${description}`);
      };
      stopListening = this.journal.onChange(look);
      look();
      if (!this.service.clock.isManual) return;
      standstill(this.service.clock, this.#fail).then(
        () => giveUp(`Time is manual, and nothing runs before ${description}: call advance()`),
        reject,
      );
    });
  }
}
