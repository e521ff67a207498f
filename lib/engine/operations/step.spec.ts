import { of } from 'rxjs';
import { Stage } from '../../../test/engine/support/stage.js';
import { connectionReset } from '../../../test/engine/support/strict-service.js';
import { turns } from '../../../test/engine/support/turns.js';
import { TEST_ARN } from '../../../test/fixtures/memory-service.js';
import { KnownErrors } from '../../rules/error-knowledge.js';
import { FAILED_INVOCATION, writeNote } from '../invocation/failed-invocations/failure-records.js';
import { unreadable } from '../../../test/engine/support/unreadable.js';
import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import { OperationStatus, type Operation } from '../../wire/operation.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { InvocationError } from '../base/errors/invocation-error.js';
import { StepError } from '../base/errors/operation-errors.js';
import { UnsavableValueError } from '../base/errors/unsavable-value-error.js';
import { defaultSerdes } from '../base/serdes/default-serdes.js';
import type { AnySerdes } from '../base/serdes/serdes.js';
import { type RetryDecision, type StepConfig, type StepContext, StepSemantics } from './step-config.js';

const verbose: AnySerdes = { serialize: async () => 'x'.repeat(300_000), deserialize: async (text) => text };
const knowing: AnySerdes = { ...verbose, serialize: () => Promise.reject(new UnsavableValueError('no')) };

function circle(): object {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  return circular;
}

async function* generator() {
  yield 1;
}

const AT_MOST_ONCE: StepConfig<unknown> = { semantics: StepSemantics.AtMostOncePerRetry };
const noRetry = () => ({ shouldRetry: false });
const retryAfter = (seconds: number) => () => ({ shouldRetry: true, delay: { seconds } });

class CardDeclined extends Error {
  override name = 'CardDeclined';
}

/** A handler of one step, and how often its body ran. */
function oneStep(body: (context: StepContext) => Promise<unknown>, config?: StepConfig<unknown>) {
  const attempts: number[] = [];
  const stage = new Stage((context) =>
    context.step(
      'charge',
      async (stepContext) => {
        attempts.push(stepContext.attempt);
        return body(stepContext);
      },
      config,
    ),
  );
  return { stage, attempts };
}

const STEP_ID = 'c4ca4238a0b92382';

/** The record that an invocation left which died in the step. */
function recordStep(stage: Stage, members: Partial<Operation> = {}): void {
  stage.service.operations.set(STEP_ID, {
    Id: STEP_ID,
    Type: 'STEP',
    SubType: 'Step',
    Name: 'charge',
    Status: OperationStatus.STARTED,
    StepDetails: {},
    ...members,
  });
}

afterEach(() => turns(3));

describe('A response that says nothing of the step that is to be retried', () => {
  it.each([OperationStatus.READY, OperationStatus.STARTED])(
    'leaves a step that was %s to the service',
    async (Status) => {
      const { stage, attempts } = oneStep(() => Promise.reject(connectionReset()), { retryStrategy: retryAfter(60) });
      recordStep(stage, { Status, StepDetails: { Attempt: 2 } });
      stage.service.interfere = () => {
        stage.service.change(STEP_ID, { Status: OperationStatus.PENDING, StepDetails: { Attempt: 3 } });
        return { CheckpointToken: 'token-x', NewExecutionState: { Operations: [] } };
      };
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      expect(attempts).toEqual([3]);
    },
  );
});

describe('A response that has the attempt which has just ended as started', () => {
  it('leaves the step to the service', async () => {
    const { stage, attempts } = oneStep(() => Promise.reject(connectionReset()), {
      retryStrategy: (_, attempt) => ({ shouldRetry: attempt < 5, delay: { seconds: 60 } }),
    });
    stage.service.interfere = () => {
      recordStep(stage);
      const Operations = [{ ...stage.service.operations.get(STEP_ID)! }];
      stage.service.change(STEP_ID, { Status: OperationStatus.PENDING, StepDetails: { Attempt: 1 } });
      return { CheckpointToken: 'token-x', NewExecutionState: { Operations } };
    };
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(attempts).toEqual([1]);
  });
});

describe('StepOperation', () => {
  it('saves the result, and returns it without running the body on replay', async () => {
    const { stage, attempts } = oneStep(async () => ({ receipt: 7 }));
    await expect(stage.result()).resolves.toEqual({ receipt: 7 });
    await expect(stage.result()).resolves.toEqual({ receipt: 7 });
    expect(attempts).toEqual([1]);
    expect(stage.requests).toEqual([['STEP START charge', 'STEP SUCCEED charge']]);
  });

  it('tells the service its identity with every update', async () => {
    const { stage } = oneStep(async () => 1);
    await stage.run();
    for (const update of stage.service.updates) {
      expect(update).toMatchObject({ Id: STEP_ID, Type: 'STEP', SubType: 'Step', Name: 'charge' });
    }
  });

  it('replays what another invocation saved', async () => {
    const { stage, attempts } = oneStep(async () => 'never');
    recordStep(stage, { Status: OperationStatus.SUCCEEDED, StepDetails: { Attempt: 1, Result: '"saved"' } });
    await expect(stage.result()).resolves.toBe('saved');
    expect([attempts, stage.actions]).toEqual([[], []]);
  });

  describe('values', () => {
    it.each<[string, unknown, unknown]>([
      ['a Date as text', new Date(0), '1970-01-01T00:00:00.000Z'],
      ['an instance as a plain object', new (class Order { id = 7; ship() {} })(), { id: 7 }], // prettier-ignore
      ['undefined as undefined', undefined, undefined],
      ['null as null', null, null],
    ])('comes back as it will on replay: %s', async (_, value, expected) => {
      const seen: unknown[] = [];
      const stage = new Stage(async (context) => {
        seen.push(await context.step(async () => value));
        await context.wait({ seconds: 1 });
      });
      await stage.run();
      expect(seen).toEqual([expected, expected]);
      expect(seen.map((each) => Object.getPrototypeOf(each ?? {}) as unknown)).toEqual(
        Array(2).fill(Object.getPrototypeOf(expected ?? {})),
      );
    });

    it('goes through a serdes of its own, both ways on the first run too', async () => {
      const serdes: AnySerdes = {
        serialize: async (value) => (await turns(1), `<${value}>`),
        deserialize: async (text) => (await turns(1), `${text} read`),
      };
      const { stage } = oneStep(async () => 'paid', { serdes });
      await expect(stage.result()).resolves.toBe('<paid> read');
      await expect(stage.result()).resolves.toBe('<paid> read');
      expect(stage.service.operation('charge').StepDetails?.Result).toBe('<paid>');
    });

    it('goes through the serdes of its context where it has none', async () => {
      const stage = new Stage(async (context) => {
        context.configureSerdes({
          defaultSerdes: { serialize: async (value) => `<${value}>`, deserialize: async (text) => text },
        });
        return context.step('charge', async () => 'paid');
      });
      await expect(stage.result()).resolves.toBe('<paid>');
    });

    it.each(['serialize', 'deserialize'] as const)(
      'throws to Lambda when %s fails, and records no failure',
      async (way) => {
        const working: AnySerdes = { serialize: async () => '1', deserialize: async () => 1 };
        const serdes = { ...working, [way]: () => Promise.reject(new Error('bucket unreachable')) };
        let caught = 0;
        const stage = new Stage((context) =>
          context.step('charge', async () => 1, { serdes }).catch(() => (caught += 1)),
        );
        await expect(stage.invoke()).rejects.toThrow('The serdes of Step "charge" failed: bucket unreachable');
        expect(caught).toBe(0);
        expect(stage.actions).toEqual(
          way === 'serialize' ? ['STEP START charge'] : ['STEP START charge', 'STEP SUCCEED charge'],
        );
      },
    );

    const throwing = {
      toJSON: () => {
        throw new Error('no JSON of me');
      },
    };
    it.each<[string, () => unknown, RegExp, StepConfig<unknown>]>([
      ['a bigint', () => ({ amount: 1n }), /JSON: Do not know how to serialize a BigInt/, {}],
      ['a circle', () => circle(), /JSON: Converting circular/, {}],
      ['what throws while it is written', () => throwing, /JSON: no JSON of me/, {}],
      ['what cannot be read', () => ({ proxy: unreadable() }), /JSON: .*proxy/, {}],
      ['over 256 KiB', () => 'é'.repeat(131_072), /262146 bytes as text, and at most 262144 are saved/, {}],
      [
        'an observable',
        () => of(1),
        /charge" cannot be saved. The value .* JSON: it is an observable, which must be awaited first/,
        {},
      ],
      ['a generator', () => generator(), /it is a generator, which must be iterated first/, {}],
      ['an observable, given to the default serdes', () => of(1), /awaited first/, { serdes: defaultSerdes }],
      ['what JSON refuses, given to the default serdes', () => 1n, /JSON: Do not know/, { serdes: defaultSerdes }],
      ['text of a serdes that is over 256 KiB', () => 1, /300000 bytes as text/, { serdes: verbose }],
      [
        'what a serdes will never save',
        () => 1,
        /^The result of Step "charge" cannot be saved. no$/,
        { serdes: knowing },
      ],
    ])('fails, without a retry, for a result that can never be saved: %s', async (_, make, told, config) => {
      let bodies = 0;
      const seen: unknown[] = [];
      const stage = new Stage(async (context) => {
        const charging = context.step('charge', async () => ((bodies += 1), make()), config);
        const error: unknown = await charging.catch((thrown: unknown) => thrown);
        const { name, message, cause } = error as StepError;
        seen.push({ name, message, cause: cause?.name });
        await context.wait({ seconds: 1 });
      });
      await stage.run();
      expect(bodies).toBe(1);
      const failure = { name: 'StepError', message: expect.stringMatching(told), cause: 'UnsavableValueError' };
      expect(seen[0]).toMatchObject(failure);
      expect(seen[1]).toEqual(seen[0]);
      expect(stage.actions.slice(0, 2)).toEqual(['STEP START charge', 'STEP FAIL charge']);
    });

    it('saves a result of 256 KiB', async () => {
      const { stage } = oneStep(async () => 'x'.repeat(262_142));
      await expect(stage.invoke()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
    });

    it('decodes a saved result only when somebody awaits it', async () => {
      const decoded: string[] = [];
      const serdes: AnySerdes = {
        serialize: async (value) => String(value),
        deserialize: async (text) => (decoded.push(text!), text),
      };
      const stage = new Stage(async (context) => {
        const unused = context.step('unused', async () => 'a', { serdes });
        const used = await context.step('used', async () => 'b', { serdes });
        expect(unused).toBeDefined();
        return used;
      });
      await stage.run();
      expect(decoded).toEqual(['b']);
    });
  });

  describe('failures', () => {
    it('retries as the strategy says, with the error and the number of the attempt', async () => {
      const asked: unknown[] = [];
      const { stage, attempts } = oneStep(
        async ({ attempt }) => {
          if (attempt < 3) throw new TypeError(`attempt ${attempt}`);
          return 'paid';
        },
        {
          retryStrategy: (error, attempt) => {
            asked.push([error.name, error.message, attempt]);
            return { shouldRetry: true, delay: { seconds: attempt * 10 } };
          },
        },
      );
      await expect(stage.result()).resolves.toBe('paid');
      expect(attempts).toEqual([1, 2, 3]);
      expect(asked).toEqual([
        ['TypeError', 'attempt 1', 1],
        ['TypeError', 'attempt 2', 2],
      ]);
      expect(stage.requests).toEqual([
        ['STEP START charge', 'STEP RETRY charge'],
        ['STEP START charge', 'STEP RETRY charge'],
        ['STEP START charge', 'STEP SUCCEED charge'],
      ]);
      const delays = stage.service.updates.flatMap(({ StepOptions }) => StepOptions?.NextAttemptDelaySeconds ?? []);
      expect(delays).toEqual([10, 20]);
    });

    it('has six attempts without a strategy', async () => {
      const { stage, attempts } = oneStep(() => Promise.reject(new Error('declined')));
      await expect(stage.run()).resolves.toMatchObject({ Status: 'FAILED' });
      expect(attempts).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('suspends for the time between two attempts, however short', async () => {
      const { stage } = oneStep(() => Promise.reject(new Error('declined')), { retryStrategy: retryAfter(1) });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      expect(stage.service.operation('charge').Status).toBe('PENDING');
    });

    it.each<[string, RetryDecision['delay'], number]>([
      ['zero', { seconds: 0 }, 1],
      ['a fraction', { seconds: 0.4 }, 1],
      ['a second and a bit', { seconds: 1.2 }, 2],
      ['missing', undefined, 1],
      ['longer than the service takes', { days: 4000 }, MAX_DELAY_SECONDS],
    ])('asks for whole seconds, at least one, when the delay is %s', async (_, delay, seconds) => {
      const { stage } = oneStep(() => Promise.reject(new Error('declined')), {
        retryStrategy: () => ({ shouldRetry: true, delay }),
      });
      await stage.invoke();
      expect(stage.service.updates.at(-1)).toMatchObject({
        Action: 'RETRY',
        StepOptions: { NextAttemptDelaySeconds: seconds },
        Error: { ErrorType: 'Error', ErrorMessage: 'declined' },
      });
    });

    it('throws a StepError that carries what was thrown, alike on the first run and on replay', async () => {
      const seen: unknown[] = [];
      const stage = new Stage(async (context) => {
        const error: unknown = await context
          .step('charge', () => Promise.reject(new CardDeclined('no funds')), { retryStrategy: noRetry })
          .catch((thrown: unknown) => thrown);
        const { name, message, cause } = error as StepError;
        seen.push([
          error instanceof StepError,
          name,
          message,
          cause?.name,
          cause?.message,
          cause instanceof CardDeclined,
        ]);
        await context.wait({ seconds: 1 });
      });
      await stage.run();
      expect(seen).toEqual(Array(2).fill([true, 'StepError', 'no funds', 'CardDeclined', 'no funds', false]));
    });

    it.each<[string, unknown, string, object]>([
      ['a text', 'out of stock', 'out of stock', { ErrorMessage: 'out of stock' }],
      ['nothing', undefined, 'undefined was thrown.', { ErrorMessage: 'undefined was thrown.' }],
      ['an object', { code: 7 }, '{"code":7}', { ErrorMessage: '{"code":7}', ErrorData: '{"code":7}' }],
      [
        'what cannot be read',
        unreadable(),
        'An object was thrown that cannot be read.',
        { ErrorMessage: 'An object was thrown that cannot be read.' },
      ],
      ['what looks like an error', { name: 'Odd', message: 'odd' }, 'odd', { ErrorType: 'Odd', ErrorMessage: 'odd' }],
    ])('copes with %s being thrown', async (_, thrown, told, recorded) => {
      const asked: unknown[] = [];
      const { stage } = oneStep(() => Promise.reject(thrown), {
        retryStrategy: (error) => (asked.push(error.message), { shouldRetry: false }),
      });
      await expect(stage.run()).resolves.toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'StepError' } });
      expect(asked).toEqual([told]);
      expect(stage.service.operation('charge').StepDetails?.Error).toEqual(recorded);
    });

    it.each<[string, () => unknown, RegExp]>([
      [
        'throws',
        () => {
          throw new RangeError('no such plan');
        },
        /^RangeError: no such plan$/,
      ],
      ['returns nothing', () => undefined, /^ConfigValidationError: it returned undefined\./],
      ['returns a promise', async () => ({ shouldRetry: true }), /^ConfigValidationError: it returned a promise\./],
      ['names no delay', () => ({ shouldRetry: true, delay: 60 }), /^ConfigValidationError: its delay is 60\./],
      ['cannot be read', () => unreadable(), /^TypeError: .*proxy/],
    ])('fails with what was thrown, and tells of a strategy that %s', async (_, retryStrategy, told) => {
      const seen: unknown[] = [];
      const stage = new Stage(async (context) => {
        const failing = context.step('charge', () => Promise.reject(new CardDeclined('no funds')), {
          retryStrategy: retryStrategy as never,
        });
        const error: unknown = await failing.catch((thrown: unknown) => thrown);
        const { name, message, cause } = error as StepError;
        seen.push([name, message, cause?.name]);
        await context.wait({ seconds: 1 });
        return message;
      });
      const message = String(await stage.result());
      expect(seen).toEqual(Array(2).fill(['StepError', message, 'CardDeclined']));
      const [first, then] = message.split(' Then the retryStrategy of Step "charge" failed with ');
      expect(first).toBe('no funds.');
      expect(then).toMatch(told);
      expect(stage.actions).toEqual(['STEP START charge', 'STEP FAIL charge', expect.stringContaining('WAIT START')]);
    });

    it('lets a strategy end the execution', async () => {
      const { stage } = oneStep(() => Promise.reject(new Error('declined')), {
        retryStrategy: () => {
          throw new ExecutionError('cancelled');
        },
      });
      await expect(stage.invoke()).resolves.toMatchObject({ Error: { ErrorType: 'ExecutionError' } });
    });

    it('catches what a body throws before its first await', async () => {
      const stage = new Stage((context) =>
        context
          .step(
            'charge',
            () => {
              throw new Error('at once');
            },
            { retryStrategy: noRetry },
          )
          .catch((error: unknown) => (error as Error).message),
      );
      await expect(stage.result()).resolves.toBe('at once');
    });

    it('rejects nothing when nobody awaits it', async () => {
      const stage = new Stage(async (context) => {
        void context.step('charge', () => Promise.reject(new Error('declined')), { retryStrategy: noRetry });
        await context.step('other', async () => turns(5));
        return 'done';
      });
      await expect(stage.result()).resolves.toBe('done');
      expect(stage.service.operation('charge').Status).toBe('FAILED');
    });

    it('cuts an error that is larger than the service takes', async () => {
      const { stage } = oneStep(() => Promise.reject(new Error('x'.repeat(400_000))), { retryStrategy: noRetry });
      await stage.run();
      const recorded = JSON.stringify(stage.service.operation('charge').StepDetails?.Error);
      expect(Buffer.byteLength(recorded)).toBeLessThan(256 * 1024);
      expect(recorded).toMatch(/more characters\]/);
    });
  });

  describe('errors that end the invocation', () => {
    it.each([
      ['at least once', {}],
      ['at most once', AT_MOST_ONCE],
    ])('an ExecutionError fails the execution: no strategy, no record, no catch (%s)', async (_, config) => {
      let asked = 0;
      let caught = 0;
      const stage = new Stage((context) =>
        context
          .step('charge', () => Promise.reject(new ExecutionError('cancelled', { errorData: 'order 7' })), {
            ...config,
            retryStrategy: () => ((asked += 1), { shouldRetry: true }),
          })
          .catch(() => (caught += 1)),
      );
      const output = await stage.invoke();
      expect(output).toEqual({
        Status: 'FAILED',
        Error: { ErrorType: 'ExecutionError', ErrorMessage: 'cancelled', ErrorData: 'order 7' },
      });
      expect([asked, caught]).toEqual([0, 0]);
      expect(stage.actions).toEqual(['STEP START charge']);
    });

    it('an InvocationError is thrown to Lambda, and the attempt is not counted', async () => {
      let asked = 0;
      const { stage, attempts } = oneStep(
        async () => {
          if (attempts.length === 1) throw new InvocationError('broken sandbox');
          return 'paid';
        },
        { retryStrategy: () => ((asked += 1), { shouldRetry: false }) },
      );
      await expect(stage.invoke()).rejects.toThrow('broken sandbox');
      await expect(stage.result()).resolves.toBe('paid');
      expect([attempts, asked]).toEqual([[1, 1], 0]);
      expect(stage.actions).toEqual(['STEP START charge', 'STEP SUCCEED charge']);
    });

    it('an InvocationError of an at-most-once step ends its attempt: it never runs again', async () => {
      const { stage, attempts } = oneStep(() => Promise.reject(new InvocationError('broken sandbox')), {
        semantics: StepSemantics.AtMostOncePerRetry,
        retryStrategy: () => ({ shouldRetry: false }),
      });
      await expect(stage.invoke()).rejects.toThrow('broken sandbox');
      await expect(stage.invoke()).resolves.toMatchObject({ Status: 'FAILED' });
      expect(attempts).toEqual([1]);
      expect(stage.actions).toEqual(['STEP START charge', 'STEP FAIL charge']);
    });

    it.each([
      ['ExecutionError', new ExecutionError('cancelled')],
      ['InvocationError', new InvocationError('broken sandbox')],
    ])('an %s of the strategy ends the invocation too', async (name, error) => {
      const { stage } = oneStep(() => Promise.reject(new Error('declined')), {
        retryStrategy: () => {
          throw error;
        },
      });
      const ended = await stage.invoke().catch((thrown: Error) => ({ thrown: thrown.name }));
      expect(ended).toMatchObject(name === 'ExecutionError' ? { Status: 'FAILED' } : { thrown: name });
      expect(stage.actions).toEqual(['STEP START charge']);
    });

    it('no other operation goes on after one of them', async () => {
      const stage = new Stage(async (context) => {
        const fatal = context.step('fatal', () => Promise.reject(new ExecutionError('cancelled')));
        await Promise.allSettled([fatal, context.step('slow', () => turns(2))]);
        return context.step('later', async () => 'never');
      });
      await expect(stage.invoke()).resolves.toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'cancelled' } });
      await turns(5);
      expect(stage.actions).toEqual(['STEP START fatal', 'STEP START slow']);
    });
  });

  describe('after an interruption', () => {
    it('runs an at-least-once attempt again, without announcing it anew', async () => {
      const { stage, attempts } = oneStep(async () => 'paid');
      recordStep(stage, { StepDetails: { Attempt: 2 } });
      await expect(stage.result()).resolves.toBe('paid');
      expect(attempts).toEqual([3]);
      expect(stage.actions).toEqual(['STEP SUCCEED charge']);
    });

    it('announces an attempt whose start was never sent', async () => {
      const { stage, attempts } = oneStep(async () => 'paid');
      stage.service.lose = (number) => (number === 1 ? 'request' : undefined);
      await expect(stage.invoke()).rejects.toThrow(/socket hang up/);
      await expect(stage.result()).resolves.toBe('paid');
      expect(attempts).toEqual([1, 1]);
      expect(stage.actions).toEqual(['STEP START charge', 'STEP SUCCEED charge']);
    });

    it.each([
      ['at least once', {}, 3],
      ['at most once', AT_MOST_ONCE, 3],
    ])('announces the next attempt of a retry that is ready (%s)', async (_, config, attempt) => {
      const { stage, attempts } = oneStep(async () => 'paid', config);
      recordStep(stage, { Status: OperationStatus.READY, StepDetails: { Attempt: 2 } });
      await expect(stage.result()).resolves.toBe('paid');
      expect(attempts).toEqual([attempt]);
      expect(stage.actions).toEqual(['STEP START charge', 'STEP SUCCEED charge']);
    });

    it('asks the strategy about an interrupted at-most-once attempt, and never runs it', async () => {
      const asked: unknown[] = [];
      const { stage, attempts } = oneStep(async () => 'paid', {
        ...AT_MOST_ONCE,
        retryStrategy: (error, attempt) => (asked.push([error.name, attempt]), { shouldRetry: true }),
      });
      recordStep(stage, { StepDetails: { Attempt: 1 } });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      expect([attempts, asked]).toEqual([[], [['StepInterruptedError', 2]]]);
      expect(stage.actions).toEqual(['STEP RETRY charge']);
      stage.service.passTime();
      await expect(stage.result()).resolves.toBe('paid');
      expect(attempts).toEqual([3]);
    });

    it('fails when the strategy gives an interrupted at-most-once attempt up', async () => {
      const { stage, attempts } = oneStep(async () => 'paid', { ...AT_MOST_ONCE, retryStrategy: noRetry });
      recordStep(stage);
      const output = await stage.run();
      expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'StepError' } });
      expect(stage.service.operation('charge').StepDetails?.Error).toMatchObject({ ErrorType: 'StepInterruptedError' });
      expect(attempts).toEqual([]);
      expect(stage.actions).toEqual(['STEP FAIL charge']);
    });

    it('fails with the interruption where the strategy comes to no decision about it', async () => {
      const { stage } = oneStep(async () => 'paid', { ...AT_MOST_ONCE, retryStrategy: (() => undefined) as never });
      recordStep(stage);
      await stage.run();
      expect(stage.service.operation('charge').StepDetails?.Error).toMatchObject({
        ErrorType: 'StepInterruptedError',
        ErrorMessage: expect.stringMatching(
          /was started by an earlier.*Then the retryStrategy of Step "charge" failed/s,
        ),
      });
    });

    describe('that counts as an attempt', () => {
      const counting: StepConfig<unknown> = { countInterruptedAttempts: true };
      const recordAttempt = (stage: Stage, number: number, ErrorType?: string) =>
        recordStep(stage, {
          StepDetails: { Attempt: number - 1, ...(ErrorType && { Error: { ErrorType, ErrorMessage: 'before' } }) },
        });

      it.each<[what: string, number: number, before: string | undefined, config: StepConfig<unknown>]>([
        ['of a step that allows no retries', 1, undefined, { retryStrategy: noRetry }],
        ['for the second time', 2, 'StepInterruptedError', { retryStrategy: noRetry }],
        ['for the first time after many others', 9, 'CardDeclined', { retryStrategy: noRetry }],
        ['of a step with a strategy that has it wait', 7, 'StepInterruptedError', { retryStrategy: retryAfter(60) }],
      ])('has another after a second, when cut off %s', async (_what, number, before, config) => {
        const { stage, attempts } = oneStep(async () => 'paid', { ...counting, ...config });
        recordAttempt(stage, number, before);
        await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
        expect(stage.service.updates).toMatchObject([
          {
            Action: 'RETRY',
            StepOptions: { NextAttemptDelaySeconds: 1 },
            Error: { ErrorType: 'StepInterruptedError' },
          },
        ]);
        expect(attempts).toEqual([]);
      });

      it.each<[what: string, before: string | undefined]>([
        ['one after the other', 'StepInterruptedError'],
        ['with nothing recorded of those before', undefined],
      ])('is the last of three that were cut off %s, where the strategy gives up', async (_what, before) => {
        const { stage, attempts } = oneStep(async () => 'paid', { ...counting, retryStrategy: noRetry });
        recordAttempt(stage, 3, before);
        await expect(stage.run()).resolves.toMatchObject({ Status: 'FAILED' });
        expect([attempts, stage.actions]).toEqual([[], ['STEP FAIL charge']]);
      });

      it('is counted where the service tells nothing of those before', async () => {
        const { stage } = oneStep(async () => 'paid', { ...counting, retryStrategy: noRetry });
        recordStep(stage, { StepDetails: undefined as never });
        await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
        expect(stage.actions).toEqual(['STEP RETRY charge']);
      });

      it('is no matter of rules', async () => {
        const known = new KnownErrors([{ code: 'StepInterruptedError', decide: 'fail-execution' }]);
        const stage = new Stage((context) => context.step('charge', async () => 'paid', { retryStrategy: noRetry }), {
          config: { countInterruptedAttempts: true, errors: () => known },
        });
        recordAttempt(stage, 1);
        await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
        expect(stage.actions).toEqual(['STEP RETRY charge']);
      });

      it('is none where the invocation before has ended in order', async () => {
        const { stage, attempts } = oneStep(async () => 'paid', counting);
        recordAttempt(stage, 2);
        const ErrorData = writeNote({ progress: '', open: [`${STEP_ID} 1`] });
        const record: Operation = {
          Id: 'f',
          Type: 'STEP',
          SubType: FAILED_INVOCATION,
          Status: OperationStatus.FAILED,
          StepDetails: { Error: { ErrorType: 'Error', ErrorData } },
        };
        stage.service.operations.set('f', record);
        await expect(stage.result()).resolves.toBe('paid');
        expect(attempts).toEqual([2]);
      });

      it('can be left uncounted by a step alone', async () => {
        const config = { countInterruptedAttempts: false };
        const stage = new Stage((context) => context.step('charge', async () => 'paid', config), {
          config: { countInterruptedAttempts: true },
        });
        recordAttempt(stage, 1);
        await expect(stage.result()).resolves.toBe('paid');
      });
    });

    it('waits for a retry of which the answer of the service tells nothing', async () => {
      const { stage } = oneStep(() => Promise.reject(new Error('busy')));
      stage.service.arrange = () => [];
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      expect(stage.actions).toEqual(['STEP START charge', 'STEP RETRY charge']);
    });

    it('waits for a retry also if a later answer still has the ended attempt as started', async () => {
      const attempts: number[] = [];
      const charge = async ({ attempt }: StepContext) => {
        attempts.push(attempt);
        if (attempt === 1) throw new Error('busy');
        return 'paid';
      };
      const stage = new Stage(async (context) => {
        const charging = context.step('charge', charge, { retryStrategy: retryAfter(60) });
        for (const name of ['a', 'b', 'c']) await context.step(name, async () => turns(2));
        return charging;
      });
      stage.service.arrange = (operations) => {
        const { StepDetails, ...started } = stage.service.operation('charge');
        const old = { ...started, Status: OperationStatus.STARTED, StepDetails: { Attempt: 0 } };
        return StepDetails?.Attempt === 1 ? [...operations, old as never] : operations;
      };

      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      expect(attempts).toEqual([1]);
      stage.service.passTime();
      await expect(stage.result()).resolves.toBe('paid');
      expect(attempts).toEqual([1, 2]);
    });

    it('waits for a retry that is not due yet', async () => {
      const { stage, attempts } = oneStep(async () => 'paid');
      recordStep(stage, { Status: OperationStatus.PENDING, StepDetails: { Attempt: 1 } });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      expect([attempts, stage.actions]).toEqual([[], []]);
    });
  });

  it.each<[what: string, config: StepConfig<unknown>, isAtMostOnce: boolean]>([
    ['at most once', AT_MOST_ONCE, true],
    ['at least once', {}, false],
  ])('tells whoever runs bodies in its place of which attempt each is: %s', async (_what, config, isAtMostOnce) => {
    const told: unknown[] = [];
    const retryStrategy = retryAfter(1);
    const body = async ({ attempt }: StepContext) => {
      if (attempt === 1) throw new Error('busy');
      return attempt;
    };
    const stage = new Stage((context) => context.step('charge', body, { ...config, retryStrategy }), {
      config: { aroundAttempt: (attempt, run) => (told.push(attempt), run()) },
    });
    await expect(stage.result()).resolves.toBe(2);
    const subject = { executionArn: TEST_ARN, operationId: STEP_ID, name: 'charge', subType: 'Step', isAtMostOnce };
    expect(told).toEqual([
      { ...subject, attempt: 1 },
      { ...subject, attempt: 2 },
    ]);
  });

  describe('the start of an attempt', () => {
    it('is saved before the body of an at-most-once step runs', async () => {
      const { stage } = oneStep(async () => stage.service.operation('charge').Status, AT_MOST_ONCE);
      await expect(stage.result()).resolves.toBe('STARTED');
      expect(stage.requests).toEqual([['STEP START charge'], ['STEP SUCCEED charge']]);
    });

    it('never lets the body of an at-most-once step run when it cannot be saved', async () => {
      const { stage, attempts } = oneStep(async () => 'paid', AT_MOST_ONCE);
      stage.service.interfere = () => {
        throw connectionReset();
      };
      await expect(stage.invoke()).rejects.toThrow(/socket hang up/);
      expect(attempts).toEqual([]);
    });

    it.each([OperationStatus.CANCELLED, OperationStatus.TIMED_OUT, OperationStatus.STOPPED])(
      'never comes for a step that the service reports as %s',
      async (Status) => {
        const { stage, attempts } = oneStep(async () => 'paid');
        recordStep(stage, { Status, StepDetails: { Error: { ErrorType: 'Odd', ErrorMessage: 'ended elsewhere' } } });
        await expect(stage.run()).resolves.toMatchObject({
          Status: 'FAILED',
          Error: { ErrorMessage: 'ended elsewhere' },
        });
        expect(attempts).toEqual([]);
      },
    );
  });
});
