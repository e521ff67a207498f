import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import type { CallbackDetails, Operation, OperationStatus } from '../../wire/operation.js';
import {
  CallbackExternalError,
  CallbackSubmitterError,
  CallbackTimeoutError,
  DurableOperationError,
} from '../base/errors/operation-errors.js';
import type { WaitForCallbackConfig, WaitForCallbackSubmitterFunc } from './callback-config.js';

const noRetry = () => ({ shouldRetry: false });

interface Told {
  name: string;
  message: string;
  isOurs: boolean;
}

/** A handler that waits for a callback and then sleeps, so that what it got shows on the first run and on replay. */
function waiting(submitter: WaitForCallbackSubmitterFunc, config?: WaitForCallbackConfig<unknown>) {
  const told: unknown[] = [];
  const stage = new Stage(async (context) => {
    told.push(
      await context.waitForCallback<unknown>('approval', submitter, config).catch((error: unknown): Told => {
        const { name, message } = error as Error;
        return { name, message, isOurs: error instanceof DurableOperationError };
      }),
    );
    await context.wait({ seconds: 1 });
  });
  return { stage, told };
}

function callbackOf(stage: Stage): Operation {
  return [...stage.service.operations.values()].find(({ Type }) => Type === 'CALLBACK')!;
}

function complete(stage: Stage, Status: OperationStatus, details: CallbackDetails = {}): void {
  const { Id, CallbackDetails } = callbackOf(stage);
  stage.service.change(Id, { Status, CallbackDetails: { ...CallbackDetails, ...details } });
}

afterEach(() => turns(3));

describe('waitForCallback', () => {
  it('names the submitter in what is wrong with its strategy', async () => {
    const submitter = async () => {
      throw new Error('unreachable');
    };
    const { stage, told } = waiting(submitter, { retryStrategy: () => ({ shouldRetry: true, delay: 60 as never }) });
    await stage.run();
    const message = expect.stringContaining('retryStrategy of Step "approval-submitter" failed') as string;
    expect(told).toEqual(told.map(() => ({ name: 'CallbackSubmitterError', message, isOurs: true })));
    expect(told).toHaveLength(2);
  });

  it('keeps nothing of what the submitter returns, such as the response of an HTTP client', async () => {
    const response: Record<string, unknown> = { headers: { authorization: 'Bearer secret' } };
    const { stage, told } = waiting(async () => response as never);
    await stage.invoke();
    const submitter = () => [...stage.service.operations.values()].find(({ Type }) => Type === 'STEP')!;
    expect(submitter()).toMatchObject({ Status: 'SUCCEEDED' });
    expect(submitter().StepDetails?.Result).toBeUndefined();
    response.request = response;
    complete(stage, 'SUCCEEDED', { Result: 'yes' });
    await stage.run();
    expect(told).toEqual(['yes', 'yes']);
  });

  it('submits the id once, in a context of its own, and returns the raw text', async () => {
    const submitted: string[] = [];
    const { stage, told } = waiting(async (id) => void submitted.push(id));
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    complete(stage, 'SUCCEEDED', { Result: '{"ok":true}' });
    await stage.run();
    expect(submitted).toEqual(['callback-1']);
    expect(told).toEqual(['{"ok":true}', '{"ok":true}']);
    const context = stage.service.operation('approval');
    expect(context).toMatchObject({ Type: 'CONTEXT', SubType: 'WaitForCallback' });
    // Text as JSON, as the official SDK stores it.
    expect(context.ContextDetails?.Result).toBe(JSON.stringify('{"ok":true}'));
    expect(callbackOf(stage).ParentId).toBe(context.Id);
  });

  it('converts the text once, with its own deserializer, also on replay', async () => {
    const read: unknown[] = [];
    const { stage, told } = waiting(async () => undefined, {
      serdes: { deserialize: async (text) => (read.push(text), JSON.parse(text!) as unknown) },
    });
    await stage.invoke();
    complete(stage, 'SUCCEEDED', { Result: '{"ok":true}' });
    await stage.run();
    expect(told).toEqual([{ ok: true }, { ok: true }]);
    expect(read).toEqual(['{"ok":true}', '{"ok":true}']);
  });

  it('passes the timeouts on', async () => {
    const { stage } = waiting(async () => undefined, { timeout: { minutes: 1 }, heartbeatTimeout: { seconds: 5 } });
    await stage.invoke();
    expect(stage.service.updates.find(({ Type }) => Type === 'CALLBACK')?.CallbackOptions).toEqual({
      TimeoutSeconds: 60,
      HeartbeatTimeoutSeconds: 5,
    });
  });

  it('resolves when the callback has come before its submitter was done', async () => {
    const { stage, told } = waiting(async () => complete(stage, 'SUCCEEDED', { Result: 'early' }));
    await stage.run();
    expect(told).toEqual(['early', 'early']);
  });

  it.each<[string, OperationStatus, { name: string }]>([
    ['the outside reports a failure', 'FAILED', CallbackExternalError],
    ['a timeout passes', 'TIMED_OUT', CallbackTimeoutError],
  ])('throws the callback error itself when %s, on the first run as on replay', async (_, status, { name }) => {
    const { stage, told } = waiting(async () => undefined);
    await stage.invoke();
    complete(stage, status, { Error: { ErrorType: 'Refused', ErrorMessage: 'not today' } });
    await stage.run();
    expect(told).toEqual(Array(2).fill({ name, message: 'not today', isOurs: true }));
  });

  it('throws a CallbackSubmitterError when the submitter has failed for good, on the first run as on replay', async () => {
    const { stage, told } = waiting(() => Promise.reject(new TypeError('no such mailbox')), { retryStrategy: noRetry });
    await stage.run();
    const { name } = CallbackSubmitterError;
    expect(told).toEqual(Array(2).fill({ name, message: 'no such mailbox', isOurs: true }));
  });

  it('retries the submitter as its strategy says', async () => {
    let submissions = 0;
    const { stage, told } = waiting(
      async () => {
        submissions += 1;
        if (submissions < 3) throw new Error('mailbox full');
        complete(stage, 'SUCCEEDED', { Result: 'yes' });
      },
      { retryStrategy: () => ({ shouldRetry: true }) },
    );
    await stage.run();
    expect(submissions).toBe(3);
    expect(told).toEqual(['yes', 'yes']);
  });

  it('refuses durable operations inside the submitter, which runs as a step', async () => {
    const stage = new Stage(async (context) =>
      context.waitForCallback('approval', async () => {
        await context.wait({ seconds: 1 });
      }),
    );
    await expect(stage.run()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ContextValidationError' },
    });
  });
});
