/** Lets everything run that is ready, for so many turns of the event loop. */
export async function turns(count = 1): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const NAP_MS = 10;

/**
 * What a promise settles with, or nothing if it has not settled after so much time, in milliseconds. The time passes in
 * naps: whatever is ready runs between two of them, so that a machine that stands still uses up only one.
 */
export async function settledWithin<T>(promise: Promise<T>, patienceMs: number): Promise<T | undefined> {
  let settled: { value: T } | undefined;
  const settling = promise.then((value) => (settled = { value }));
  for (let waitedMs = 0; waitedMs < patienceMs && !settled; waitedMs += NAP_MS) {
    await Promise.race([settling, new Promise((resolve) => setTimeout(resolve, NAP_MS))]);
  }
  return settled?.value;
}

/** A promise that the test settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let settle!: Pick<Deferred<T>, 'resolve' | 'reject'>;
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...settle };
}

/** Replaces a promise that will never settle: code after it must not run. */
export const forever = new Promise<never>(() => undefined);
