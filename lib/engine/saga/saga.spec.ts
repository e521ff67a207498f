import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';

const once = { retryStrategy: () => ({ shouldRetry: false }) };
const failing = (message: string) => async (): Promise<never> => {
  await turns(1);
  throw new RangeError(message);
};

/** A rejection that nobody handles would fail a test, and end the process of a function. */
afterEach(() => turns(3));

describe('A saga', () => {
  it('fails with its first failure, whatever steps fail that are not awaited any more', async () => {
    const undone: string[] = [];
    const stage = new Stage((context) =>
      context.saga(async (saga) => {
        const undo = (name: string) => () => void undone.push(name);
        const stock = saga.step('reserve', async () => 'shelf', undo('reserve'));
        const flight = saga.step('fly', failing('no seat'), undo('fly'), once);
        const hotel = saga.step('stay', failing('no room'), undo('stay'), once);
        return [await stock, await flight, await hotel];
      }),
    );
    await expect(stage.result()).rejects.toThrow('no seat');
    expect(undone).toEqual(['reserve']);
  });

  it.each([
    ['cannot be written', () => ({ cents: 1n })],
    ['is too large', () => 'x'.repeat(300_000)],
  ])('undoes a step whose result %s: its body has run', async (_, body: () => unknown) => {
    const undone: unknown[][] = [];
    const stage = new Stage((context) =>
      context.saga((saga) =>
        saga.step(
          'charge',
          async () => body(),
          (result) => void undone.push(['charge', result]),
        ),
      ),
    );
    await expect(stage.result()).rejects.toThrow(/The result of Step .*charge.* cannot be saved/);
    expect(undone).toEqual([['charge', undefined]]);
  });

  it('gives a step its configuration as it is, also an object of a class', async () => {
    class Policy {
      attempts = 0;
      retryStrategy() {
        return { shouldRetry: (this.attempts += 1) < 2 };
      }
    }
    const policy = new Policy();
    const stage = new Stage((context) =>
      context.saga((saga) => saga.step('fly', failing('no seat'), () => undefined, policy)),
    );
    await expect(stage.result()).rejects.toThrow('no seat');
    expect(policy.attempts).toBe(2);
  });

  it('may fail before it is awaited', async () => {
    const stage = new Stage(async (context) => {
      const booking = context.saga((saga) => saga.step('fly', failing('no seat'), () => undefined, once));
      await context.step('tell', () => turns(5));
      return booking.catch(({ message }: Error) => message);
    });
    await expect(stage.result()).resolves.toBe('no seat');
  });
});
