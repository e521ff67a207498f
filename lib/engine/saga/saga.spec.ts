import type { DurableContext } from '../context/durable-context.js';
import { InvocationError } from '../base/errors/invocation-error.js';
import type { ChildConfig } from '../operations/child-context-config.js';
import type { SagaScope } from './saga-scope.js';
import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';

const once = { retryStrategy: () => ({ shouldRetry: false }) };
const failing = (message: string) => async (): Promise<never> => {
  await turns(1);
  throw new RangeError(message);
};

const inChild = (context: DurableContext, act: () => void, config?: ChildConfig<void>) =>
  context.runInChildContext('pay', async (child) => void (await child.step('charge', async () => 1), act()), config);

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

  describe('whose code registers an undo when it has already failed', () => {
    const retried = { retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 1 } }) };
    /** It fails at its first attempt, so that the execution is suspended. */
    const later = (act: () => unknown): (() => Promise<unknown>) => {
      let tries = 0;
      return async () => ((tries += 1) === 1 ? failing('not yet')() : act());
    };

    it.each([
      ['at once', 1000],
      ['in pages', 1],
    ])('undoes that, too, after what was known: the same with a history that comes %s', async (_, pageItems) => {
      const undone: string[] = [];
      const stay = later(() => 'room 7');
      const leave = later(() => undone.push('stay'));
      const stage = new Stage((context) =>
        context.saga(async (saga) => {
          const hotel = async () => {
            await saga.step('stay', stay, leave, { ...retried, undo: retried });
            for (let hop = 0; hop < 9; hop += 1) await Promise.resolve();
            saga.onFailure('tell the hotel', () => undone.push('tell the hotel'));
          };
          await Promise.all([hotel(), context.step('fly', failing('no seat'), once)]);
        }),
      );
      await stage.invoke();
      Object.assign(stage.service, { pageItems, firstPageItems: pageItems });
      await expect(stage.result()).rejects.toThrow('no seat');
      expect(undone).toEqual(['stay', 'tell the hotel']);
    });

    it('undoes that, too, when it is stopped', async () => {
      const undone: string[] = [];
      const leave = later(() => undone.push('stay'));
      const tell = later(() => undone.push('tell the hotel'));
      const stage = new Stage((context) =>
        context.saga(
          async (saga) => {
            await saga.step('stay', async () => 1, leave, { undo: retried });
            await context.wait('an hour', { hours: 1 });
            saga.onFailure('tell the hotel', tell, retried);
            await context.wait('a day', { days: 1 });
          },
          { stoppable: true },
        ),
      );
      await stage.invoke();
      stage.service.change(stage.service.operation('stop request').Id, { Status: 'SUCCEEDED' });
      await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'StopRequestedError' } });
      expect(undone).toEqual(['stay', 'tell the hotel']);
    });
  });

  describe('whose body still runs when the handler fails', () => {
    const hour = { hours: 1 };
    const retried = { retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 1 } }) };

    /** Two sagas side by side, of which the first fails after an hour. */
    function besideEachOther(undone: string[], failure: Error): Stage {
      let tries = 0;
      const cancel = (name: string) => async () => {
        if (name === 'stay' && (tries += 1) === 1) throw new Error('not yet');
        undone.push(name);
      };
      const flight = (context: DurableContext) =>
        context.saga(async (saga) => {
          await saga.step('fly', async () => 1, cancel('fly'));
          await context.wait('an hour', hour);
          throw failure;
        });
      const hotel = (context: DurableContext) =>
        context.saga(async (saga) => {
          await saga.step('stay', async () => 2, cancel('stay'), { undo: retried });
          await context.wait('a day', { days: 1 });
          await saga.step('dine', async () => 3, cancel('dine'));
        });
      return new Stage((context) =>
        Promise.all([context.runInChildContext(flight), context.runInChildContext(hotel), context.wait('two', hour)]),
      );
    }

    it.each([1000, 1])('is undone: the same in every invocation, with a history in pages of %i', async (pageItems) => {
      const undone: string[] = [];
      const stage = besideEachOther(undone, new RangeError('no seat'));
      await stage.invoke();
      stage.service.change(stage.service.operation('an hour').Id, { Status: 'SUCCEEDED' });
      await stage.invoke();
      Object.assign(stage.service, { pageItems, firstPageItems: pageItems });
      await expect(stage.run()).resolves.toMatchObject({
        Status: 'FAILED',
        Error: { ErrorType: 'ChildContextError', ErrorMessage: 'no seat' },
      });
      expect(undone).toEqual(['fly', 'stay']);
      expect(stage.actions.filter((action) => action.includes('dine'))).toEqual([]);
    });

    it('is left as it is if only the invocation fails', async () => {
      const undone: string[] = [];
      const stage = besideEachOther(undone, new InvocationError('try again'));
      await stage.invoke();
      stage.service.change(stage.service.operation('an hour').Id, { Status: 'SUCCEEDED' });
      await expect(stage.invoke()).rejects.toThrow('try again');
      expect(undone).toEqual([]);
    });
  });

  describe('whose code registers an undo', () => {
    type Registering = (saga: SagaScope, context: DurableContext, register: () => void) => Promise<unknown>;

    function registering(body: Registering) {
      const undone: string[] = [];
      const stage = new Stage((context) =>
        context.saga(async (saga) => {
          await body(saga, context, () => saga.onFailure('refund', () => undone.push('refund')));
          await context.wait({ seconds: 1 });
          await context.step('fly', failing('no seat'), once);
        }),
      );
      return { stage, undone };
    }

    it.each<[string, string, Registering]>([
      ['a step', 'Step "charge"', (_, context, register) => context.step('charge', async () => register())],
      ['a child context', 'RunInChildContext "pay"', (_, context, register) => inChild(context, register)],
      [
        'a strategy',
        'the retryStrategy of Step "charge"',
        (_, context, register) => {
          const retryStrategy = () => (register(), { shouldRetry: false });
          return context.step('charge', failing('no money'), { retryStrategy });
        },
      ],
      [
        'an undo',
        'Step "undo charge"',
        async (saga, context, register) => {
          await saga.step('charge', async () => 1, register);
          await context.step('dine', failing('no table'), once);
        },
      ],
    ])('refuses that in %s, which a replay does not run again', async (_, place, body) => {
      const { stage } = registering(body);
      await expect(stage.run()).resolves.toMatchObject({
        Status: 'FAILED',
        Error: {
          ErrorType: 'ContextValidationError',
          ErrorMessage: expect.stringContaining(`onFailure "refund" was called inside ${place}. A replay`),
        },
      });
    });

    it('accepts that in a virtual context, which always runs again', async () => {
      const { stage, undone } = registering((_, context, register) =>
        inChild(context, register, { virtualContext: true }),
      );
      await expect(stage.result()).rejects.toThrow('no seat');
      expect(undone).toEqual(['refund']);
    });
  });

  it('fails with the first failure of all, and lists what a saga inside could not undo, too', async () => {
    const undo = { undo: { retryStrategy: (_: Error, attempt: number) => ({ shouldRetry: attempt < 2 }) } };
    const stage = new Stage((context) =>
      context.saga(async (trip) => {
        await trip.step('fly', async () => 1, failing('no refund'), undo);
        await context.saga(async (night) => {
          await night.step('stay', async () => 1, failing('no desk'), undo);
          await context.step('dine', failing('no table'), once);
        });
      }),
    );
    const failures = [
      { step: 'stay', errorType: 'RangeError', message: 'no desk' },
      { step: 'fly', errorType: 'RangeError', message: 'no refund' },
    ];
    await expect(stage.run()).resolves.toMatchObject({
      Error: {
        ErrorType: 'StepError',
        ErrorMessage:
          'no table. Then not everything could be undone: "stay" (RangeError: no desk), "fly" (RangeError: no refund). Undo it manually.',
        ErrorData: JSON.stringify(failures),
      },
    });
  });
});
