import type { Operation } from '../../../wire/operation.js';
import { endMomentOf, endsOutside, msLeftOf } from './end-moment.js';

const MS = 1_767_356_934_930;

describe('endMomentOf', () => {
  it.each<[Operation['Type'], isOutside: boolean]>([
    ['STEP', false],
    ['CONTEXT', false],
    ['WAIT', true],
    ['CALLBACK', true],
    ['CHAINED_INVOKE', true],
  ])(
    'puts ends from outside behind all others of their millisecond, and before those of the next: %s',
    (Type, isOutside) => {
      const moment = endMomentOf({ Type, EndTimestamp: MS })!;
      expect(endsOutside({ Type })).toBe(isOutside);
      expect(moment > MS).toBe(isOutside);
      expect(moment).toBeLessThan(endMomentOf({ Type: 'STEP', EndTimestamp: MS + 1 })!);
    },
  );

  it('is not known where the service does not say', () => {
    expect(endMomentOf({ Type: 'WAIT' })).toBeUndefined();
    expect(endMomentOf({ Type: 'STEP', EndTimestamp: '' })).toBeUndefined();
  });
});

describe('msLeftOf', () => {
  it.each<[what: string, sinceMs: number, leftMs: number]>([
    ['all of a millisecond that has just begun', 0, 1],
    ['more where the other clock is a little ahead', -1, 2],
    ['nothing once it is over', 1, 0],
    ['nothing of one long ago', 5_000, 0],
    ['nothing by a clock that is another one', -2, 0],
  ])('leaves %s', (_what, sinceMs, leftMs) => {
    expect(msLeftOf(MS, MS + sinceMs)).toBe(leftMs);
  });
});
