import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import { TEST_ARN } from '../../../test/fixtures/memory-service.js';
import { executionIdOf } from '../../wire/durable-execution-arn.js';
import { ERROR_OBJECT_BYTES, RESPONSE_BYTES } from '../../wire/limits.js';

const envelopeBytes = (Result: string) => Buffer.byteLength(JSON.stringify({ Status: 'SUCCEEDED', Result }));
const FRAME_BYTES = envelopeBytes('');

/** A text whose response, once it is JSON in JSON, is as large as allowed plus so many bytes. */
function textFilling(character: string, plusBytes: number): string {
  const bytesEach =
    Buffer.byteLength(JSON.stringify(JSON.stringify(character))) - Buffer.byteLength(JSON.stringify('""'));
  const room = RESPONSE_BYTES - FRAME_BYTES - Buffer.byteLength('\\"\\"') + plusBytes;
  const text = character.repeat(Math.floor(room / bytesEach));
  return text + 'x'.repeat(room - Math.floor(room / bytesEach) * bytesEach);
}

const closings = (stage: Stage) => stage.service.updates.filter(({ Type }) => Type === 'EXECUTION');

/** The service responds to the update that closes an execution without a token. */
function closeWithoutToken(stage: Stage): void {
  stage.service.interfere = (call) =>
    call.request.Updates?.some(({ Type }) => Type === 'EXECUTION') ? { NewExecutionState: {} } : undefined;
}

afterEach(() => turns(3));

describe('An invocation whose durable API fails beside a step', () => {
  it.each<[string, boolean, number]>([
    ['names the step, whose attempt counts as interrupted in the next', true, 1],
    ['says nothing where such attempts do not count', false, 0],
  ])('%s', async (_, countInterruptedAttempts, lines) => {
    const stage = new Stage(
      async (context) => {
        await context.step('charge', () => turns(20).then(() => 'paid'), {
          retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 1 } }),
        });
      },
      { config: { countInterruptedAttempts, stepStartHoldMs: 0 } },
    );
    stage.service.interfere = (call) => {
      const ends = call.request.Updates?.some(({ Action }) => Action === 'SUCCEED');
      if (ends) throw Object.assign(new Error('unavailable'), { $metadata: { httpStatusCode: 500 } });
      return undefined;
    };
    await expect(stage.invoke()).rejects.toThrow('unavailable');
    const told = stage.logger.records.filter((record) => JSON.stringify(record).includes('count as interrupted'));
    expect(told).toHaveLength(lines);
    stage.service.interfere = undefined;
    await stage.invoke();
    expect(stage.service.operation('charge').Status).toBe(countInterruptedAttempts ? 'PENDING' : 'SUCCEEDED');
  });
});

describe('endInvocation', () => {
  it.each<[string, Handler, object]>([
    ['an object', async () => ({ a: 1 }), { Result: '{"a":1}' }],
    ['a Date', async () => new Date(0), { Result: '"1970-01-01T00:00:00.000Z"' }],
    ['null', async () => null, { Result: 'null' }],
    ['an empty text', async () => '', { Result: '""' }],
    ['nothing', async () => undefined, {}],
    ['a function, which is nothing in JSON', async () => () => 1, {}],
  ])('answers with the result of the handler: %s', async (_, handler, members) => {
    const output = await new Stage(handler).invoke();
    expect(output).toEqual({ Status: 'SUCCEEDED', ...members });
    expect(Object.keys(output)).toEqual(['Status', ...Object.keys(members)]);
  });

  it.each<[string, Handler]>([
    ['a bigint', async () => ({ amount: 1n })],
    [
      'a circle',
      async () => {
        const circle: Record<string, unknown> = {};
        circle.self = circle;
        return circle;
      },
    ],
  ])('fails the execution for a result that is no JSON: %s', async (_, handler) => {
    await expect(new Stage(handler).invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorMessage: expect.stringMatching(
          /^The result of the handler cannot be saved\. The value cannot be written as JSON/,
        ),
      },
    });
  });

  it('sends what is held before it answers', async () => {
    const stage = new Stage((context) => context.runInChildContext('child', async () => 1));
    await stage.invoke();
    expect(stage.service.operation('child').Status).toBe('SUCCEEDED');
  });

  it('does not wait for operations that nobody awaits, and records nothing more of them', async () => {
    const stage = new Stage(async (context) => {
      void context.step('slow', () => turns(10));
      void context.wait('long', { days: 1 });
      return 'done';
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"done"' });
    await turns(15);
    expect(stage.actions).toEqual(['STEP START slow', 'WAIT START long']);
  });

  describe('with a large result', () => {
    it.each([
      ['plain text', 'x'],
      ['text that grows in JSON', '"'],
      ['multi-byte text', '€'],
    ])('answers with it as long as the response fits: %s', async (_, character) => {
      const text = textFilling(character, 0);
      expect(envelopeBytes(JSON.stringify(text))).toBe(RESPONSE_BYTES);
      const stage = new Stage(async () => text);
      const output = await stage.invoke();
      expect(output).toEqual({ Status: 'SUCCEEDED', Result: JSON.stringify(text) });
      expect(stage.service.calls).toEqual([]);
    });

    it.each([
      ['plain text', 'x'],
      ['text that grows in JSON', '"'],
      ['multi-byte text', '€'],
    ])('closes the execution by a checkpoint when it is one byte too large: %s', async (_, character) => {
      const text = textFilling(character, 1);
      const stage = new Stage(async () => text);
      closeWithoutToken(stage);
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '' });
      expect(closings(stage)).toEqual([
        { Id: executionIdOf(TEST_ARN), Type: 'EXECUTION', Action: 'SUCCEED', Payload: JSON.stringify(text) },
      ]);
    });

    it('closes the execution last and alone, whatever is held', async () => {
      const stage = new Stage((context) =>
        context.runInChildContext('child', async () => 1).then(() => textFilling('x', 1)),
      );
      closeWithoutToken(stage);
      await stage.invoke();
      expect(stage.requests).toEqual([
        ['CONTEXT START child', 'CONTEXT SUCCEED child'],
        [expect.stringMatching(/^EXECUTION SUCCEED/)],
      ]);
      expect(stage.logger.records).toEqual([]);
    });

    it('accepts that a service gives a token even then', async () => {
      const stage = new Stage(async () => textFilling('x', 1));
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '' });
    });

    it('records nothing behind the end', async () => {
      const stage = new Stage(async (context) => {
        void turns(2).then(() => context.step('late', async () => 1));
        return textFilling('x', 1);
      });
      closeWithoutToken(stage);
      await stage.invoke();
      await turns(6);
      expect(stage.service.calls).toHaveLength(1);
    });
  });

  describe('with a large error', () => {
    it('answers with what the service takes of it', async () => {
      const stage = new Stage(() => Promise.reject(new Error('x'.repeat(ERROR_OBJECT_BYTES * 2))));
      const output = await stage.invoke();
      expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'Error' } });
      expect(Buffer.byteLength(JSON.stringify((output as { Error: object }).Error))).toBeLessThanOrEqual(
        ERROR_OBJECT_BYTES,
      );
      expect(stage.service.calls).toEqual([]);
    });

    it('closes the execution by a checkpoint when the response could not carry it', async () => {
      const stage = new Stage(() => Promise.reject(new TypeError('x'.repeat(RESPONSE_BYTES))));
      closeWithoutToken(stage);
      await expect(stage.invoke()).resolves.toEqual({ Status: 'FAILED' });
      expect(closings(stage)).toMatchObject([{ Action: 'FAIL', Error: { ErrorType: 'TypeError' } }]);
      expect(stage.logger.records.map(({ level }) => level)).toEqual(['error']);
    });
  });
});
