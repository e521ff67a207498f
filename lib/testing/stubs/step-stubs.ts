import type { AttemptSubject } from '../../engine/invocation/engine-config.js';

/** The replacement of a step's body. It may use the number of the attempt, from 1. */
export type StubBody = (attempt: { attempt: number; executionArn: string }) => unknown;

interface Failing {
  error: unknown;
  timesLeft: number;
}

/** A test's replacements of steps' bodies, by the names of the steps. */
export class StepStubs {
  readonly #bodies = new Map<string, StubBody>();
  readonly #failing = new Map<string, Failing>();
  readonly #stalled = new Set<string>();

  mock(name: string, body: StubBody): void {
    this.#bodies.set(name, body);
  }

  fail(name: string, error: unknown, times: number): void {
    this.#failing.set(name, { error, timesLeft: times });
  }

  stall(name: string): void {
    this.#stalled.add(name);
  }

  isStalled(name: string | undefined): boolean {
    return name !== undefined && this.#stalled.has(name);
  }

  clear(): void {
    this.#bodies.clear();
    this.#failing.clear();
    this.#stalled.clear();
  }

  /** Runs a planned failure, a replacement, or the body itself. */
  async run({ name, attempt, executionArn }: AttemptSubject, body: () => Promise<unknown>): Promise<unknown> {
    if (name === undefined) return body();
    const failing = this.#failing.get(name);
    if (failing && failing.timesLeft > 0) {
      failing.timesLeft -= 1;
      throw failing.error;
    }
    const stub = this.#bodies.get(name);
    return stub ? stub({ attempt, executionArn }) : body();
  }
}
