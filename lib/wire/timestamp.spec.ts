import { toEpochMs } from './timestamp.js';

const MS = 1_769_838_500_123;

describe('toEpochMs', () => {
  it.each<[string, Parameters<typeof toEpochMs>[0]]>([
    ['milliseconds', MS],
    ['seconds with a fraction', 1_769_838_500.123],
    ['seconds as text', '1769838500.123'],
    ['ISO-8601', '2026-01-31T05:48:20.123Z'],
    ["Java's text", '2026-01-31 05:48:20.123+00:00'],
    ['a Date', new Date(MS)],
  ])('reads %s', (_, timestamp) => {
    expect(toEpochMs(timestamp)).toBe(MS);
  });

  it('reads the small numbers of a stand-in for the service as it reads their dates', () => {
    for (const ms of [0, 1, 1_010, 80_000]) expect(toEpochMs(ms)).toBe(toEpochMs(new Date(ms)));
  });

  it.each([undefined, null, '', 'soon', NaN, new Date(NaN), {} as never])('knows no time of %s', (timestamp) => {
    expect(toEpochMs(timestamp)).toBeUndefined();
  });
});
