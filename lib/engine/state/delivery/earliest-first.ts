/** A heap: gives back the least of what has been put in, in logarithmic time. */
export class EarliestFirst<T> {
  readonly #items: T[] = [];
  readonly #compare: (one: T, other: T) => number;

  /** @param compare - negative where `one` comes before `other` */
  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#compare(items[above]!, item) <= 0) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  /** Takes the first one out. */
  take(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) this.#sink(last!);
    return first;
  }

  /** Puts an item in at the top, and lets it down to its place. */
  #sink(item: T): void {
    const items = this.#items;
    let at = 0;
    for (let below = this.#lesserBelow(at); below !== undefined; below = this.#lesserBelow(at)) {
      if (this.#compare(items[below]!, item) >= 0) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = item;
  }

  #lesserBelow(at: number): number | undefined {
    const left = 2 * at + 1;
    if (left >= this.#items.length) return undefined;
    const right = left + 1;
    const isRight = right < this.#items.length && this.#compare(this.#items[right]!, this.#items[left]!) < 0;
    return isRight ? right : left;
  }
}
