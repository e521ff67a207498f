import type { DurableControlClient } from '../../client/control-client.js';
import { controlErrorOf } from '../../client/control-failure.js';
import { awaitResult } from './await-result.js';

const failure = (name: string, httpStatusCode?: number) =>
  controlErrorOf('GetDurableExecution', Object.assign(new Error(name), { name, $metadata: { httpStatusCode } }));

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

  it.each([failure('AccessDeniedException', 403), failure('KMSDisabledException', 502)])(
    'gives up on a refusal that lasts',
    async (refusal) => {
      await expect(awaitResult(controlOf(refusal, DONE), 'arn', { maxPollMs: 1 })).rejects.toBe(refusal);
    },
  );

  it.each(['FAILED', 'TIMED_OUT', 'STOPPED'])('ends when the execution is %s', async (status) => {
    await expect(awaitResult(controlOf({ status }), 'arn', {})).rejects.toThrow(`is ${status}`);
  });
});
