import { Stage } from '../../../../test/engine/support/stage.js';
import { turns } from '../../../../test/engine/support/turns.js';
import type { DurableContext } from '../../context/durable-context.js';
import { DurableError } from '../errors/durable-error.js';
import { ExecutionError } from '../errors/execution-error.js';
import { ChildContextError, InvokeError } from '../errors/operation-errors.js';
import { type RetryableFunc, withRetry, type WithRetryConfig } from './with-retry.js';

const thrice: WithRetryConfig<unknown>['retryStrategy'] = (_error, attempt) => ({
  shouldRetry: attempt < 3,
  delay: { seconds: attempt },
});

const succeedsAt =
  (last: number): RetryableFunc<string> =>
  async (context, attempt) => {
    await context.step(`try ${attempt}`, async () => attempt);
    if (attempt < last) throw new TypeError(`attempt ${attempt}`);
    return `done at ${attempt}`;
  };

@DurableError('Refusal')
class Refusal extends Error {}

function caught(stage: Stage): Promise<unknown> {
  const { handler } = stage;
  let error: unknown;
  stage.handler = (context, input) => handler(context, input).catch((thrown: unknown) => ((error = thrown), null));
  return stage.result().then(() => error);
}

afterEach(() => turns(3));

describe('withRetry', () => {
  it('runs the function again behind durable waits, in one child context', async () => {
    const stage = new Stage((context) => withRetry(context, 'charge', succeedsAt(3), { retryStrategy: thrice }));
    await expect(stage.result()).resolves.toBe('done at 3');
    expect(stage.service.operation('charge')).toMatchObject({ Type: 'CONTEXT', SubType: 'RunInChildContext' });
    const waits = stage.service.updates.filter(({ Type }) => Type === 'WAIT');
    expect(waits.map(({ Name, ParentId, WaitOptions }) => [Name, ParentId, WaitOptions])).toEqual([
      ['charge-backoff-1', 'c4ca4238a0b92382', { WaitSeconds: 1 }],
      ['charge-backoff-2', 'c4ca4238a0b92382', { WaitSeconds: 2 }],
    ]);
  });

  it('may fail without being awaited', async () => {
    const once = { retryStrategy: () => ({ shouldRetry: false }), wrapWithRunInChildContext: false };
    const failing = async (): Promise<never> => {
      throw new TypeError('attempt 1');
    };
    const stage = new Stage(async (context) => {
      void withRetry(context, failing, once);
      return context.step('tell', async () => 'told');
    });
    // A rejection that nobody handles would fail this test, and end the process of a function.
    await expect(stage.result()).resolves.toBe('told');
  });

  it('takes a name of the greatest length, which the names of its waits are cut to', async () => {
    const name = 'n'.repeat(256);
    const stage = new Stage((context) => withRetry(context, name, succeedsAt(2), { retryStrategy: thrice }));
    await expect(stage.result()).resolves.toBe('done at 2');
    const [wait] = stage.service.updates.filter(({ Type }) => Type === 'WAIT');
    expect(wait).toMatchObject({ Name: name });
  });

  it('throws the last failure as a child context does', async () => {
    const stage = new Stage((context) => withRetry(context, 'charge', succeedsAt(9), { retryStrategy: thrice }));
    const error = await caught(stage);
    expect(error).toBeInstanceOf(ChildContextError);
    expect(error).toMatchObject({ message: 'attempt 3' });
  });

  it('needs neither a name nor a child context', async () => {
    const stage = new Stage((context) =>
      withRetry(context, succeedsAt(9), { retryStrategy: thrice, wrapWithRunInChildContext: false }),
    );
    const error = await caught(stage);
    expect(error).toBeInstanceOf(TypeError);
    const updates = stage.service.updates.filter(({ Type }) => Type === 'WAIT');
    expect(updates.map(({ Name, ParentId }) => [Name, ParentId])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('waits a second where the strategy names no delay, and hands it an error whatever was thrown', async () => {
    const seen: unknown[] = [];
    const stage = new Stage((context) =>
      withRetry(
        context,
        async () => {
          throw 'text';
        },
        { retryStrategy: (error, attempt) => (seen.push(error), { shouldRetry: attempt < 2 }) },
      ),
    );
    await caught(stage);
    expect(stage.service.updates.find(({ Type }) => Type === 'WAIT')?.WaitOptions).toEqual({ WaitSeconds: 1 });
    expect(seen.at(-1)).toMatchObject({ name: 'Error', message: 'text' });
  });

  it('passes the configuration of its child context on', async () => {
    const stage = new Stage((context) =>
      withRetry(context, 'charge', succeedsAt(1), {
        retryStrategy: thrice,
        childContextConfig: { subType: 'Charging' },
      }),
    );
    await stage.run();
    expect(stage.service.operation('charge').SubType).toBe('Charging');
  });

  it('keeps class and cause of an operation that failed before its strategy did', async () => {
    const refused = (context: DurableContext) =>
      context.step(
        'refused',
        async () => {
          throw new RangeError('card declined');
        },
        { retryStrategy: () => ({ shouldRetry: false }) },
      );
    const retryStrategy = () => {
      throw new Error('strategy is broken');
    };
    const stage = new Stage((context) =>
      withRetry(context, 'charge', refused, { retryStrategy, wrapWithRunInChildContext: false }),
    );
    await expect(caught(stage)).resolves.toMatchObject({
      name: 'StepError',
      message: expect.stringMatching(/^card declined.*strategy is broken$/) as string,
      cause: { name: 'RangeError', message: 'card declined' },
    });
  });

  it('keeps the class of an operation whose cause is of a registered class', async () => {
    const errorData = '{"@durable-error":1,"name":"Refusal","message":"no","class":"Refusal"}';
    const refused = () => Promise.reject(new InvokeError('no', new Refusal('no'), errorData));
    const config = { retryStrategy: () => undefined as never, wrapWithRunInChildContext: false };
    const stage = new Stage((context) => withRetry(context, 'charge', refused, config));
    await expect(caught(stage)).resolves.toMatchObject({ name: 'InvokeError', cause: expect.any(Refusal) as Refusal });
  });

  it('lets an error that ends the execution pass', async () => {
    const over = async (_context: DurableContext) => {
      throw new ExecutionError('over');
    };
    const stage = new Stage((context) => withRetry(context, 'charge', over, { retryStrategy: thrice }));
    await expect(stage.invoke()).resolves.toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'over' } });
  });
});
