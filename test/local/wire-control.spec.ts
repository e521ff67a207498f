import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../lib/local/index.js';
import type { HeldInvocation } from './puppet.js';
import { Puppet } from './puppet.js';
import type { Stage } from './service-fixture.js';
import { eventually, start, startStage } from './service-fixture.js';

const START_MS = 1_700_000_000_000;

interface Answer {
  status: number;
  code: string | null;
  body: Record<string, unknown>;
}

describe('pausing, resuming and deleting by plain HTTP', () => {
  let stage: Stage;
  let puppet: Puppet;
  let directory: string | undefined;
  let arn: string;
  let held: HeldInvocation;

  const begin = async (nowMs = START_MS) => {
    puppet = new Puppet();
    stage = await startStage({
      functions: { f: { handler: puppet.handler, durable: { executionTimeoutSeconds: 600 } } },
      clock: new ManualClock(nowMs),
      ...(directory && { dataDirectory: directory }),
    });
  };

  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${stage.service.endpoint}/2025-12-01${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      code: response.headers.get('x-amzn-errortype'),
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };
  const pathOf = (rest = '', of = arn) => `/durable-executions/${encodeURIComponent(of)}${rest}`;
  const pause = (body: object = {}) => call('POST', pathOf('/pause'), body);
  const resume = (body: object = {}) => call('POST', pathOf('/resume'), body);
  const look = async (of = arn) => (await call('GET', pathOf('?IncludeExecutionData=true', of))).body;
  const status = async () => (await look()).Status;
  const events = async () =>
    (await call('GET', pathOf('/history?IncludeExecutionData=true'))).body.Events as Record<string, unknown>[];
  const types = async () => (await events()).map(({ EventType }) => EventType);
  const checkpoint = async (...Updates: object[]) => {
    const answer = await call('POST', pathOf('/checkpoint'), { CheckpointToken: held.event.CheckpointToken, Updates });
    if (answer.body.CheckpointToken) held.event.CheckpointToken = answer.body.CheckpointToken as string;
    return answer;
  };
  const wait = (WaitSeconds: number) => ({ Id: 'w', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds } });
  const suspend = async () => {
    const before = (await types()).filter((type) => type === 'InvocationCompleted').length;
    held.answer({ Status: 'PENDING' });
    await eventually(async () => {
      const now = (await types()).filter((type) => type === 'InvocationCompleted').length;
      return now > before || undefined;
    });
  };

  beforeEach(async () => {
    directory = undefined;
    await begin();
    arn = await start(stage.client, 'f', { order: 1 });
    held = await puppet.next();
  });
  afterEach(async () => {
    await stage.close();
    if (directory) await rm(directory, { recursive: true });
  });

  it('pauses an execution that waits, and tells so everywhere', async () => {
    await checkpoint(wait(5));
    await suspend();
    stage.service.clock.advance(1_000);
    expect(await pause({ Reason: 'database is down' })).toMatchObject({ status: 200 });
    expect(await look()).toMatchObject({
      Status: 'PAUSED',
      PauseDetails: {
        ExecutionTimeoutPaused: false,
        PauseRequestTimestamp: START_MS / 1000 + 1,
        Reason: 'database is down',
      },
    });
    const bare = (await call('GET', pathOf('?IncludeExecutionData=false'))).body;
    expect(bare.PauseDetails).toEqual({ ExecutionTimeoutPaused: false, PauseRequestTimestamp: START_MS / 1000 + 1 });
    const listed = await call('GET', '/functions/f/durable-executions?Statuses=PAUSED');
    expect(listed.body.DurableExecutions).toMatchObject([{ DurableExecutionArn: arn, Status: 'PAUSED' }]);
    expect((await events()).at(-1)).toEqual({
      EventType: 'ExecutionPaused',
      EventId: 4,
      EventTimestamp: START_MS / 1000 + 1,
      Id: arn.split('/')[3],
      Name: arn.split('/')[2],
      ExecutionPausedDetails: {
        ExecutionTimeoutPaused: false,
        PauseRequestTimestamp: START_MS / 1000 + 1,
        Reason: { Payload: 'database is down', Truncated: false },
      },
    });
  });

  it('runs nothing while it is paused, though waits and callbacks complete, and then everything at once', async () => {
    await checkpoint(wait(5), { Id: 'c', Type: 'CALLBACK', Action: 'START' });
    const callbackId = (await events()).flatMap(
      ({ CallbackStartedDetails: details }) => (details as { CallbackId: string } | undefined)?.CallbackId ?? [],
    )[0] as string;
    await suspend();
    await pause();
    stage.service.clock.advance(5_000);
    const succeeded = await call('POST', `/durable-execution-callbacks/${encodeURIComponent(callbackId)}/succeed`);
    expect(succeeded.status).toBe(200);
    expect((await types()).slice(-3)).toEqual(['ExecutionPaused', 'WaitSucceeded', 'CallbackSucceeded']);
    expect(puppet.unclaimed).toBe(0);

    expect(await resume({ Reason: 'it is up again' })).toMatchObject({ status: 200 });
    held = await puppet.next();
    expect(held.event.UpdatedOperationIds).toEqual(['w', 'c']);
    expect((await look()).PauseDetails).toBeUndefined();
    expect((await events()).at(-1)).toMatchObject({
      EventType: 'ExecutionResumed',
      ExecutionResumedDetails: {
        ResumeRequestTimestamp: START_MS / 1000 + 5,
        Reason: { Payload: 'it is up again', Truncated: false },
      },
    });
    held.answer({ Status: 'SUCCEEDED', Result: '"done"' });
    await eventually(async () => (await status()) === 'SUCCEEDED' || undefined);
  });

  it('answers the next checkpoint of an invocation in progress without a token, also when that is repeated', async () => {
    await pause();
    expect(await status()).toBe('PAUSING');
    const spent = held.event.CheckpointToken;
    const body = {
      CheckpointToken: spent,
      ClientToken: 'same',
      Updates: [{ Id: 's', Type: 'STEP', Action: 'SUCCEED', Payload: '1' }],
    };
    const answer = await call('POST', pathOf('/checkpoint'), body);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ NewExecutionState: { Operations: [expect.objectContaining({ Id: 's' })] } });
    expect(await status()).toBe('PAUSED');
    expect(await call('POST', pathOf('/checkpoint'), body)).toEqual(answer);
    expect(await call('POST', pathOf('/checkpoint'), { ...body, ClientToken: 'another' })).toMatchObject({
      status: 400,
      body: { message: 'Invalid checkpoint token' },
    });
    await suspend();
    expect((await types()).slice(1)).toEqual(['StepSucceeded', 'ExecutionPaused', 'InvocationCompleted']);
    await resume();
    held = await puppet.next();
    expect(held.event.InitialExecutionState.Operations?.map(({ Id }) => Id)).toContain('s');
  });

  it('cancels a pause that has not taken hold', async () => {
    await pause();
    await resume();
    expect(await status()).toBe('RUNNING');
    expect((await checkpoint(wait(5))).body.CheckpointToken).toBeDefined();
    expect(await types()).toEqual(['ExecutionStarted', 'WaitStarted']);
  });

  it('stops the clock of the execution itself only on request', async () => {
    await checkpoint({ Id: 'c', Type: 'CALLBACK', Action: 'START' });
    await suspend();
    await pause({ ExecutionTimeoutPaused: true });
    stage.service.clock.advance(3_600_000);
    expect(await status()).toBe('PAUSED');
    await resume();
    stage.service.clock.advance(599_000);
    expect(await status()).toBe('RUNNING');
    await pause();
    stage.service.clock.advance(1_000);
    expect(await status()).toBe('TIMED_OUT');
  });

  it('takes the same request once, by its client token', async () => {
    await checkpoint(wait(5));
    await suspend();
    await pause({ ClientToken: 'p', Reason: 'r' });
    expect(await pause({ ClientToken: 'p', Reason: 'r' })).toMatchObject({ status: 200 });
    expect(await pause({ ClientToken: 'p', Reason: 'other' })).toMatchObject({
      status: 400,
      code: 'InvalidParameterValueException',
    });
    expect(await pause({ ClientToken: 'q' })).toMatchObject({ status: 409, code: 'ResourceConflictException' });
    await resume({ ClientToken: 'p' });
    expect(await resume({ ClientToken: 'p' })).toMatchObject({ status: 200 });
    expect(await resume({})).toMatchObject({ status: 409, code: 'ResourceConflictException' });
  });

  it.each([
    ['an unknown execution', () => ({}), 404, 'ResourceNotFoundException'],
    ['a reason that is too long', () => ({ Reason: 'x'.repeat(1025) }), 400, 'ValidationException'],
    ['a client token with a space', () => ({ ClientToken: 'a b' }), 400, 'ValidationException'],
    ['a flag that is text', () => ({ ExecutionTimeoutPaused: 'yes' }), 400, 'SerializationException'],
  ])('refuses %s', async (what, body, expected, code) => {
    if (what === 'an unknown execution') arn = arn.replace(/[^/]+$/, 'nobody');
    expect(await pause(body())).toMatchObject({ status: expected, code });
  });

  it('gives the paused execution to whoever starts one of the same name and input', async () => {
    const name = arn.split('/')[2] as string;
    await checkpoint(wait(5));
    await suspend();
    await pause();
    const response = await fetch(`${stage.service.endpoint}/2015-03-31/functions/f/invocations?Qualifier=$LATEST`, {
      method: 'POST',
      headers: { 'x-amz-invocation-type': 'Event', 'x-amz-durable-execution-name': name },
      body: '{"order":1}',
    });
    expect(response.headers.get('x-amz-durable-execution-arn')).toBe(arn);
    expect(await status()).toBe('PAUSED');
  });

  it('stops an execution that is paused', async () => {
    await checkpoint(wait(5));
    await suspend();
    await pause();
    expect(await call('POST', pathOf('/stop'))).toMatchObject({ status: 200 });
    expect(await look()).toMatchObject({ Status: 'STOPPED' });
    expect((await look()).PauseDetails).toBeUndefined();
  });

  it('deletes what has ended, once its function runs no more, and nothing else', async () => {
    expect(await call('DELETE', pathOf())).toMatchObject({ status: 409, code: 'ResourceConflictException' });
    await call('POST', pathOf('/stop'));
    const deleted = await call('DELETE', pathOf());
    expect(deleted).toMatchObject({ status: 202, body: { DeletionRequestTimestamp: START_MS / 1000 } });
    expect(await status()).toBe('DELETING');
    expect(await call('DELETE', pathOf())).toMatchObject({ status: 409 });
    held.answer({ Status: 'PENDING' });
    const gone = await eventually(async () => {
      const answer = await call('GET', pathOf());
      return answer.status === 404 ? answer : undefined;
    });
    expect(gone.code).toBe('ResourceNotFoundException');
    const listed = await call('GET', '/functions/f/durable-executions');
    expect(listed.body.DurableExecutions).toEqual([]);
    expect(await call('DELETE', pathOf())).toMatchObject({ status: 404 });
  });

  it('still answers whoever waited for the result of an execution that is deleted', async () => {
    const answer = fetch(`${stage.service.endpoint}/2015-03-31/functions/f/invocations?Qualifier=$LATEST`, {
      method: 'POST',
      body: '{"order":2}',
    });
    held = await puppet.next();
    arn = held.event.DurableExecutionArn;
    held.answer({ Status: 'SUCCEEDED', Result: '"r"' });
    await eventually(async () => (await call('DELETE', pathOf())).status === 202 || undefined);
    expect(await (await answer).text()).toBe('"r"');
  });

  describe('over a restart', () => {
    const restart = async () => {
      const nowMs = stage.service.clock.now();
      await stage.close();
      await begin(nowMs);
    };

    beforeEach(async () => {
      await stage.close();
      directory = await mkdtemp(join(tmpdir(), 'durable-control-'));
      await begin();
      arn = await start(stage.client, 'f', { order: 2 });
      held = await puppet.next();
    });

    it('keeps a pause, its reason, its client token and its stopped timeout', async () => {
      await checkpoint(wait(5));
      await suspend();
      await pause({ ClientToken: 'p', Reason: 'r', ExecutionTimeoutPaused: true });
      await restart();
      stage.service.clock.advance(3_600_000);
      expect(await look()).toMatchObject({ Status: 'PAUSED', PauseDetails: { Reason: 'r' } });
      expect(puppet.unclaimed).toBe(0);
      await resume();
      held = await puppet.next();
      expect(held.event.UpdatedOperationIds).toEqual(['w']);
    });

    it('pauses at once what was running when it went down', async () => {
      await pause();
      await restart();
      expect(await eventually(async () => ((await status()) === 'PAUSED' ? true : undefined))).toBe(true);
      await resume();
      expect((await puppet.next()).event.DurableExecutionArn).toBe(arn);
    });

    it('ends a deletion that it had accepted', async () => {
      await call('POST', pathOf('/stop'));
      expect(await call('DELETE', pathOf())).toMatchObject({ status: 202 });
      await restart();
      expect(await call('GET', pathOf())).toMatchObject({ status: 404 });
      expect((await call('GET', '/functions/f/durable-executions')).body.DurableExecutions).toEqual([]);
    });
  });
});
