/** Fewer than these are not worth freeing one by one. */
const MANY_TAKEN = 1024;

/** Returns the smallest item. Items in order, as nearly all are, cost one comparison. */
export class InOrder<T> {
  readonly #items: T[] = [];
  readonly #compare: (one: T, other: T) => number;
  /** The index of the first item; those before it have been taken. */
  #start = 0;

  /** @param compare - negative if `one` comes before `other` */
  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length - this.#start;
  }

  get first(): T | undefined {
    return this.#items[this.#start];
  }

  add(item: T): void {
    const items = this.#items;
    if (this.size === 0 || this.#compare(items[items.length - 1]!, item) <= 0) items.push(item);
    else items.splice(this.#placeOf(item), 0, item);
  }

  /** Removes the first item. */
  take(): T | undefined {
    const { first } = this;
    if (this.size > 0) this.#start += 1;
    if (this.size === 0 || (this.#start > MANY_TAKEN && this.#start > this.size)) this.#forgetTaken();
    return first;
  }

  /** The index after all items that do not come after it. */
  #placeOf(item: T): number {
    let from = this.#start;
    let to = this.#items.length - 1;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#compare(this.#items[middle]!, item) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #forgetTaken(): void {
    this.#items.splice(0, this.#start);
    this.#start = 0;
  }
}
