import { unreadable } from '../../../test/engine/support/unreadable.js';
import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import { type Duration, secondsOf, toDelaySeconds } from './duration.js';
import { ConfigValidationError } from './errors/context-errors.js';

const trap = () => {
  throw new Error('trap');
};

/** As of a library whose units are getters. */
class ForeignDuration {
  constructor(
    readonly days: number,
    readonly inWeeks: number,
  ) {}

  get weeks() {
    return this.inWeeks;
  }

  get seconds() {
    return 5;
  }
}

describe('secondsOf', () => {
  it.each<[Duration, number]>([
    [{ seconds: 30 }, 30],
    [{ minutes: 2 }, 120],
    [{ hours: 1, seconds: 1 }, 3601],
    [{ days: 1, hours: 2, minutes: 3, seconds: 4 }, 93_784],
    [{ seconds: 0.25 }, 0.25],
    [{ seconds: 0 }, 0],
    [{ days: 0, seconds: 5 }, 5],
    [Object.assign(Object.create(null), { seconds: 5 }) as Duration, 5],
    [new ForeignDuration(1, 0), 86_405],
  ])('sums %j to %d seconds', (duration, seconds) => {
    expect(secondsOf(duration, 'It')).toBe(seconds);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 60, '60'],
    ['a text', 'PT1H', 'PT1H'],
    ['no unit', {}, '{}'],
    ['another unit', { milliseconds: 5000 }, 'milliseconds'],
    ['a misspelt unit beside a right one', { hours: 1, minuts: 30 }, 'minuts'],
    ['undefined', { seconds: undefined }, 'undefined'],
    ['undefined beside a number', { hours: 1, minutes: undefined }, 'minutes: undefined'],
    [
      'units without a value',
      { hours: 1, minutes: undefined, seconds: null },
      'Leave out minutes and seconds, or give 0.',
    ],
    ['null', { seconds: null }, 'null'],
    ['text', { minutes: '5' }, "'5'"],
    ['a boolean', { seconds: true }, 'true'],
    ['a bigint', { seconds: 5n }, '5n'],
    ['a list', { seconds: [7] }, '7'],
    ['less than nothing', { seconds: -5 }, '-5'],
    ['less than nothing beside more', { hours: 1, seconds: -5 }, '-5'],
    ['no number', { seconds: NaN }, 'NaN'],
    ['for ever', { days: Infinity }, 'Infinity'],
    ['a moment', new Date(0), '1970'],
    ['a list in place of an object', [60], '60'],
    ['a unit of another library, which would be left out', new ForeignDuration(1, 2), 'inWeeks: 2'],
    ['a getter that throws', Object.defineProperty({}, 'seconds', { get: trap, enumerable: true }), 'Getter'],
    ['a proxy whose traps throw', new Proxy({}, { has: trap, get: trap, ownKeys: trap }), '{}'],
    ['a revoked proxy', unreadable(), 'Proxy'],
  ])('refuses %s', (_, duration, word) => {
    const refusal = () => secondsOf(duration, 'The timeout of Callback "approval"');

    expect(refusal).toThrow(ConfigValidationError);
    expect(refusal).toThrow(/^The timeout of Callback "approval" is /);
    expect(refusal).toThrow(word);
  });

  it('refuses what is longer than the maximum', () => {
    expect(secondsOf({ minutes: 1 }, 'It', 60)).toBe(60);
    expect(() => secondsOf({ seconds: 60.5 }, 'It', 60)).toThrow('It is { seconds: 60.5 }');
    expect(() => secondsOf({ seconds: 60.5 }, 'It', 60)).toThrow('at most 60 seconds');
  });
});

describe('toDelaySeconds', () => {
  it.each([
    [0, 1],
    [0.2, 1],
    [1, 1],
    [1.01, 2],
    [59.5, 60],
    [MAX_DELAY_SECONDS + 0.5, MAX_DELAY_SECONDS],
  ])('turns %d into %d, which the service accepts', (seconds, whole) => {
    expect(toDelaySeconds(seconds, MAX_DELAY_SECONDS)).toBe(whole);
  });
});
