import { ActivityScope } from '../invocation/suspension/activity-scope.js';
import type { ActivityCounter } from '../invocation/suspension/activity.js';
import type { DeliveredUntil } from '../state/delivery/deliveries.js';

/**
 * What a recorded context shares with the virtual ones directly inside: they end with it, because only then is nothing
 * more recorded.
 */
export class RecordedScope extends ActivityScope {
  /** The last completion that was delivered when it closed; absent before. */
  closedAt: DeliveredUntil | undefined;
  readonly #outer: RecordedScope | undefined;
  /** Those inside that have not finished. */
  #inside: Set<RecordedScope> | undefined;

  constructor(invocation: ActivityCounter, outer: RecordedScope | undefined) {
    super(invocation);
    this.#outer = outer;
    if (outer) (outer.#inside ??= new Set()).add(this);
  }

  /** Closes this scope and all inside, so that no operation has to look for closed ones around it. */
  finish(at: DeliveredUntil): void {
    const outer = this.#outer;
    if (outer) outer.#inside?.delete(this);
    // Without recursion, because contexts may be nested by the thousands.
    const closing: RecordedScope[] = [this];
    for (const scope of closing) {
      scope.closedAt = at;
      scope.close();
      if (scope.#inside) for (const inner of scope.#inside) closing.push(inner);
      scope.#inside = undefined;
    }
  }
}
