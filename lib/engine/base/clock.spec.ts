import { jest } from '@jest/globals';
import { LONGEST_TIMER_MS, systemClock } from './clock.js';

describe('systemClock', () => {
  const delaysMs: Array<number | undefined> = [];

  beforeEach(() => {
    delaysMs.length = 0;
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((_: unknown, ms?: number) => delaysMs.push(ms)) as never);
  });
  afterEach(() => jest.restoreAllMocks());

  it('has timers that do not fire before the time has passed, though those of Node fire up to 1 ms early', () => {
    systemClock.setTimer(() => undefined, 5);
    expect(delaysMs[0]! - 1).toBeGreaterThanOrEqual(5);
  });

  it('has no delay that is too long for a timer of Node, which would fire immediately', () => {
    systemClock.setTimer(() => undefined, LONGEST_TIMER_MS);
    expect(delaysMs).toEqual([LONGEST_TIMER_MS]);
  });
});
