let isArming = false;

/** Whether the kit itself, or the engine through the clock of the kit, is arming a timer now. */
export function isKitArming(): boolean {
  return isArming;
}

/** Marks the timers of a call as the kit's own, so that they are not taken for timers of user code. */
function ours<F extends (...args: never[]) => unknown>(arm: F): F {
  return ((...args: never[]) => {
    isArming = true;
    try {
      return arm(...args);
    } finally {
      isArming = false;
    }
  }) as F;
}

/**
 * The timers of the process as they are when this module is loaded. Fake timers of a test runner, installed later,
 * replace the globals; the testing kit and the engine under test continue with these.
 */
export const { clearTimeout, clearImmediate } = globalThis;
export const setTimeout: (callback: () => void, delayMs: number) => NodeJS.Timeout = ours(globalThis.setTimeout);
export const setImmediate: (callback: () => void) => NodeJS.Immediate = ours(globalThis.setImmediate);

const areMissing = typeof globalThis.setImmediate !== 'function';
const areFake = 'clock' in globalThis.setTimeout || '_isMockFunction' in globalThis.setTimeout;

/** @throws Error if the timers were fake, or not there, when this module was loaded: nothing would ever run */
export function requireTimers(): void {
  if (areMissing)
    throw new Error(
      'The environment of this test has no setImmediate(), as jsdom under jest, so no execution could run. Set ' +
        "`testEnvironment: 'node'` in the configuration of jest, or write `@jest-environment node` in a comment at the " +
        'top of the file.',
    );
  if (!areFake) return;
  throw new Error(
    'The timers were already fake when the testing kit was loaded, so no execution could run. Remove ' +
      '`fakeTimers: { enableGlobally: true }` from the configuration of jest, call `jest.useFakeTimers()` in the test, ' +
      'after the imports, and `jest.useRealTimers()` in afterEach(): a test that has timed out leaves them fake.',
  );
}

/** Resolves when everything that is ready now has run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Milliseconds of real time, from an arbitrary start. */
export const realNowMs: () => number = performance.now.bind(performance);
