import type { AroundAttempt } from '../../engine/invocation/engine-config.js';
import type { TestBench } from '../test-bench.js';

/** What `context.now()`, `uuid()` and `random()` record. */
const RECORDED_VALUES: ReadonlySet<string> = new Set(['Now', 'Uuid', 'Random']);

/**
 * Uses the values of the first run in every other: each execution would generate new ones, although the runs may be
 * equal otherwise.
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
