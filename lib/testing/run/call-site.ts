import { fileURLToPath } from 'node:url';

/** Frames to keep: from the engine up to the handler's own code. */
const DEPTH = 60;

/** Where this package's own code lies, whether it runs from its sources or is installed. */
const OWN = ownFolder();

/** The place in the user's code that leads here: the nearest frame that is neither ours, nor Node's, nor a package's. */
export function userCallSite(): string | undefined {
  return places().find(isUsers);
}

/** The place that called this package, where it lies in the user's code; `undefined` when a package or Node called. */
export function callerSite(): string | undefined {
  const caller = places().find((place) => place === '' || !isOwn(place));
  return caller !== undefined && isUsers(caller) ? caller : undefined;
}

function places(): string[] {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = DEPTH;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = before;
  return stack.split('\n').slice(1).map(placeOf);
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

function ownFolder(): string {
  const { stack = '' } = new Error();
  const here = placeOf(stack.split('\n')[1] ?? '');
  return here.replace(/testing[\\/]run[\\/]call-site[^]*$/, '');
}
