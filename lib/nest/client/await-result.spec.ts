import { jest } from '@jest/globals';
import type { DurableControlClient } from '../../client/control-client.js';
import type { HistoryEvent } from '../../client/control-types.js';
import { controlErrorOf } from '../../client/control-failure.js';
import { awaitResult } from './await-result.js';

const failure = (name: string, httpStatusCode?: number) =>
  controlErrorOf('GetDurableExecution', Object.assign(new Error(name), { name, $metadata: { httpStatusCode } }));

const noCredentials = failure('CredentialsProviderError');

/** Answers looks one after the other; an error is thrown. */
function controlOf(...looks: unknown[]): DurableControlClient {
  const describe = async () => {
    const look = looks.length > 1 ? looks.shift() : looks[0];
    if (look instanceof Error) throw look;
    return look;
  };
  return { describe } as unknown as DurableControlClient;
}

const DONE = { status: 'SUCCEEDED', result: '"done"' };

describe('awaitResult', () => {
  it.each([
    ['an execution that is not found yet', failure('ResourceNotFoundException', 404)],
    ['throttling', failure('TooManyRequestsException', 429)],
    ['a failure of the service', failure('ServiceException', 500)],
    ['a lost connection', failure('ECONNRESET')],
    ['a pause', { status: 'PAUSED' }],
    ['a status that nobody knows', { status: 'HIBERNATING' }],
  ])('waits through %s', async (_, look) => {
    expect(await awaitResult(controlOf(look, DONE), 'arn', { maxPollMs: 1 })).toBe('done');
  });

  it('waits through credentials that are being renewed', async () => {
    const control = controlOf({ status: 'RUNNING' }, noCredentials, DONE);
    expect(await awaitResult(control, 'arn', { maxPollMs: 1 })).toBe('done');
  });

  it.each([
    failure('AccessDeniedException', 403),
    failure('KMSDisabledException', 502),
    failure('NotSent'),
    failure('NotDeployedError'),
    noCredentials,
  ])('gives up on a refusal that lasts: %s', async (refusal) => {
    await expect(awaitResult(controlOf(refusal, DONE), 'arn', { maxPollMs: 1 })).rejects.toBe(refusal);
  });

  it.each([0, -1, NaN, 'soon'])('refuses %p as the longest delay', async (maxPollMs) => {
    const control = controlOf({ status: 'RUNNING' });
    await expect(awaitResult(control, 'arn', { maxPollMs: maxPollMs as number })).rejects.toThrow(
      `maxPollMs must be a number above 0, and is ${maxPollMs}`,
    );
  });

  describe('onProgress', () => {
    const entries = (...ids: number[]) => ids.map((eventId) => ({ eventId }) as HistoryEvent);

    /** Reads of the history, one after the other, each the newest entries first. */
    function withHistory(control: DurableControlClient, ...reads: Array<HistoryEvent[] | Error>): DurableControlClient {
      async function* history() {
        const read = reads.length > 1 ? reads.shift()! : reads[0]!;
        if (read instanceof Error) throw read;
        yield* read;
      }
      return Object.assign(control, { history }) as unknown as DurableControlClient;
    }

    it('is told of every entry before the result, also where the last read of the history fails for the moment', async () => {
      const throttled = failure('TooManyRequestsException', 429);
      const reads = [entries(1), throttled, throttled, entries(3, 2, 1)];
      const control = withHistory(controlOf({ status: 'RUNNING' }, DONE), ...reads);
      const told: number[] = [];

      await awaitResult(control, 'arn', { maxPollMs: 1, onProgress: ({ eventId }) => told.push(eventId) });

      expect(told).toEqual([1, 2, 3]);
    });

    it('does not keep the result back where there is no history any more', async () => {
      const history = withHistory(controlOf(DONE), failure('ResourceNotFoundException', 404));
      // A service on this machine is asked without the limit, which looks at the clock too.
      const control = Object.assign(history, { endpoint: 'http://127.0.0.1:9090' });
      jest.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValueOnce(29_000).mockReturnValue(30_000);
      const result = awaitResult(control, 'arn', { maxPollMs: 1, onProgress: () => undefined });
      await expect(result.finally(() => jest.restoreAllMocks())).resolves.toBe('done');
    });

    it('is awaited, and its rejection ends the wait', async () => {
      const control = withHistory(controlOf(DONE), entries(2, 1));
      const told: number[] = [];
      const onProgress = async ({ eventId }: HistoryEvent) => {
        await Promise.resolve();
        told.push(eventId);
        if (eventId === 2) throw new Error('the page is closed');
      };

      await expect(awaitResult(control, 'arn', { onProgress })).rejects.toThrow('the page is closed');
      expect(told).toEqual([1, 2]);
    });

    it('is told nothing any more once the signal is aborted', async () => {
      const control = withHistory(controlOf(DONE), entries(2, 1));
      const giveUp = new AbortController();
      const told: number[] = [];
      const onProgress = ({ eventId }: HistoryEvent) => (told.push(eventId), giveUp.abort());

      await expect(awaitResult(control, 'arn', { onProgress, signal: giveUp.signal })).rejects.toThrow('aborted');
      await new Promise(setImmediate);
      expect(told).toEqual([1]);
    });
  });

  describe('with a signal', () => {
    const reason = new RangeError('The customer has left.');
    const never = new Promise<never>(() => undefined);

    it.each<[string, (abort: () => void) => unknown]>([
      ['a request that has no response', (abort) => (setImmediate(abort), never)],
      ['the delay before the next one', (abort) => (setImmediate(abort), { status: 'RUNNING' })],
      ['the end of that request', (abort) => (abort(), { status: 'RUNNING' })],
    ])('rejects with its reason at once, while it waits for %s', async (_, look) => {
      const giveUp = new AbortController();
      const control = { describe: async () => look(() => giveUp.abort(reason)) } as unknown as DurableControlClient;
      await expect(awaitResult(control, 'arn', { signal: giveUp.signal })).rejects.toBe(reason);
    });

    it('does not begin if it was aborted before', async () => {
      const control = { describe: jest.fn() } as unknown as DurableControlClient;
      await expect(awaitResult(control, 'arn', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(control.describe).not.toHaveBeenCalled();
    });
  });

  it.each(['FAILED', 'TIMED_OUT', 'STOPPED'])('ends when the execution is %s', async (status) => {
    await expect(awaitResult(controlOf({ status }), 'arn', {})).rejects.toThrow(`is ${status}`);
  });
});
