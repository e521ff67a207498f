import { type Activity, type ActivityCounts, count } from './activity.js';

const KINDS = ['blocked', 'executing', 'freeBodies'] as const;

/**
 * What runs and waits below one context. Once the context has finished it is not counted any more: orphans record
 * nothing, so the invocation neither stays alive for them nor suspends because of them.
 */
export class ActivityScope implements ActivityCounts {
  executing = 0;
  blocked = 0;
  freeBodies = 0;
  readonly #around: Activity | ActivityScope;
  #closed = false;

  constructor(around: Activity | ActivityScope) {
    this.#around = around;
  }

  change(kind: keyof ActivityCounts, by: number): void {
    if (this.#closed) return;
    count(this, kind, by);
    this.#around.change(kind, by);
  }

  close(): void {
    for (const kind of KINDS) if (this[kind] > 0) this.change(kind, -this[kind]);
    this.#closed = true;
  }
}
