import type { AroundAttempt } from '../../engine/invocation/engine-config.js';
import type { TestBench } from '../test-bench.js';

/** What `context.now()`, `uuid()` and `random()` record. */
const RECORDED_VALUES: ReadonlySet<string> = new Set(['Now', 'Uuid', 'Random']);

/**
 * Gives the values of the first run in every other: they are drawn anew in each execution, and two runs that differ in nothing
 * else are to be found alike.
 */
export class SameValues {
  readonly #values = new Map<string, Promise<unknown>>();

  around(bench: TestBench): AroundAttempt {
    return ({ executionArn, operationId, subType }, body) => {
      if (!RECORDED_VALUES.has(subType)) return body();
      const execution = bench.runs.findIndex((run) => run.executionArn === executionArn);
      const key = `${execution} ${operationId}`;
      const value = this.#values.get(key) ?? body();
      this.#values.set(key, value);
      return value;
    };
  }
}
