import { durableMatchers } from './durable-matchers.js';

interface ExtendableExpect {
  extend?: (matchers: object) => void;
}

/** Adds the matchers if the test runner's `expect` is a global, as in jest. */
export function registerMatchers(): void {
  (globalThis as { expect?: ExtendableExpect }).expect?.extend?.(durableMatchers);
}
