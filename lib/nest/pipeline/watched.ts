import { currentInvocation } from '../../engine/adapter.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { memberNotSaved } from './execution.messages.js';
import { dataFormOf, fromDataForm } from './data-form.js';
import { removalsOf, type SavedMembers, withoutEmpty } from './saved-members.js';
import { isSecret } from './secret-names.js';
import { type Members, put, Snapshot } from './snapshot.js';
import type { Watch } from './watched-collection.js';
import { containersIn, membersOfRequest, type Watching, type Within } from './watched-within.js';

/** The maximum depth of saved data. */
const MAX_DEPTH = 20;

/** How all members at a depth are watched: they share it, because a body may have very many. */
class Level implements Watching {
  #deeper: Level | undefined;

  /** @param depth - 0 for a request of HTTP, which has members that are not data, and inherited members */
  constructor(
    readonly depth: number,
    readonly seen: Set<object>,
  ) {}

  readonly watch = (member: object): Watched => {
    this.#deeper ??= new Level(this.depth + 1, this.seen);
    return new Watched(member as Members, this.#deeper);
  };

  readonly watchRequest = (request: object): Watched => new Watched(request as Members, new Level(0, this.seen));
}

/**
 * Watches what guards do to an object, and to the objects and arrays in it. It is a snapshot and has none, because a
 * body may have very many objects.
 */
export class Watched extends Snapshot implements Watch<SavedMembers | undefined> {
  readonly #within: Within;

  constructor(object: Members, level: Level) {
    super(object, level.depth === 0);
    this.#within = this.#membersWithin(level);
  }

  static ofRequest(request: object, isHttp: boolean): Watched {
    return new Watched(request as Members, new Level(isHttp ? 0 : 1, new Set([request])));
  }

  #membersWithin(level: Level): Within {
    if (level.depth === MAX_DEPTH) return [];
    if (level.depth > 0) return containersIn(this.members, level);
    const within = membersOfRequest(this.object, this.members, level);
    this.include(within.map(([name]) => name));
    return within;
  }

  async changes(): Promise<SavedMembers | undefined> {
    const saved: Required<SavedMembers> = { data: {}, live: [], removed: [], within: {} };
    for (const name of this.changedNames()) {
      const value = this.object[name];
      if (value === undefined) {
        if (this.had(name)) saved.removed.push(name);
        continue;
      }
      const form = await dataFormOf(name, value);
      if (form) saved.data[name] = form;
      else if (form === undefined) saved.live.push(name);
    }
    for (const [name, watched] of this.#unreplaced()) {
      const changes = watched.isTouched() ? await watched.changes() : undefined;
      // Such as the cookies that a parser has put there: what guards add to them is as secret.
      const savable = isSecret(name) ? removalsOf(changes) : changes;
      if (savable) saved.within[name] = savable;
    }
    return withoutEmpty(saved);
  }

  restore({ data = {}, live = [], removed = [], within = {} }: SavedMembers = {}): void {
    for (const name of this.changedNames()) {
      if (!live.includes(name)) this.takeBack(name);
    }
    for (const [name, form] of Object.entries(data)) put(this.object, name, fromDataForm(form, name));
    for (const name of removed) Reflect.deleteProperty(this.object, name);
    for (const name of live) this.#refuseMissing(name);
    for (const [name, watched] of this.#unreplaced()) {
      if (within[name] || watched.isTouched()) watched.restore(within[name]);
    }
  }

  /** Restores what no guard has changed today. */
  restoreMissing({ data = {}, removed = [], within = {} }: SavedMembers = {}): void {
    const isUntouched = (name: string) => this.isUnchanged(name);
    for (const [name, form] of Object.entries(data)) {
      if (isUntouched(name)) put(this.object, name, fromDataForm(form, name));
    }
    for (const name of removed.filter(isUntouched)) Reflect.deleteProperty(this.object, name);
    for (const [name, watched] of this.#unreplaced()) {
      if (within[name]) watched.restoreMissing(within[name]);
    }
  }

  /** Whether guards have changed a member of it, or of what is in it. */
  isTouched(): boolean {
    return this.hasChanged() || this.#within.some(([, watched]) => watched.isTouched());
  }

  /** A member that was replaced as a whole counts as one change. */
  #unreplaced(): Within {
    return this.#within.filter(([name]) => this.isUnchanged(name));
  }

  /**
   * A member that was not data then, and that no guard has added now: reading it must not silently return nothing. The
   * execution fails, also if a filter or an interceptor turns the error into a response: the first invocation went on.
   */
  #refuseMissing(name: string): void {
    if (this.object[name] !== undefined) return;
    const get = () => {
      const error = new DurableConfigurationError(memberNotSaved(name));
      currentInvocation()?.proposeFailure(error);
      throw error;
    };
    const set = (value: unknown) =>
      Object.defineProperty(this.object, name, { value, configurable: true, enumerable: true, writable: true });
    Object.defineProperty(this.object, name, { configurable: true, enumerable: false, get, set });
  }
}
