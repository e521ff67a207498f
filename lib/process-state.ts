import { PACKAGE_VERSION } from './package-version.js';

const KEY = Symbol.for('nestjs-durable-execution');

/**
 * State that all copies of this package in a process share. An application may load both its ES modules and its
 * CommonJS build, or two installed copies: a `@Step()` of one must find the execution that the other runs.
 */
interface ProcessState {
  /** Compared exactly: copies that differ in anything share nothing. */
  readonly version: string;
  readonly values: Map<string, unknown>;
  /** Versions of copies that found this state and could not share it. */
  readonly otherVersions: Set<string>;
}

/**
 * Node's own, whatever fake timers of a test put in its place later: this file is loaded with the first import of the package.
 * Importing it from `node:process` would read every member of `process`, and so open the standard streams: milliseconds of
 * each cold start.
 */
export const { nextTick } = process;

const state = claim();

function claim(): ProcessState {
  const holder = globalThis as { [KEY]?: ProcessState };
  const own: ProcessState = { version: PACKAGE_VERSION, values: new Map(), otherVersions: new Set() };
  const first = (holder[KEY] ??= own);
  if (first.version === PACKAGE_VERSION) return first;
  first.otherVersions.add(PACKAGE_VERSION);
  return own;
}

/** The value of a name that all copies share, created by the first that needs it. */
export function shared<T>(name: string, make: () => T): T {
  if (!state.values.has(name)) state.values.set(name, make());
  return state.values.get(name) as T;
}

/** The loaded versions that cannot work together; empty if there is only one. */
export function clashingVersions(): string[] {
  const { version, otherVersions } = (globalThis as { [KEY]?: ProcessState })[KEY] ?? state;
  return otherVersions.size > 0 ? [version, ...otherVersions] : [];
}
