import { fileURLToPath } from 'node:url';

/** Frames to keep: from the engine up to the handler's own code. */
const DEPTH = 30;

/** The folder of this package's own code: its sources, or its build, in which the kit is one file. */
const OWN = ownFolder();

/**
 * The stack of a call. Keeping it costs little; its text is created, and mapped to the sources, when a place in it is
 * requested.
 */
export class CallStack {
  readonly #error: Error;
  #places: string[] | undefined;

  constructor() {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = DEPTH;
    this.#error = new Error();
    Error.stackTraceLimit = before;
  }

  /** The place in the user's code that leads here: the nearest frame outside this package, Node and other packages. */
  get userSite(): string | undefined {
    return this.#all.find(isUsers);
  }

  /**
   * The place that called a function that the kit has replaced; `undefined` if a package, the engine or Node called it.
   */
  get callerSite(): string | undefined {
    const caller = this.#all.find((place) => !isKits(place));
    return caller !== undefined && isUsers(caller) ? caller : undefined;
  }

  /** The place that leads to a reported resource, also through a package; `undefined` if the engine has started it. */
  get initiatorSite(): string | undefined {
    const initiator = this.#all.find((place) => place !== '' && !isKits(place));
    return initiator === undefined || isOwn(initiator) ? undefined : this.userSite;
  }

  get #all(): string[] {
    return (this.#places ??= (this.#error.stack ?? '').split('\n').slice(1).map(placeOf));
  }
}

/** `at name (file:///…/orders.ts:12:5)` or `at …/orders.ts:12:5`. */
function placeOf(frame: string): string {
  if (frame.includes('node:')) return '';
  const place = /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(frame.trim())?.[1] ?? '';
  return place.startsWith('file://') ? fileURLToPath(place) : place;
}

function isUsers(place: string): boolean {
  return place !== '' && !place.includes('node_modules') && !isOwn(place);
}

/** The project's own specs count as user code. */
function isOwn(place: string): boolean {
  return place.startsWith(OWN) && !/\.spec\.[cm]?[jt]s:/.test(place);
}

function isKits(place: string): boolean {
  return (
    isOwn(place) && /^((esm|cjs)[\\/])?testing[\\/](determinism[\\/]|run[\\/]|index\.)/.test(place.slice(OWN.length))
  );
}

function ownFolder(): string {
  const { stack = '' } = new Error();
  const here = placeOf(stack.split('\n')[1] ?? '');
  return here.replace(/((esm|cjs)[\\/])?testing[\\/](run[\\/]call-site|index)[^]*$/, '');
}
