import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { awsError, connectionReset } from '../../../test/engine/support/strict-service.js';
import { turns } from '../../../test/engine/support/turns.js';
import { unreadable } from '../../../test/engine/support/unreadable.js';
import { lambdaContext, MemoryService, TEST_ARN } from '../../../test/fixtures/memory-service.js';
import { STALE_TOKEN_MESSAGE } from '../../wire/error-codes.js';
import { CheckpointError } from '../base/errors/checkpoint-error.js';
import { NotDurableError } from '../base/errors/context-errors.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { GetExecutionStateError } from '../base/errors/get-execution-state-error.js';
import { InvocationError } from '../base/errors/invocation-error.js';
import { runInvocation } from './run-invocation.js';
import { openState } from '../state/load-state.js';

/** How an invocation ended: the status in the response, or `thrown`. */
async function endOf(stage: Stage): Promise<{ end: string; error: Record<string, unknown> }> {
  try {
    const output = await stage.invoke();
    return { end: output.Status, error: { ...('Error' in output ? output.Error : {}) } };
  } catch (thrown) {
    const { name, message } = thrown as Error;
    return { end: 'thrown', error: { ErrorType: name, ErrorMessage: message } };
  }
}

const failures: Array<[string, () => Error, 'FAILED' | 'thrown']> = [
  ['a key that is disabled (502)', () => awsError('KMSDisabledException', 502), 'FAILED'],
  ['access denied (403)', () => awsError('AccessDeniedException', 403), 'FAILED'],
  ['a call that is invalid (400)', () => awsError('InvalidParameterValueException', 400, 'too long'), 'FAILED'],
  ['a stale token (400)', () => awsError('InvalidParameterValueException', 400, STALE_TOKEN_MESSAGE), 'thrown'],
  ['throttling (429)', () => awsError('TooManyRequestsException', 429), 'thrown'],
  ['a failing service (500)', () => awsError('ServiceException', 500), 'thrown'],
  ['a broken connection', connectionReset, 'thrown'],
];

/** Lets `failing` calls of the durable API fail, and the others through. */
function failCalls(stage: Stage, failing: (number: number) => boolean, failure: () => Error): void {
  stage.service.interfere = (_, number) => {
    if (failing(number)) throw failure();
  };
}

afterEach(() => turns(3));

describe('runInvocation', () => {
  it('refuses a plain event before anything else happens', async () => {
    const service = new MemoryService();
    let ran = false;
    const running = runInvocation({
      event: { orderId: 7 } as never,
      lambdaContext: lambdaContext(),
      client: service,
      body: async () => (ran = true),
    });
    await expect(running).rejects.toBeInstanceOf(NotDurableError);
    expect([ran, service.calls]).toEqual([false, []]);
  });

  it('uses a state that the caller has begun to read', async () => {
    const stage = new Stage((context) => context.step('charge', async () => 1));
    await stage.run();
    const event = stage.service.event();
    const state = openState(event, stage.service);
    const running = runInvocation({
      event: { ...event, InitialExecutionState: { Operations: [], NextMarker: 'unread' } },
      lambdaContext: lambdaContext(),
      client: stage.service,
      state,
      body: ({ context }) => context.step('charge', async () => 2),
    });
    await expect(running).resolves.toEqual({ Status: 'SUCCEEDED', Result: '1' });
  });

  describe('when the initial state cannot be read (path 1)', () => {
    it.each(failures)('ends for %s before any user code', async (_, failure, end) => {
      let ran = false;
      const stage = new Stage(async () => (ran = true));
      stage.service.firstPageItems = 0;
      failCalls(stage, () => true, failure);
      await expect(endOf(stage)).resolves.toMatchObject({ end, error: { ErrorType: GetExecutionStateError.name } });
      expect([ran, stage.service.calls.length]).toEqual([false, 1]);
    });
  });

  describe('when a checkpoint fails (path 2)', () => {
    /** User code that does its worst with a failing operation. */
    const handlers: Array<[string, Handler]> = [
      ['awaits it', (context) => context.step('charge', async () => 1)],
      ['catches everything and returns', (context) => context.step('charge', async () => 1).catch(() => 'caught')],
      [
        'never ends',
        async (context) => {
          void context.step('charge', async () => 1);
          await new Promise(() => undefined);
        },
      ],
      [
        'keeps calling operations',
        async (context) => {
          void context.step('charge', async () => 1).catch(() => undefined);
          for (let at = 0; at < 20; at += 1) {
            void context.step(`more ${at}`, async () => at);
            await turns(1);
          }
          return 'done';
        },
      ],
      [
        'waits in a finally block that calls more',
        async (context) => {
          try {
            await context.step('charge', async () => 1);
          } finally {
            await context.step('clean up', async () => 2);
          }
        },
      ],
      [
        'is inside a child',
        (context) => context.runInChildContext((child) => child.step('charge', async () => 1).catch(() => 0)),
      ],
      [
        'races it',
        (context) => Promise.race([context.step('charge', async () => 1), context.step('slow', () => turns(50))]),
      ],
    ];
    const matrix = handlers.flatMap(([behaviour, handler]) =>
      failures.map(([what, failure, end]) => [what, behaviour, end, handler, failure] as const),
    );

    it.each(matrix)(
      '%s, while user code %s, ends %s with one call and nothing afterwards',
      async (_, __, end, handler, failure) => {
        const stage = new Stage(handler);
        failCalls(stage, () => true, failure);
        await expect(endOf(stage)).resolves.toMatchObject({ end, error: { ErrorType: CheckpointError.name } });
        await turns(30);
        expect(stage.service.calls).toHaveLength(1);
        expect(stage.service.operations.size).toBe(1);
      },
    );

    it('does not settle an operation: neither its result nor an error reaches user code', async () => {
      const reached: string[] = [];
      const stage = new Stage((context) =>
        context
          .step('charge', async () => 1)
          .then(
            () => reached.push('result'),
            () => reached.push('error'),
          ),
      );
      failCalls(stage, () => true, connectionReset);
      await endOf(stage);
      await turns(10);
      expect(reached).toEqual([]);
    });

    it('is not taken for a failed attempt: no strategy, no record', async () => {
      let asked = 0;
      const stage = new Stage((context) =>
        context.step('charge', async () => 1, { retryStrategy: () => ((asked += 1), { shouldRetry: true }) }),
      );
      failCalls(
        stage,
        () => true,
        () => awsError('AccessDeniedException', 403),
      );
      await endOf(stage);
      expect(asked).toBe(0);
    });
  });

  describe('when a checkpoint fails after the handler has ended (path 2, draining)', () => {
    const endings: Array<[string, Handler]> = [
      ['returned', async (context) => context.runInChildContext('child', async () => 'result')],
      [
        'returned while an operation went on',
        async (context) => {
          void context.step('slow', () => turns(3));
          return 'result';
        },
      ],
      [
        'thrown',
        async (context) => {
          await context.runInChildContext('child', async () => 1);
          throw new Error('no');
        },
      ],
      [
        'had a fault of its own',
        async (context) => {
          await context.runInChildContext('child', async () => 1);
          await context.step('fatal', () => Promise.reject(new ExecutionError('cancelled')));
        },
      ],
      [
        'asked for another invocation',
        async (context) => {
          await context.runInChildContext('child', async () => 1);
          throw new InvocationError('broken sandbox');
        },
      ],
    ];
    const matrix = endings.flatMap(([ending, handler]) =>
      failures.map(([what, failure, end]) => [what, ending, end, handler, failure] as const),
    );

    it.each(matrix)('%s, beats what the handler has %s: %s', async (_, __, end, handler, failure) => {
      const stage = new Stage(handler);
      failCalls(stage, () => true, failure);
      await expect(endOf(stage)).resolves.toMatchObject({ end, error: { ErrorType: CheckpointError.name } });
      await turns(10);
      expect(stage.service.calls).toHaveLength(1);
    });
  });

  describe('when the checkpoint of an oversized end fails (path 2, closing)', () => {
    const tooLarge = 'x'.repeat(6 * 1024 * 1024);
    const ends: Array<[string, Handler]> = [
      ['result', async () => tooLarge],
      [
        'error',
        async () => {
          throw new Error(tooLarge);
        },
      ],
    ];
    const matrix = ends.flatMap(([what, handler]) =>
      failures.map(([failed, failure, end]) => [what, failed, end, handler, failure] as const),
    );

    it.each(matrix)('the %s is lost to %s: %s, and nothing hangs', async (_, __, end, handler, failure) => {
      const stage = new Stage(handler);
      failCalls(stage, () => true, failure);
      await expect(endOf(stage)).resolves.toMatchObject({ end, error: { ErrorType: CheckpointError.name } });
      expect(stage.service.calls).toHaveLength(1);
    });
  });

  describe('when user code fails (path 3)', () => {
    it.each<[string, unknown, 'FAILED' | 'thrown', object]>([
      ['any error', new RangeError('too many'), 'FAILED', { ErrorType: 'RangeError', ErrorMessage: 'too many' }],
      ['a text', 'too many', 'FAILED', { ErrorMessage: 'too many' }],
      ['nothing', undefined, 'FAILED', { ErrorMessage: 'undefined was thrown.' }],
      ['an object', { status: 410 }, 'FAILED', { ErrorMessage: '{"status":410}', ErrorData: '{"status":410}' }],
      ['what cannot be read', unreadable(), 'FAILED', { ErrorMessage: 'An object was thrown that cannot be read.' }],
      [
        'an ExecutionError',
        new ExecutionError('cancelled', { errorData: '7' }),
        'FAILED',
        { ErrorType: 'ExecutionError', ErrorMessage: 'cancelled', ErrorData: '7' },
      ],
      ['an InvocationError', new InvocationError('broken sandbox'), 'thrown', { ErrorMessage: 'broken sandbox' }],
      [
        'an AWS error that user code let out',
        awsError('KMSDisabledException', 502),
        'FAILED',
        { ErrorType: 'KMSDisabledException' },
      ],
      [
        'a throttled call of user code',
        awsError('TooManyRequestsException', 429),
        'FAILED',
        { ErrorType: 'TooManyRequestsException' },
      ],
    ])('%s ends as it should', async (_, error, end, told) => {
      const stage = new Stage(() => Promise.reject(error));
      const ended = await endOf(stage);
      expect(ended.end).toBe(end);
      expect(ended.error).toMatchObject(told);
      expect(stage.service.calls).toEqual([]);
    });

    it('throws the very error that asked for another invocation', async () => {
      const error = new InvocationError('broken sandbox');
      await expect(new Stage(() => Promise.reject(error)).invoke()).rejects.toBe(error);
    });

    it('saves what came before it', async () => {
      const stage = new Stage(async (context) => {
        await context.runInChildContext('child', async () => 1);
        throw new Error('no');
      });
      await expect(endOf(stage)).resolves.toMatchObject({ end: 'FAILED', error: { ErrorType: 'Error' } });
      expect(stage.actions).toEqual(['CONTEXT START child', 'CONTEXT SUCCEED child']);
    });

    it('fails the execution for input that is no JSON', async () => {
      const stage = new Stage(async () => 'never');
      const [execution] = [...stage.service.operations.values()];
      stage.service.change(execution!.Id, { ExecutionDetails: { InputPayload: '{' } });
      await expect(endOf(stage)).resolves.toMatchObject({ end: 'FAILED', error: { ErrorType: 'ExecutionError' } });
    });
  });

  describe('when a checkpoint is answered without a token', () => {
    const warnings = (stage: Stage) => stage.logger.records.filter(({ level }) => level === 'warn');

    it('suspends at once, sends nothing more, and warns once', async () => {
      const stage = new Stage(async (context) => {
        await context.step('charge', async () => 1).catch(() => 'caught');
        return context.step('never', async () => 2);
      });
      stage.service.operations.set('w', { Id: 'w', Type: 'WAIT', Status: 'STARTED' });
      stage.service.interfere = () => ({ NewExecutionState: { Operations: [] } });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      await turns(5);
      expect(stage.service.calls).toHaveLength(1);
      expect(stage.logger.records).toEqual(warnings(stage));
      const message = expect.stringContaining('another invocation has taken over');
      expect(warnings(stage)).toMatchObject([{ record: { message, executionArn: TEST_ARN, requestId: 'request-1' } }]);
    });

    it.each<[string, Handler]>([
      ['returned', (context) => context.runInChildContext(async () => 'result')],
      ['thrown', (context) => context.runInChildContext(async () => 1).then(() => Promise.reject(new Error('no')))],
    ])('suspends also after the handler has %s', async (_, handler) => {
      const stage = new Stage(handler);
      stage.service.operations.set('w', { Id: 'w', Type: 'WAIT', Status: 'STARTED' });
      stage.service.interfere = () => ({ NewExecutionState: {} });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      expect(stage.service.calls).toHaveLength(1);
      expect(warnings(stage)).toHaveLength(1);
    });

    it('does so whatever the logger does', async () => {
      const throwing = () => {
        throw new Error('disk full');
      };
      const logger = { error: throwing, warn: throwing, info: throwing, debug: throwing };
      const stage = new Stage((context) => context.step('charge', async () => 1), { config: { logger } });
      stage.service.operations.set('w', { Id: 'w', Type: 'WAIT', Status: 'STARTED' });
      stage.service.interfere = () => ({ NewExecutionState: {} });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    });
  });

  it('lets a failed page of a checkpoint answer decide like the checkpoint itself', async () => {
    for (const [, failure, end] of failures) {
      const stage = new Stage((context) => context.step('charge', async () => 1).catch(() => 'caught'));
      stage.service.interfere = (call) => {
        if (call.api === 'state') throw failure();
        return { CheckpointToken: 'token-x', NewExecutionState: { Operations: [], NextMarker: 'more' } };
      };
      await expect(endOf(stage)).resolves.toMatchObject({ end, error: { ErrorType: GetExecutionStateError.name } });
      expect(stage.service.calls.map(({ api }) => api)).toEqual(['checkpoint', 'state']);
    }
  });

  it('resumes after each kind of transient failure with the same result', async () => {
    const stage = new Stage(async (context) => {
      const first = await context.step('first', async () => 'a');
      await context.wait('pause', { seconds: 1 });
      return first + (await context.step('second', async () => 'b'));
    });
    const transient = failures.filter(([, , end]) => end === 'thrown');
    failCalls(
      stage,
      (number) => number % 2 === 1 && number < 2 * transient.length,
      () => transient[0]![1](),
    );
    let output;
    for (let invocation = 0; invocation < 20 && output?.Status !== 'SUCCEEDED'; invocation += 1) {
      output = await stage.invoke().catch(() => undefined);
      stage.service.passTime();
    }
    expect(output).toEqual({ Status: 'SUCCEEDED', Result: '"ab"' });
  });
});
