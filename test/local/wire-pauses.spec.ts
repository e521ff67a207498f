import { ManualClock } from '../../lib/local/index.js';
import type { HeldInvocation } from './puppet.js';
import { Puppet } from './puppet.js';
import type { Stage } from './service-fixture.js';
import { eventually, start, startStage } from './service-fixture.js';

interface HistoryEvent {
  EventType: string;
  Name?: string;
  ExecutionPausedDetails?: { Reason?: object };
  CallbackStartedDetails?: { CallbackId: string };
  ChainedInvokeStartedDetails?: { DurableExecutionArn?: string };
}

describe('an execution that is paused, by plain HTTP', () => {
  let stage: Stage;
  let puppet: Puppet;
  let arn: string;
  let held: HeldInvocation;

  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${stage.service.endpoint}/2025-12-01${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
  };
  const pathOf = (rest = '', of = arn) => `/durable-executions/${encodeURIComponent(of)}${rest}`;
  const status = async (of = arn) => (await call('GET', pathOf('', of))).body.Status;
  const events = async (withData = true) =>
    (await call('GET', pathOf(`/history?IncludeExecutionData=${withData}`))).body.Events as HistoryEvent[];
  const types = async () => (await events()).map(({ EventType }) => EventType);
  const checkpoint = async (...Updates: object[]) => {
    const { body } = await call('POST', pathOf('/checkpoint'), {
      CheckpointToken: held.event.CheckpointToken,
      Updates,
    });
    held.event.CheckpointToken = body.CheckpointToken as string;
  };
  const suspend = async () => {
    const ends = async () => (await types()).filter((type) => type === 'InvocationCompleted').length;
    const before = await ends();
    held.answer({ Status: 'PENDING' });
    await eventually(async () => (await ends()) > before || undefined);
  };
  const advance = (ms: number) => (stage.service.clock as ManualClock).advance(ms);
  const wait = (Id: string, WaitSeconds: number) => ({
    Id,
    Type: 'WAIT',
    Action: 'START',
    WaitOptions: { WaitSeconds },
  });

  beforeEach(async () => {
    puppet = new Puppet();
    const durable = { executionTimeoutSeconds: 86_400 };
    stage = await startStage({
      functions: {
        f: { handler: puppet.handler, durable },
        child: { handler: () => ({ Status: 'SUCCEEDED', Result: '"from the child"' }), durable },
      },
      clock: new ManualClock(1_700_000_000_000),
    });
    arn = await start(stage.client, 'f', {});
    held = await puppet.next();
  });
  afterEach(() => stage.close());

  it("completes waits, retries' delays, callbacks' timeouts and chained invokes meanwhile", async () => {
    await checkpoint(
      wait('w', 5),
      { Id: 's', Type: 'STEP', Action: 'START' },
      { Id: 'c', Type: 'CALLBACK', Action: 'START', CallbackOptions: { TimeoutSeconds: 8 } },
      { Id: 'i', Type: 'CHAINED_INVOKE', Action: 'START', ChainedInvokeOptions: { FunctionName: 'child:$LATEST' } },
    );
    await checkpoint({ Id: 's', Type: 'STEP', Action: 'RETRY', StepOptions: { NextAttemptDelaySeconds: 6 } });
    await suspend();
    await call('POST', pathOf('/pause'), {});
    advance(10_000);
    await eventually(async () => (await types()).includes('ChainedInvokeSucceeded') || undefined);

    expect(await types()).toEqual(expect.arrayContaining(['WaitSucceeded', 'CallbackTimedOut']));
    expect(await status()).toBe('PAUSED');
    expect(puppet.unclaimed).toBe(0);

    await call('POST', pathOf('/resume'), {});
    held = await puppet.next();
    const statuses = held.event.InitialExecutionState.Operations?.map(({ Id, Status }) => [Id, Status]);
    expect(statuses).toEqual(
      expect.arrayContaining([
        ['w', 'SUCCEEDED'],
        ['s', 'READY'],
        ['c', 'TIMED_OUT'],
        ['i', 'SUCCEEDED'],
      ]),
    );
  });

  it('is not invoked by a resume when nothing has completed meanwhile', async () => {
    await checkpoint(wait('w', 60));
    await suspend();
    await call('POST', pathOf('/pause'), {});
    await call('POST', pathOf('/resume'), {});
    expect(await status()).toBe('RUNNING');
    expect(puppet.unclaimed).toBe(0);
    advance(60_000);
    held = await puppet.next();
    expect(held.event.UpdatedOperationIds).toEqual(['w']);
  });

  it('keeps its reason to itself where data are not asked for', async () => {
    await checkpoint(wait('w', 60));
    await suspend();
    await call('POST', pathOf('/pause'), { Reason: 'secret' });
    const paused = (list: HistoryEvent[]) => list.find(({ EventType }) => EventType === 'ExecutionPaused');
    expect(paused(await events(false))?.ExecutionPausedDetails).toEqual({
      ExecutionTimeoutPaused: false,
      PauseRequestTimestamp: 1_700_000_000,
      Reason: { Truncated: false },
    });
    expect(paused(await events(true))?.ExecutionPausedDetails?.Reason).toMatchObject({ Payload: 'secret' });
  });

  it('forgets a client token after 15 minutes', async () => {
    await checkpoint(wait('w', 3_600));
    await suspend();
    const pause = { ClientToken: 'p' };
    await call('POST', pathOf('/pause'), pause);
    await call('POST', pathOf('/resume'), { ClientToken: 'r' });
    advance(14 * 60_000);
    expect((await call('POST', pathOf('/pause'), pause)).status).toBe(200);
    expect(await status()).toBe('RUNNING');
    advance(60_000);
    expect((await call('POST', pathOf('/pause'), pause)).status).toBe(200);
    expect(await status()).toBe('PAUSED');
  });

  it('takes a pause with an empty body, and refuses to resume what nobody knows', async () => {
    await checkpoint(wait('w', 3_600));
    await suspend();
    expect((await call('POST', pathOf('/pause'))).status).toBe(200);
    expect(await status()).toBe('PAUSED');
    const nobody = arn.replace(/[^/]+$/, 'nobody');
    expect((await call('POST', pathOf('/resume', nobody))).status).toBe(404);
  });

  it('takes hold at an empty poll, but not when state is read', async () => {
    await call('POST', pathOf('/pause'));
    await call('GET', pathOf(`/state?CheckpointToken=${encodeURIComponent(held.event.CheckpointToken)}`));
    expect(await status()).toBe('PAUSING');
    await checkpoint();
    expect(held.event.CheckpointToken).toBeUndefined();
    expect(await status()).toBe('PAUSED');
    await call('POST', pathOf('/resume'));
    expect(puppet.unclaimed).toBe(0);
    held.answer({ Status: 'PENDING' });
    held = await puppet.next();
    expect(held.event.DurableExecutionArn).toBe(arn);
  });

  it('can be stopped before the pause has taken hold, which ends its invocation too', async () => {
    await call('POST', pathOf('/pause'));
    await call('POST', pathOf('/stop'));
    const late = { CheckpointToken: held.event.CheckpointToken, Updates: [wait('w', 5)] };
    expect(await call('POST', pathOf('/checkpoint'), late)).toMatchObject({
      status: 400,
      body: { message: 'Invalid checkpoint token' },
    });
    expect((await call('POST', pathOf('/resume'))).status).toBe(409);
    expect(await types()).toEqual(['ExecutionStarted', 'ExecutionStopped']);
  });

  it('is not tried again while it is paused, though its invocation has failed', async () => {
    await call('POST', pathOf('/pause'));
    held.fail(new Error('crash'));
    await eventually(async () => ((await status()) === 'PAUSED' ? true : undefined));
    advance(600_000);
    expect(puppet.unclaimed).toBe(0);
    await call('POST', pathOf('/resume'));
    expect((await puppet.next()).event.DurableExecutionArn).toBe(arn);
  });

  it('leaves the children of an execution that is deleted', async () => {
    const chained = { FunctionName: 'child:$LATEST' };
    await checkpoint({ Id: 'i', Type: 'CHAINED_INVOKE', Action: 'START', ChainedInvokeOptions: chained });
    await suspend();
    await eventually(async () => (await types()).includes('ChainedInvokeSucceeded') || undefined);
    held = await puppet.next();
    await call('POST', pathOf('/stop'));
    held.answer({ Status: 'PENDING' });
    const child = (await events()).find(({ ChainedInvokeStartedDetails: details }) => details?.DurableExecutionArn)
      ?.ChainedInvokeStartedDetails?.DurableExecutionArn;
    expect((await call('DELETE', pathOf())).status).toBe(202);
    await eventually(async () => (await call('GET', pathOf())).status === 404 || undefined);
    expect(await status(child)).toBe('SUCCEEDED');
  });
});
