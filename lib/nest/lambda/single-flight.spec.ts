import { AsyncLocalStorage } from 'node:async_hooks';
import { SingleFlight } from './single-flight.js';

describe('SingleFlight', () => {
  it('makes one for all who ask at the same time, and later', async () => {
    let made = 0;
    const flight = new SingleFlight(async () => (made += 1));
    expect(flight.isStarted).toBe(false);
    expect(await Promise.all([flight.get(), flight.get()])).toEqual([1, 1]);
    expect(await flight.get()).toBe(1);
    expect(flight.landed).toBe(1);
  });

  it('tells a failure to all who wait, and tries again for the next', async () => {
    let made = 0;
    const flight = new SingleFlight(async () => {
      made += 1;
      if (made === 1) throw new Error('asleep');
      return made;
    });
    const outcomes = await Promise.allSettled([flight.get(), flight.get()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(flight.isStarted).toBe(false);
    expect(await flight.get()).toBe(2);
  });

  it('gives up what it made, once', async () => {
    let made = 0;
    const flight = new SingleFlight(async () => (made += 1));
    await flight.get();
    expect([flight.take(), flight.take()]).toEqual([1, undefined]);
    expect(await flight.get()).toBe(2);
  });

  it('does not make it inside whatever asks for it first', async () => {
    const storage = new AsyncLocalStorage<string>();
    const flight = new SingleFlight(async () => storage.getStore());
    expect(await storage.run('an invocation', () => flight.get())).toBeUndefined();
  });
});
