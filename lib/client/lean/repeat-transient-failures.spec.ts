import { jest } from '@jest/globals';
import { pauseMs, requestedPauseMs } from './repeat-transient-failures.js';

const transient = { isThrottled: false, requestedMs: 0 };

describe('pauseMs', () => {
  it('doubles with each attempt', () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);

    expect([1, 2, 3].map((attempt) => pauseMs({ attempt, ...transient }))).toEqual([50, 100, 200]);
    expect(pauseMs({ attempt: 1, isThrottled: true, requestedMs: 0 })).toBe(1_000);
    expect(pauseMs({ attempt: 12, isThrottled: true, requestedMs: 0 })).toBe(20_000);
  });

  it('is a random share', () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.25);

    expect(pauseMs({ attempt: 2, ...transient })).toBe(25);
  });

  it.each([
    [10, 50],
    [3_000, 3_000],
    [60_000, 5_050],
  ])('follows the wish of the service for %d ms, within reason', (requestedMs, expectedMs) => {
    jest.spyOn(Math, 'random').mockReturnValue(1);

    expect(pauseMs({ attempt: 1, isThrottled: false, requestedMs })).toBe(expectedMs);
  });
});

describe('requestedPauseMs', () => {
  const after = (headers: object) => requestedPauseMs({ $response: { headers } });

  it.each([
    [{}, 0],
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'soon' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0],
    [{ 'x-amz-retry-after': '150' }, 150],
  ])('reads %j', (headers, expectedMs) => {
    expect(after(headers)).toBe(expectedMs);
  });

  it('reads a date', () => {
    const nowMs = Date.UTC(2026, 11, 31, 23, 59, 59, 250);
    jest.spyOn(Date, 'now').mockReturnValue(nowMs);

    expect(after({ 'retry-after': 'Fri, 01 Jan 2027 00:00:59 GMT' })).toBe(59_750);
    jest.restoreAllMocks();
  });

  it('finds none in an error without an answer', () => {
    expect(requestedPauseMs(new Error('reset'))).toBe(0);
  });
});
