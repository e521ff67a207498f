import { nodeModule } from '../../node-module.js';
import { isInstanceOfData } from './data-walk.js';
import type { SavedMembers } from './saved-members.js';
import type { Members } from './snapshot.js';
import { isCollection, type Watch, WatchedCollection } from './watched-collection.js';

/** Members that are watched themselves, by their names. */
export type Within = Readonly<Entries>;
type Entries = Array<[string, Watch<SavedMembers | undefined>]>;

/** How the members of an object are watched. */
export interface Watching {
  /** What is watched already: a request may hold the same object in several places, or in a circle. */
  readonly seen: Set<object>;
  watch(member: object): Watch<SavedMembers | undefined>;
  /** The same for a request within a request. */
  watchRequest(request: object): Watch<SavedMembers | undefined>;
}

/** Members into which guards write, whatever class they have. */
const WRITTEN_INTO = ['auth', 'body', 'headers', 'params', 'query', 'session', 'user'];

/**
 * The members of a request of HTTP that are watched: some of them are inherited.
 * @param own - its own members
 */
export function membersOfRequest(request: Members, own: Readonly<Members>, watching: Watching): Within {
  const response = request['res'] as Members | undefined;
  // What middleware has made for a request may hold both.
  if (response) watching.seen.add(response);
  const found = containersIn(own, watching);
  for (const name of WRITTEN_INTO) {
    if (holdsMembers(request, name)) add(found, [name, request[name] as object], watching);
  }
  if (response && isContainer(response['locals'])) add(found, ['res', localsOf(response)], watching);
  // Fastify's request wraps Node's own, which middleware has filled.
  const { raw } = request;
  if (isRequestOfNode(raw)) add(found, ['raw', raw], { ...watching, watch: watching.watchRequest });
  return found;
}

/** The objects, arrays and collections among members. */
export function containersIn(members: Readonly<Members>, watching: Watching): Entries {
  const found: Entries = [];
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (typeof member !== 'object' || member === null) continue;
    const isWatched = isContainer(member) || isCollection(member) || isInstanceOfData(member, watching.seen);
    if (isWatched) add(found, [name, member], watching);
  }
  return found;
}

function add(found: Entries, [name, member]: [string, object], { seen, watch }: Watching): void {
  if (seen.has(member)) return;
  seen.add(member);
  try {
    found.push([name, isCollection(member) ? new WatchedCollection(member, watch) : watch(member)]);
  } catch {
    // What cannot be read cannot be watched, such as what is behind a getter that throws.
  }
}

/** A response, as far as guards write data into it. */
function localsOf(response: Members): Members {
  return {
    get locals(): unknown {
      return response['locals'];
    },
    set locals(value: unknown) {
      response['locals'] = value;
    },
  };
}

function isContainer(value: unknown): value is Members {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

function isRequestOfNode(value: unknown): value is object {
  return typeof value === 'object' && value !== null && value instanceof nodeModule('node:http').IncomingMessage;
}

/** Not for members that are created again at each read, as the query of Express. */
function holdsMembers(request: Members, name: string): boolean {
  const value = request[name];
  const isObject = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
  return isObject && request[name] === value;
}
