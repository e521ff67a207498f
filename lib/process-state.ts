import { PACKAGE_VERSION } from './package-version.js';

const KEY = Symbol.for('nestjs-durable-execution');

/**
 * What the copies of this package in a process have in common. An application may load its ES modules and its CommonJS
 * build, or two installed copies: a `@Step()` of one is to find the execution that the other runs.
 */
interface ProcessState {
  /** Exactly: copies that may differ in anything share nothing. */
  readonly version: string;
  readonly values: Map<string, unknown>;
  /** Versions of copies that found this state and could not share it. */
  readonly otherVersions: Set<string>;
}

const state = claim();

function claim(): ProcessState {
  const holder = globalThis as { [KEY]?: ProcessState };
  const own: ProcessState = { version: PACKAGE_VERSION, values: new Map(), otherVersions: new Set() };
  const first = (holder[KEY] ??= own);
  if (first.version === PACKAGE_VERSION) return first;
  first.otherVersions.add(PACKAGE_VERSION);
  return own;
}

/** The one value of a name for all copies, made by whichever asks first. */
export function shared<T>(name: string, make: () => T): T {
  if (!state.values.has(name)) state.values.set(name, make());
  return state.values.get(name) as T;
}

/** The versions that are loaded and cannot work together; empty when all is well. */
export function clashingVersions(): string[] {
  const { version, otherVersions } = (globalThis as { [KEY]?: ProcessState })[KEY] ?? state;
  return otherVersions.size > 0 ? [version, ...otherVersions] : [];
}
