import { formatDuration } from './duration.js';

describe('formatDuration', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [7.4, '7 ms'],
    [999, '999 ms'],
    [1000, '1 s'],
    [4249, '4.2 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [190_800_000, '2 d 5 h'],
    [31_622_400_000, '366 d'],
    [59_960, '1 min'],
    [9_999, '10 s'],
    [3_599_999, '1 h'],
    [172_799_999, '2 d'],
    [7_230_000, '2 h 1 min'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
