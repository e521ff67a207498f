import { turns } from '../../../test/engine/support/turns.js';
import { DurablePromise } from './durable-promise.js';

describe('DurablePromise', () => {
  it('does not follow its operation before someone awaits it', async () => {
    let followed = 0;
    const promise = new DurablePromise(() => Promise.resolve((followed += 1)));
    await turns();
    expect([followed, promise.isExecuted]).toEqual([0, false]);
    await promise;
    expect([followed, promise.isExecuted]).toEqual([1, true]);
  });

  it('follows its operation once, however many await it', async () => {
    let followed = 0;
    const promise = new DurablePromise(() => Promise.resolve((followed += 1)));
    await expect(
      Promise.all([promise, promise.then((value) => value), promise.finally(() => undefined)]),
    ).resolves.toEqual([1, 1, 1]);
  });

  it('rejects nothing while nobody awaits a failure', async () => {
    const promise = new DurablePromise(() => Promise.reject(new Error('refused')));
    // An unhandled rejection would fail this test.
    await turns(3);
    await expect(promise).rejects.toThrow('refused');
  });

  it.each<[string, (promise: DurablePromise<number>) => Promise<unknown>, unknown]>([
    ['catch', (promise) => promise.catch(() => 'caught'), 'caught'],
    ['then with a second handler', (promise) => promise.then(undefined, () => 'handled'), 'handled'],
    ['allSettled', (promise) => Promise.allSettled([promise]).then(([only]) => only.status), 'rejected'],
    ['any', (promise) => Promise.any([promise, Promise.resolve('other')]), 'other'],
  ])('behaves as a promise under %s', async (_, use, expected) => {
    await expect(use(new DurablePromise(() => Promise.reject(new Error('no'))))).resolves.toBe(expected);
  });
});
