import { firstValueFrom, range, tap } from 'rxjs';
import { untilSettled } from './until-settled.js';

describe('untilSettled()', () => {
  it('ends a stream that emits synchronously when its reader has enough', async () => {
    let emitted = 0;
    const stream = range(7, 1000).pipe(tap(() => (emitted += 1)));
    const settled = new Promise<void>(() => undefined);
    expect(await firstValueFrom(untilSettled(stream, { settled }))).toBe(7);
    expect(emitted).toBe(2);
  });
});
