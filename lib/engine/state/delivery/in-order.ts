/** The places of fewer than these are not worth freeing. */
const MANY_TAKEN = 1024;

/** Returns the smallest item. Items in order, as nearly all are, cost one comparison. */
export class InOrder<T> {
  readonly #items: Array<T | undefined> = [];
  readonly #compare: (one: T, other: T) => number;
  /** The index of the first item; the places before it are empty. */
  #start = 0;
  /** The index after the item that was added last. */
  #next = 0;
  /** The smallest item; not a getter, because it is read several times for each item. */
  first: T | undefined;

  /** @param compare - negative if `one` comes before `other` */
  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare;
  }

  /** The item after the first. */
  get second(): T | undefined {
    return this.first && this.#items[this.#start + 1];
  }

  add(item: T): void {
    const items = this.#items;
    const isLast = this.first === undefined || this.#compare(items[items.length - 1]!, item) <= 0;
    this.#next = isLast ? items.push(item) : this.#insert(item) + 1;
    this.first = items[this.#start];
  }

  /** Removes the first item. */
  take(): void {
    if (this.first === undefined) return;
    this.#items[this.#start] = undefined;
    this.#start += 1;
    if (this.#start > MANY_TAKEN && this.#start * 2 > this.#items.length) this.#freePlaces();
    this.first = this.#items[this.#start];
  }

  /** @returns where it lies now */
  #insert(item: T): number {
    const items = this.#items;
    const place = this.#placeOf(item);
    if (this.#start === 0 || place - this.#start > items.length - place) {
      items.splice(place, 0, item);
      return place;
    }
    // Fewer items lie before it than after it, and before them a place is empty.
    this.#start -= 1;
    for (let at = this.#start; at < place - 1; at += 1) items[at] = items[at + 1];
    items[place - 1] = item;
    return place - 1;
  }

  /** The index after all items that do not come after it: often the next one, as one response brings several. */
  #placeOf(item: T): number {
    let from = this.#start;
    let to = this.#items.length - 1;
    const next = this.#next;
    if (next > from && next <= to && this.#compare(this.#items[next - 1]!, item) <= 0) {
      if (this.#compare(this.#items[next]!, item) > 0) return next;
      from = next;
    }
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#compare(this.#items[middle]!, item) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #freePlaces(): void {
    this.#items.splice(0, this.#start);
    this.#next -= this.#start;
    this.#start = 0;
  }
}
