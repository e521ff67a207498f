import { fileURLToPath } from 'node:url';

/** Frames to keep: from the engine up to the handler's own code. */
const DEPTH = 30;

/** Where this package's own code lies: its sources, or what is built of them, in which the kit is one file. */
const OWN = ownFolder();

/**
 * The stack of a call. Keeping it costs little; its text is made, and mapped to the sources, when a place in it is asked for.
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

  /** The place in the user's code that leads here: the nearest frame that is neither ours, nor Node's, nor a package's. */
  get userSite(): string | undefined {
    return this.#all.find(isUsers);
  }

  /** The place that called what the kit has replaced; `undefined` when a package, the engine or Node called. */
  get callerSite(): string | undefined {
    const caller = this.#all.find((place) => !isKits(place));
    return caller !== undefined && isUsers(caller) ? caller : undefined;
  }

  /** The place that leads to what the kit was told of, by way of a package as well; `undefined` when the engine has begun it. */
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

/** The project's own specs are users of it. */
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
