import { jest } from '@jest/globals';
import type { ExternalContextCreator } from '@nestjs/core';
import { installGuardSeam } from './guard-seam.js';

const contextsOf = (guardsConsumer: unknown) => ({ guardsConsumer }) as unknown as ExternalContextCreator;

describe('The place where Nest asks guards', () => {
  it.each([
    ['is not there', undefined],
    ['has another method', new (class Consumer {})()],
    [
      'takes other arguments',
      new (class Consumer {
        tryActivate(_guards: unknown, _context: unknown): boolean {
          return true;
        }
      })(),
    ],
  ])('fails the boot when it %s: guards that cannot be seen must not count as passed', (_what, consumer) => {
    expect(() => installGuardSeam(contextsOf(consumer))).toThrow(/calls guards in an unknown way/);
  });

  it('is taken once, and outside executions asks as before', async () => {
    const asked = jest.fn();
    class Consumer {
      async tryActivate(guards: unknown, args: unknown, instance: object, callback: unknown, type: string) {
        asked(guards, args, instance, callback, type);
        return 'verdict';
      }
    }
    installGuardSeam(contextsOf(new Consumer()));
    const { tryActivate } = Consumer.prototype;
    installGuardSeam(contextsOf(new Consumer()));
    expect(Consumer.prototype.tryActivate).toBe(tryActivate);
    const call = [[], [1], {}, () => undefined, 'http'] as const;
    await expect(new Consumer().tryActivate(...call)).resolves.toBe('verdict');
    expect(asked.mock.calls).toEqual([call]);
  });
});
