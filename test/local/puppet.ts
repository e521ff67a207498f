import type { InProcessContext } from '../../lib/local/functions/in-process-functions.js';
import type { DurableExecutionInvocationInput } from '../../lib/wire/envelope.js';

/** One invocation that a test controls. */
export interface HeldInvocation {
  event: DurableExecutionInvocationInput;
  context: InProcessContext;
  /** Ends the invocation with this output. */
  answer(output: unknown): void;
  /** Ends the invocation with a function error. */
  fail(error: Error): void;
}

/** A function whose every invocation is played by the test. */
export class Puppet {
  readonly #held: HeldInvocation[] = [];
  readonly #waiting: ((held: HeldInvocation) => void)[] = [];

  readonly handler = (event: DurableExecutionInvocationInput, context: InProcessContext): Promise<unknown> =>
    new Promise((resolve, reject) => this.#hand({ event, context, answer: resolve, fail: reject }));

  /** The next invocation, now or when it comes. */
  next(): Promise<HeldInvocation> {
    const held = this.#held.shift();
    return held ? Promise.resolve(held) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Invocations that no test has taken. */
  get unclaimed(): number {
    return this.#held.length;
  }

  #hand(held: HeldInvocation): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(held);
    else this.#held.push(held);
  }
}
