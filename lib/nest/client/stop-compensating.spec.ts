import { jest } from '@jest/globals';
import type { DurableControlClient } from '../../client/control-client.js';
import { controlErrorOf } from '../../client/control-failure.js';
import type { HistoryEvent } from '../../client/control-types.js';
import { stopCompensating } from './stop-compensating.js';

const failure = (name: string, httpStatusCode?: number) =>
  controlErrorOf('GetDurableExecutionHistory', Object.assign(new Error(name), { name, $metadata: { httpStatusCode } }));

const listening = {
  type: 'CallbackStarted',
  name: 'stop request',
  subType: 'StopRequest',
  details: { callbackId: 'listener' },
} as unknown as HistoryEvent;

/** An execution that listens; its first calls fail. */
class Listening {
  readonly completed: string[] = [];
  stops = 0;

  constructor(
    private readonly reads: Error[],
    private readonly completions: Error[] = [],
  ) {}

  async *history() {
    const error = this.reads.shift();
    if (error) throw error;
    yield listening;
  }

  async sendCallbackSuccess(callbackId: string): Promise<void> {
    const error = this.completions.shift();
    if (error) throw error;
    this.completed.push(callbackId);
  }

  async describe() {
    return { status: this.completed.length > 0 ? 'FAILED' : 'RUNNING', endedAt: new Date(1) };
  }

  async stop(): Promise<void> {
    this.stops += 1;
  }
}

const stop = (execution: Listening, graceSeconds = 5) =>
  stopCompensating(execution as unknown as DurableControlClient, 'arn', { compensate: true, graceSeconds });

afterEach(() => jest.restoreAllMocks());

describe('stopCompensating()', () => {
  it.each<[string, Error]>([
    ['is not shown yet', failure('ResourceNotFoundException', 404)],
    ['is throttled', failure('TooManyRequestsException', 429)],
    ['cannot be read for the moment', failure('ServiceException', 500)],
  ])('asks again when the execution %s', async (_, error) => {
    for (const execution of [new Listening([error]), new Listening([], [error])]) {
      await expect(stop(execution)).resolves.toMatchObject({ status: 'FAILED' });
      expect([execution.completed, execution.stops]).toEqual([['listener'], 0]);
    }
  });

  it.each([failure('AccessDeniedException', 403), failure('CredentialsProviderError')])(
    'gives up at once on a refusal that lasts: %s',
    async (refused) => {
      await expect(stop(new Listening([refused]))).rejects.toBe(refused);
    },
  );

  it('does not look for an execution that does not exist until a long grace period is over', async () => {
    const missing = failure('ResourceNotFoundException', 404);
    jest.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(30_000);
    await expect(stop(new Listening([missing]), 3600)).rejects.toBe(missing);
  });

  it('stops an execution that it could not ask in time', async () => {
    const execution = new Listening(Array.from({ length: 50 }, () => failure('ServiceException', 500)));
    await stop(execution, 0.05);
    expect([execution.completed, execution.stops]).toEqual([[], 1]);
  });
});
