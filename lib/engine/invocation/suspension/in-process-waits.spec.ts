import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { turns } from '../../../../test/engine/support/turns.js';
import { LONGEST_TIMER_MS } from '../../base/clock.js';
import { InProcessWaits } from './in-process-waits.js';

function openWaits({ remainingMs = Infinity } = {}) {
  const clock = new ManualClock();
  const startMs = clock.now();
  const polledAtMs: number[] = [];
  let onPoll: () => void = () => undefined;
  const waits = new InProcessWaits({
    clock,
    remainingMs: () => startMs + remainingMs - clock.now(),
    poll: async () => {
      polledAtMs.push(clock.now() - startMs);
      onPoll();
    },
  });
  return { waits, clock, startMs, polledAtMs, whenPolled: (callback: () => void) => (onPoll = callback) };
}

describe('InProcessWaits', () => {
  it('asks the service when a wait is due, not before', async () => {
    const { waits, clock, startMs, polledAtMs } = openWaits();
    waits.add('a', startMs + 5000);
    await clock.advance(4999);
    expect(polledAtMs).toEqual([]);
    await clock.advance(1);
    expect(polledAtMs).toEqual([5000]);
  });

  it.each([
    ['stands still', 0],
    ['is set back', -3_600_000],
  ])('asks when a wait is due although the clock %s meanwhile', async (_, byMs) => {
    const { waits, clock, startMs, whenPolled } = openWaits();
    let polls = 0;
    whenPolled(() => (polls += 1));
    waits.add('a', startMs + 5000);
    clock.now = () => startMs + byMs;
    await clock.advance(5000);
    expect(polls).toBe(1);
    await clock.advance(1000);
    expect(polls).toBe(2);
  });

  it('asks after a second where only the outside knows', async () => {
    const { waits, clock, polledAtMs } = openWaits();
    waits.add('callback', undefined);
    await clock.advance(1000);
    expect(polledAtMs).toEqual([1000]);
  });

  it('asks at once for what is overdue', async () => {
    const { waits, clock, startMs, polledAtMs } = openWaits();
    waits.add('a', startMs - 10_000);
    await clock.advance(0);
    expect(polledAtMs).toEqual([0]);
  });

  it('pauses min(n, 10) seconds after the n-th fruitless poll, and 60 from the 96th on', async () => {
    const { waits, clock, polledAtMs } = openWaits();
    waits.add('callback', undefined);
    await clock.advance(2000 * 1000);
    const pauses = polledAtMs.slice(0, 100).map((at, index) => (at - (polledAtMs[index - 1] ?? 0)) / 1000);
    expect(pauses.slice(0, 13)).toEqual([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]);
    expect(pauses.slice(93, 100)).toEqual([10, 10, 10, 60, 60, 60, 60]);
  });

  it('uses one timer for all, set for the first that is due', async () => {
    const { waits, clock, startMs, polledAtMs, whenPolled } = openWaits();
    waits.add('late', startMs + 9000);
    waits.add('early', startMs + 3000);
    waits.add('later', startMs + 20_000);
    expect(clock.pendingMs).toEqual([3000]);
    whenPolled(() => waits.remove('early'));
    await clock.advance(3000);
    expect(clock.pendingMs).toEqual([6000]);
    expect(polledAtMs).toEqual([3000]);
  });

  it('asks once for those that are due together', async () => {
    const { waits, clock, startMs, polledAtMs } = openWaits();
    waits.add('a', startMs + 2000);
    waits.add('b', startMs + 2000);
    await clock.advance(2000);
    expect(polledAtMs).toEqual([2000]);
  });

  it('begins the pauses anew for an operation that waits once more', async () => {
    const { waits, clock, startMs, polledAtMs } = openWaits();
    waits.add('retry', undefined);
    await clock.advance(7000);
    waits.remove('retry');
    waits.add('retry', startMs + 8000);
    await clock.advance(2000);
    expect(polledAtMs).toEqual([1000, 2000, 4000, 7000, 8000, 9000]);
  });

  it('keeps no timer when nothing waits any more', async () => {
    const { waits, clock, startMs } = openWaits();
    waits.add('a', startMs + 1000);
    waits.remove('unknown');
    expect(clock.pendingMs).toEqual([1000]);
    waits.remove('a');
    expect(clock.pendingMs).toEqual([]);
  });

  it('goes on for those that come while it asks', async () => {
    const { waits, clock, startMs, polledAtMs, whenPolled } = openWaits();
    waits.add('a', startMs + 1000);
    whenPolled(() => {
      waits.remove('a');
      waits.add('b', startMs + 4000);
      whenPolled(() => waits.remove('b'));
    });
    await clock.advance(10_000);
    expect(polledAtMs).toEqual([1000, 4000]);
    expect(clock.pendingMs).toEqual([]);
  });

  it.each([
    ['more than a second before the deadline', 10_000, 9000, true],
    ['within the last second', 10_000, 9001, false],
    ['as long as a timer can be', Infinity, LONGEST_TIMER_MS, true],
    ['longer than a timer can be, which would fire at once', Infinity, LONGEST_TIMER_MS + 1, false],
  ])('is armed for a poll %s: %#', async (_, remainingMs, delayMs, isArmed) => {
    const { waits, clock, startMs } = openWaits({ remainingMs });
    waits.add('a', startMs + delayMs);
    expect(clock.pendingMs).toEqual(isArmed ? [delayMs] : []);
  });

  it('is armed for an earlier one after a later one could not be', () => {
    const { waits, clock, startMs } = openWaits({ remainingMs: 10_000 });
    waits.add('too late', startMs + 60_000);
    waits.add('in time', startMs + 2000);
    expect(clock.pendingMs).toEqual([2000]);
  });

  it('stops for good: no timer, also for those that come later or while it asks', async () => {
    const { waits, clock, startMs, polledAtMs, whenPolled } = openWaits();
    waits.add('a', startMs + 1000);
    whenPolled(() => waits.stop());
    await clock.advance(1000);
    waits.add('b', startMs + 1000);
    await clock.advance(60_000);
    await turns(2);
    expect(polledAtMs).toEqual([1000]);
    expect(clock.pendingMs).toEqual([]);
  });
});
