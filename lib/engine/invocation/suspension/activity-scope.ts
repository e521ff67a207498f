import type { ActivityCounter } from './activity.js';

/**
 * What runs and waits in one context. Once the context or one around it has finished it is not counted any more: orphans
 * record nothing, so the invocation neither stays alive for them nor suspends because of them.
 */
export class ActivityScope implements ActivityCounter {
  readonly #invocation: ActivityCounter;
  #executing = 0;
  #blocked = 0;
  #freeBodies = 0;
  #isClosed = false;

  /** @param invocation - counts for all contexts */
  constructor(invocation: ActivityCounter) {
    this.#invocation = invocation;
  }

  executing(by: number): void {
    if (this.#isClosed) return;
    this.#executing += by;
    this.#invocation.executing(by);
  }

  blocked(by: number): void {
    if (this.#isClosed) return;
    this.#blocked += by;
    this.#invocation.blocked(by);
  }

  freeBodies(by: number): void {
    if (this.#isClosed) return;
    this.#freeBodies += by;
    this.#invocation.freeBodies(by);
  }

  close(): void {
    if (this.#blocked > 0) this.blocked(-this.#blocked);
    if (this.#executing > 0) this.executing(-this.#executing);
    if (this.#freeBodies > 0) this.freeBodies(-this.#freeBodies);
    this.#isClosed = true;
  }
}
