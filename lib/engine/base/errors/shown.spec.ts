import { unreadable } from '../../../../test/engine/support/unreadable.js';
import { shown } from './shown.js';

describe('shown', () => {
  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [60, '60'],
    ['PT1H', "'PT1H'"],
    [10n, '10n'],
    [{ seconds: NaN, hours: undefined }, '{ seconds: NaN, hours: undefined }'],
    [[1, 2], '[ 1, 2 ]'],
    [{ a: { b: { c: 1 } } }, '{ a: { b: [Object] } }'],
    [unreadable(), '<Revoked Proxy>'],
    [{ get trap() { throw new Error('trap'); } }, '{ trap: [Getter] }'], // prettier-ignore
  ])('shows a value in one line', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it('keeps large values short', () => {
    const large = { text: 'x'.repeat(10_000), list: Array.from({ length: 10_000 }, () => 'y'.repeat(10_000)) };

    expect(shown(large).length).toBeLessThan(1000);
  });

  it('says of a promise nothing that depends on the moment', async () => {
    let resolve!: (value: unknown) => void;
    const promise = new Promise((resolving) => (resolve = resolving));
    const before = [shown(promise), shown({ delay: promise }), shown([1, promise])];
    resolve({ seconds: { of: 5 } });
    await promise;

    expect([shown(promise), shown({ delay: promise }), shown([1, promise])]).toEqual(before);
    expect(before).toEqual(['a promise', '{ delay: Promise …', '[ 1, Promise …']);
  });

  it('runs no code of the value', () => {
    const value = {
      [Symbol.for('nodejs.util.inspect.custom')]: () => {
        throw new Error('run');
      },
    };

    expect(shown(value)).not.toBe('a value that cannot be shown');
  });
});
