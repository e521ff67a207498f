import type { ActivityCounter } from './activity.js';

/**
 * What runs and waits in one context. Once the context or one around it has finished it is not counted any more: orphans
 * record nothing, so the invocation neither stays alive for them nor suspends because of them.
 */
export class ActivityScope implements ActivityCounter {
  /** Absent once it is closed. */
  #invocation: ActivityCounter | undefined;
  #executing = 0;
  #blocked = 0;
  #observed = 0;
  #freeBodies = 0;

  /** @param invocation - counts for all contexts */
  constructor(invocation: ActivityCounter) {
    this.#invocation = invocation;
  }

  executing(by: number): void {
    this.#executing += by;
    this.#invocation?.executing(by);
  }

  blocked(by: number): void {
    this.#blocked += by;
    this.#invocation?.blocked(by);
  }

  observed(by: number): void {
    this.#observed += by;
    this.#invocation?.observed(by);
  }

  freeBodies(by: number): void {
    this.#freeBodies += by;
    this.#invocation?.freeBodies(by);
  }

  close(): void {
    if (this.#blocked > 0) this.blocked(-this.#blocked);
    if (this.#observed > 0) this.observed(-this.#observed);
    if (this.#executing > 0) this.executing(-this.#executing);
    if (this.#freeBodies > 0) this.freeBodies(-this.#freeBodies);
    this.#invocation = undefined;
  }
}
