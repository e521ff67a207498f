import type { Observer } from './run-program.js';

/** What the code of a context has seen. */
export interface Seen {
  context: string;
  what: string;
}

/** The path that an execution has taken so far: what its code has seen, in order. Holds every invocation to it. */
export class Path implements Observer {
  readonly #path: Seen[];
  #seen: Seen[] = [];
  #bodies = new Set<string>();
  readonly #attempts = new Set<string>();
  readonly #patches = new Map<string, boolean>();
  /** Attempts of steps that have run more than once: a crash may cause that, and nothing else. */
  readonly repeated: string[] = [];

  /** @param taken - by the invocations before, maybe in another process */
  constructor(taken: readonly Seen[] = []) {
    this.#path = [...taken];
  }

  get taken(): readonly Seen[] {
    return [...this.#path];
  }

  beginInvocation(): void {
    this.#seen = [];
    this.#bodies = new Set();
  }

  onBody(context: string): void {
    this.#bodies.add(context);
  }

  onAttempt(step: string, attempt: number): void {
    const which = `attempt ${attempt} of ${step}`;
    if (this.#attempts.has(which)) this.repeated.push(which);
    this.#attempts.add(which);
  }

  onSeen(context: string, what: string): void {
    this.#seen.push({ context, what });
  }

  onPatch(path: string, isPatched: boolean): void {
    if ((this.#patches.get(path) ?? isPatched) !== isPatched)
      throw new Error(`the patch ${path} was ${!isPatched} before`);
    this.#patches.set(path, isPatched);
  }

  onNote(path: string, recorded: string, seen: string): void {
    if (recorded !== seen) throw new Error(`${path} had recorded [${recorded}], and now the code has seen [${seen}]`);
  }

  /**
   * The code of a context that has ended is not run again, so what it had seen is left out.
   * @throws when the code has seen something else than in the invocations before, or in another order
   */
  endInvocation(): void {
    const before = this.#path.filter(({ context }) => this.#bodies.has(context));
    const common = Math.min(before.length, this.#seen.length);
    for (let at = 0; at < common; at += 1) {
      if (before[at]!.what !== this.#seen[at]!.what) throw new Error(this.#difference(before, at));
    }
    this.#path.push(...this.#seen.slice(common));
  }

  #difference(before: readonly Seen[], at: number): string {
    const tell = (seen: readonly Seen[]) => seen.slice(Math.max(0, at - 3), at + 4).map(({ what }) => what);
    return `another path, at ${at}: first ${JSON.stringify(tell(before))}, now ${JSON.stringify(tell(this.#seen))}`;
  }
}
