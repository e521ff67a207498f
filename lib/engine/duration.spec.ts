import { MAX_DELAY_SECONDS } from '../wire/limits.js';
import { type Duration, toDelaySeconds, toSeconds } from './duration.js';

describe('toSeconds', () => {
  it.each<[Duration, number]>([
    [{ seconds: 30 }, 30],
    [{ minutes: 2 }, 120],
    [{ hours: 1, seconds: 1 }, 3601],
    [{ days: 1, hours: 2, minutes: 3, seconds: 4 }, 93_784],
    [{ seconds: 0.25 }, 0.25],
    [{ days: 1, hours: '2', seconds: '5' } as never, 93_605],
  ])('sums %j to %d seconds', (duration, seconds) => {
    expect(toSeconds(duration)).toBe(seconds);
  });

  it('is NaN when a part is no number', () => {
    expect(toSeconds({ seconds: 'soon' } as never)).toBeNaN();
  });
});

describe('toDelaySeconds', () => {
  it.each([
    [0, 1],
    [0.2, 1],
    [1, 1],
    [1.01, 2],
    [59.5, 60],
    [-5, 1],
    [-Infinity, 1],
    [NaN, 1],
    [Infinity, MAX_DELAY_SECONDS],
    [MAX_DELAY_SECONDS + 0.5, MAX_DELAY_SECONDS],
  ])('turns %d into %d, which the service accepts', (seconds, whole) => {
    expect(toDelaySeconds(seconds, MAX_DELAY_SECONDS)).toBe(whole);
  });
});
