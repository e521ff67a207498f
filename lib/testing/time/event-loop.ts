/**
 * The timers of the process as they are when this module is loaded. Fake timers of a test runner, installed later, replace
 * the globals; the testing kit and the engine under test go on with these.
 */
export const { setTimeout, clearTimeout, setImmediate, clearImmediate } = globalThis;

/** Resolves when everything that is ready now has run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Milliseconds of real time, from some moment on. */
export const realNowMs: () => number = performance.now.bind(performance);
