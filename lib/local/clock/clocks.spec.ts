import { jest } from '@jest/globals';
import type { ServiceClock, TimerKind } from './clock.js';
import { ManualClock } from './manual-clock.js';
import { MinHeap } from './min-heap.js';
import { RealClock } from './real-clock.js';
import { SkipClock } from './skip-clock.js';
import { TimerQueue } from './timer-queue.js';

const DAY_MS = 86_400_000;
const later = (clock: ServiceClock, afterMs: number, run: () => void, kind: TimerKind = 'progress') =>
  clock.schedule({ atMs: clock.now() + afterMs, kind }, run);

describe('MinHeap', () => {
  it('gives back the smallest first, whatever the order of entry', () => {
    const heap = new MinHeap<number>((left, right) => left < right);
    const numbers = Array.from({ length: 500 }, (_, index) => (index * 7919) % 503);
    for (const number of numbers) heap.push(number);
    const out: number[] = [];
    for (let next = heap.pop(); next !== undefined; next = heap.pop()) out.push(next);
    expect(out).toEqual([...numbers].sort((left, right) => left - right));
  });
});

describe('TimerQueue', () => {
  it('keeps the order of scheduling for equal moments and forgets what was cancelled', () => {
    const queue = new TimerQueue();
    const ran: string[] = [];
    const cancel = queue.add(5, () => ran.push('cancelled'));
    for (const name of ['a', 'b', 'c']) queue.add(5, () => ran.push(name));
    queue.add(1, () => ran.push('first'));
    cancel();
    cancel();
    expect(queue.nextAtMs).toBe(1);
    for (let run = queue.takeDue(5); run; run = queue.takeDue(5)) run();
    expect(ran).toEqual(['first', 'a', 'b', 'c']);
    expect(queue.nextAtMs).toBeUndefined();
  });

  it('does not grow when timers come and are cancelled', () => {
    const queue = new TimerQueue();
    for (let index = 0; index < 100_000; index += 1) queue.add(index, () => undefined)();
    expect(queue.size).toBeLessThan(2_100);
  });
});

describe('RealClock', () => {
  beforeEach(() => jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => jest.useRealTimers());

  it('runs what is due, not earlier', () => {
    const clock = new RealClock();
    const run = jest.fn();
    later(clock, 1_000, run);
    jest.advanceTimersByTime(999);
    expect(run).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('waits for moments further away than Node can', () => {
    const clock = new RealClock();
    const run = jest.fn();
    later(clock, 40 * DAY_MS, run);
    jest.advanceTimersByTime(39 * DAY_MS);
    expect(run).not.toHaveBeenCalled();
    jest.advanceTimersByTime(DAY_MS);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('lets time pass faster by its scale', () => {
    const clock = new RealClock({ scale: 60 });
    const startMs = clock.now();
    const run = jest.fn();
    later(clock, 60_000, run);
    jest.advanceTimersByTime(1_000);
    expect([clock.now() - startMs, run.mock.calls.length]).toEqual([60_000, 1]);
  });

  it('tells when the clock of the system will show a time', () => {
    const clock = new RealClock({ scale: 60 });
    jest.advanceTimersByTime(1_000);
    expect(clock.onSystemClock(clock.now() + 60_000) - Date.now()).toBe(1_000);
    clock.advance(DAY_MS);
    expect(clock.onSystemClock(clock.now() + 60_000) - Date.now()).toBe(1_000);
  });

  it('goes on when the clock of the system is set back, and so do its timers', () => {
    const clock = new RealClock();
    const before = clock.now();
    const run = jest.fn();
    later(clock, 1_000, run);
    jest.setSystemTime(5);
    expect(clock.now()).toBe(before);
    jest.advanceTimersByTime(400);
    expect(clock.now()).toBe(before + 400);
    jest.advanceTimersByTime(600);
    expect(run).toHaveBeenCalledTimes(1);
    later(clock, 1_000, run);
    jest.advanceTimersByTime(1_000);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('notices within a minute that the machine has slept', () => {
    const clock = new RealClock();
    const run = jest.fn();
    later(clock, 4 * 3_600_000, run);
    jest.setSystemTime(Date.now() + 8 * 3_600_000);
    jest.advanceTimersByTime(60_000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('runs what comes due on the way when it is advanced, each at its own moment', () => {
    const clock = new RealClock();
    const startMs = clock.now();
    const ran: number[] = [];
    later(clock, 2_000, () => ran.push(clock.now() - startMs));
    later(clock, 1_000, () => {
      ran.push(clock.now() - startMs);
      later(clock, 500, () => ran.push(clock.now() - startMs));
    });
    clock.advance(10_000);
    expect([ran, clock.now() - startMs]).toEqual([[1_000, 1_500, 2_000], 10_000]);
  });

  it('has no timer left when it is closed', () => {
    const clock = new RealClock();
    later(clock, 1_000, () => undefined);
    clock.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([0, -1, Number.NaN])('refuses a scale of %p', (scale) => {
    expect(() => new RealClock({ scale })).toThrow('RealClock: scale must be a number greater than 0');
  });
});

describe.each<[string, () => ServiceClock]>([
  ['ManualClock', () => new ManualClock(1_000)],
  ['RealClock', () => new RealClock()],
  ['SkipClock', () => new SkipClock()],
])('%s', (_name, create) => {
  it.each([NaN, -1, Infinity, undefined, '5'])('refuses to advance by %p, and keeps its time', (byMs) => {
    const clock = create();
    const before = clock.now();
    expect(() => clock.advance(byMs as number)).toThrow(`advance() needs a number of milliseconds of at least 0, not`);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    clock.close();
  });
});

describe('ManualClock', () => {
  it.each([NaN, undefined, '2026-01-31', new Date(0)])('refuses to start at %p', (startMs) => {
    expect(() => new ManualClock(startMs as number)).toThrow('ManualClock needs its start in epoch milliseconds, not');
  });

  it('stands still until advanced', () => {
    const clock = new ManualClock(1_000);
    const run = jest.fn();
    later(clock, 10, run);
    clock.advance(9);
    expect([clock.now(), run.mock.calls.length]).toEqual([1_009, 0]);
    clock.advance(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('runs what is due already without being advanced, but not at once', async () => {
    const clock = new ManualClock(1_000);
    const ran = new Promise<void>((resolve) => later(clock, 0, resolve));
    await expect(ran).resolves.toBeUndefined();
  });
});

describe('SkipClock', () => {
  let clock: SkipClock;
  beforeEach(() => {
    clock = new SkipClock();
  });
  afterEach(() => clock.close());

  it('jumps to progress after progress, in order', async () => {
    const startMs = clock.now();
    const ran: number[] = [];
    await new Promise<void>((resolve) => {
      later(clock, 2 * DAY_MS, resolve);
      later(clock, DAY_MS, () => ran.push(Math.round((clock.now() - startMs) / DAY_MS)));
    });
    expect(ran).toEqual([1]);
    expect(Math.round((clock.now() - startMs) / DAY_MS)).toBe(2);
  });

  it('does not jump while anything holds it', async () => {
    const release = clock.hold();
    const run = jest.fn();
    later(clock, DAY_MS, run);
    await turns();
    expect(run).not.toHaveBeenCalled();
    release();
    release();
    await turns();
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('does not jump to a deadline, but keeps its place among progress', async () => {
    const ran: string[] = [];
    later(clock, DAY_MS, () => ran.push('deadline'), 'deadline');
    await turns();
    expect(ran).toEqual([]);
    later(clock, 2 * DAY_MS, () => ran.push('progress'));
    await turns();
    expect(ran).toEqual(['deadline', 'progress']);
  });

  it('jumps no further than to a deadline that ends what it jumps for', async () => {
    const startMs = clock.now();
    const cancel = later(clock, 30 * DAY_MS, () => undefined);
    later(clock, DAY_MS, cancel, 'deadline');
    later(clock, 10 * DAY_MS, () => undefined, 'deadline');
    await turns();
    expect(Math.round((clock.now() - startMs) / DAY_MS)).toBe(1);
  });

  it('tells how much time has passed without what it skipped', async () => {
    const startMs = clock.now();
    await new Promise<void>((resolve) => later(clock, 30 * DAY_MS, resolve));
    expect(clock.unskipped() - startMs).toBeLessThan(DAY_MS);
    clock.advance(DAY_MS);
    expect(Math.round((clock.unskipped() - startMs) / DAY_MS)).toBe(1);
  });

  it('tells when the clock of the system will show a time, without what it skipped', async () => {
    const atMs = clock.now() + DAY_MS;
    const before = clock.onSystemClock(atMs);
    await new Promise<void>((resolve) => later(clock, DAY_MS, resolve));
    expect(Math.round((before - clock.onSystemClock(atMs)) / DAY_MS)).toBe(1);
  });

  it('forgets what was cancelled', async () => {
    const run = jest.fn();
    later(clock, DAY_MS, run)();
    const before = clock.now();
    await turns();
    expect(run).not.toHaveBeenCalled();
    expect(clock.now() - before).toBeLessThan(DAY_MS);
  });
});

/** A few turns of the event loop, in which a clock that wants to jump does. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
