import { lastValueFrom, Observable, type Observer, of } from 'rxjs';
import { nestTools } from './nest-tools.js';

describe('What Nest receives for the answer of a guard', () => {
  const judge = (verdict: Promise<unknown>) => verdict.then((allows) => `judged ${allows}`);

  it('is an observable for an observable, so that Nest subscribes to it', async () => {
    const judged = nestTools.judged(of(false), judge);
    expect(judged).toBeInstanceOf(Observable);
    expect(await lastValueFrom(judged as Observable<unknown>)).toBe('judged false');
  });

  it('is a promise for an observable of another copy of RxJS, which early versions of Nest 11 would let pass', async () => {
    const ours = of(false);
    const foreign = { lift: () => foreign, subscribe: (observer: Observer<boolean>) => ours.subscribe(observer) };
    const judged = nestTools.judged(foreign, judge);
    expect(judged).toBeInstanceOf(Promise);
    expect(await judged).toBe('judged false');
  });
});
