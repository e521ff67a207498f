import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionCommand,
  ListDurableExecutionsByFunctionCommand,
  SendDurableExecutionCallbackSuccessCommand,
  StopDurableExecutionCommand,
} from '@aws-sdk/client-lambda';
import type { OperationUpdate } from '@aws-sdk/client-lambda';
import { DurableControlClient } from '../../lib/client/control-client.js';
import { ManualClock, startLocalService } from '../../lib/local/index.js';
import { ourEngine, runSoak } from '../soak/run-soak.js';
import type { HeldInvocation } from './puppet.js';
import { Puppet } from './puppet.js';
import type { Stage } from './service-fixture.js';
import { closed, historyOf, invocationsEnded, start, startStage } from './service-fixture.js';

const START_MS = 1_700_000_000_000;

describe('a service that starts again on its data', () => {
  let directory: string;
  let stage: Stage;
  let puppet: Puppet;
  let plainRuns: number;
  let arn: string;
  let held: HeldInvocation;

  const begin = async (nowMs: number) => {
    puppet = new Puppet();
    const durable = { executionTimeoutSeconds: 1_000 };
    stage = await startStage({
      dataDirectory: directory,
      clock: new ManualClock(nowMs),
      functions: {
        f: { handler: puppet.handler, durable },
        child: { handler: puppet.handler, durable },
        stuck: { handler: () => (plainRuns++ === 0 ? new Promise(() => undefined) : Promise.resolve('late')) },
      },
    });
  };

  /** The service goes down, whatever it is at, and comes back after some time. */
  const restart = async (afterMs = 0) => {
    const nowMs = stage.service.clock.now() + afterMs;
    await stage.close();
    await begin(nowMs);
  };

  const checkpoint = async (...Updates: OperationUpdate[]) => {
    const { DurableExecutionArn, CheckpointToken } = held.event;
    const answer = await stage.client.send(
      new CheckpointDurableExecutionCommand({ DurableExecutionArn, CheckpointToken, Updates }),
    );
    held.event.CheckpointToken = answer.CheckpointToken as string;
    return answer.NewExecutionState?.Operations ?? [];
  };

  const suspend = async () => {
    held.answer({ Status: 'PENDING' });
    await invocationsEnded(stage.client, arn, 1);
  };

  const stop = () => stage.client.send(new StopDurableExecutionCommand({ DurableExecutionArn: arn }));

  const remove = () => new DurableControlClient({ endpoint: stage.service.endpoint }).delete(arn);

  const heldInMemory = async () => {
    const status = await fetch(`${stage.service.endpoint}/_local/status`);
    return ((await status.json()) as { openExecutions: number }).openExecutions;
  };

  const typesOf = async () => (await historyOf(stage.client, arn)).map(({ EventType }) => EventType);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'durable-restart-'));
    plainRuns = 0;
    await begin(START_MS);
    arn = await start(stage.client, 'f', { order: 1 });
    held = await puppet.next();
  });
  afterEach(async () => {
    await stage.close();
    await rm(directory, { recursive: true });
  });

  it('invokes again what was running, with all that was acknowledged and a new token', async () => {
    await checkpoint(
      { Id: 's', Type: 'STEP', Action: 'START' },
      { Id: 's', Type: 'STEP', Action: 'SUCCEED', Payload: '"kept"' },
    );
    const lost = held.event.CheckpointToken;
    await restart();
    held = await puppet.next();
    expect(held.event.InitialExecutionState.Operations[1]).toMatchObject({
      Id: 's',
      Status: 'SUCCEEDED',
      StepDetails: { Attempt: 1, Result: '"kept"' },
    });
    expect(held.event.CheckpointToken).not.toBe(lost);
    held.answer({ Status: 'SUCCEEDED', Result: '1' });
    expect((await closed(stage.client, arn)).Result).toBe('1');
    expect(await typesOf()).toEqual([
      'ExecutionStarted',
      'StepStarted',
      'StepSucceeded',
      'InvocationCompleted',
      'InvocationCompleted',
      'ExecutionSucceeded',
    ]);
  });

  it('lets a wait go on for the rest of its time', async () => {
    await checkpoint({ Id: 'w', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 60 } });
    await suspend();
    await restart(20_000);
    stage.service.clock.advance(39_999);
    expect(puppet.unclaimed).toBe(0);
    stage.service.clock.advance(1);
    held = await puppet.next();
    expect(held.event.UpdatedOperationIds).toEqual(['w']);
  });

  it('fires at once what came due while it was down, in the order of the moments', async () => {
    await checkpoint(
      { Id: 'late', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 90 } },
      { Id: 'early', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 30 } },
      { Id: 'cb', Type: 'CALLBACK', Action: 'START', CallbackOptions: { TimeoutSeconds: 60 } },
      { Id: 'retry', Type: 'STEP', Action: 'RETRY', StepOptions: { NextAttemptDelaySeconds: 10 } },
    );
    await suspend();
    await restart(100_000);
    held = await puppet.next();
    expect(held.event.InitialExecutionState.Operations.slice(1).map(({ Status }) => Status)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      'TIMED_OUT',
      'READY',
    ]);
    expect(held.event.UpdatedOperationIds).toEqual(['retry', 'early', 'cb', 'late']);
    expect(
      (await historyOf(stage.client, arn))
        .filter(({ EventType }) => /WaitSucc|TimedOut/.test(EventType ?? ''))
        .map(({ Id }) => Id),
    ).toEqual(['early', 'cb', 'late']);
  });

  it('times out what should have ended meanwhile', async () => {
    await checkpoint({ Id: 'cb', Type: 'CALLBACK', Action: 'START' });
    await suspend();
    await restart(2_000_000);
    expect((await closed(stage.client, arn)).Status).toBe('TIMED_OUT');
  });

  it('runs no code of what should have ended meanwhile', async () => {
    await checkpoint({
      Id: 'i',
      Type: 'CHAINED_INVOKE',
      Action: 'START',
      ChainedInvokeOptions: { FunctionName: 'stuck' },
    });
    await restart(2_000_000);
    expect((await closed(stage.client, arn)).Status).toBe('TIMED_OUT');
    expect([puppet.unclaimed, plainRuns]).toEqual([0, 1]);
    expect(await typesOf()).toEqual([
      'ExecutionStarted',
      'ChainedInvokeStarted',
      'InvocationCompleted',
      'ExecutionTimedOut',
    ]);
  });

  it('still takes the answer to a callback', async () => {
    const [callback] = await checkpoint({ Id: 'cb', Type: 'CALLBACK', Action: 'START' });
    await suspend();
    await restart();
    const CallbackId = callback?.CallbackDetails?.CallbackId;
    await stage.client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: Buffer.from('yes') }));
    held = await puppet.next();
    expect(held.event.InitialExecutionState.Operations[1]?.CallbackDetails?.Result).toBe('yes');
  });

  it('runs an invoked plain function once more', async () => {
    await checkpoint({
      Id: 'i',
      Type: 'CHAINED_INVOKE',
      Action: 'START',
      ChainedInvokeOptions: { FunctionName: 'stuck' },
    });
    await suspend();
    await restart();
    held = await puppet.next();
    expect(held.event.InitialExecutionState.Operations[1]).toMatchObject({
      Status: 'SUCCEEDED',
      ChainedInvokeDetails: { Result: '"late"' },
    });
  });

  it('brings the end of a child execution to its parent', async () => {
    await checkpoint({
      Id: 'i',
      Type: 'CHAINED_INVOKE',
      Action: 'START',
      ChainedInvokeOptions: { FunctionName: 'child:$LATEST' },
    });
    await puppet.next();
    await suspend();
    await restart();
    const child = await puppet.next();
    expect(child.context.functionName).toBe('child');
    child.answer({ Status: 'SUCCEEDED', Result: '"grown"' });
    held = await puppet.next();
    expect(held.event.InitialExecutionState.Operations[1]?.ChainedInvokeDetails?.Result).toBe('"grown"');
  });

  it('keeps the delay before a failed invocation is tried again', async () => {
    held.fail(new Error('broken'));
    await invocationsEnded(stage.client, arn, 1);
    await restart();
    expect(puppet.unclaimed).toBe(0);
    stage.service.clock.advance(1_000);
    await puppet.next();
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['was stopped', () => stop(), 'ExecutionStopped'],
    ['has timed out', async () => stage.service.clock.advance(1_000_000), 'ExecutionTimedOut'],
    ['has closed itself', () => checkpoint({ Id: 'e', Type: 'EXECUTION', Action: 'SUCCEED' }), 'ExecutionSucceeded'],
  ])('records once the end of an invocation whose execution %s before', async (_how, end, last) => {
    await end();
    await closed(stage.client, arn);
    for (let restarts = 0; restarts < 2; restarts += 1) {
      await restart();
      await invocationsEnded(stage.client, arn, 1);
      expect(await typesOf()).toEqual(['ExecutionStarted', last, 'InvocationCompleted']);
      expect(await heldInMemory()).toBe(0);
    }
    expect(puppet.unclaimed).toBe(0);
    await remove();
    await restart();
    await expect(closed(stage.client, arn)).rejects.toThrow('Durable Execution does not exist');
  });

  it('removes what was deleted while an invocation had not ended', async () => {
    await stop();
    await remove();
    await restart();
    await expect(closed(stage.client, arn)).rejects.toThrow('Durable Execution does not exist');
    expect(puppet.unclaimed).toBe(0);
  });

  it('still knows what has ended, and lists it', async () => {
    held.answer({ Status: 'FAILED', Error: { ErrorType: 'E' } });
    await closed(stage.client, arn);
    await restart();
    const { Status, Error } = await stage.client.send(
      new GetDurableExecutionCommand({ DurableExecutionArn: arn, IncludeExecutionData: true }),
    );
    expect([Status, Error]).toEqual(['FAILED', { ErrorType: 'E' }]);
    const again = await start(stage.client, 'f');
    const { DurableExecutions } = await stage.client.send(
      new ListDurableExecutionsByFunctionCommand({ FunctionName: 'f' }),
    );
    expect(DurableExecutions?.map(({ DurableExecutionArn }) => DurableExecutionArn)).toEqual([again, arn]);
  });

  it('keeps time that a former run was ahead as the time of executions of then, and of no other', async () => {
    stage.service.clock.advance(500_000);
    await checkpoint({ Id: 'w', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 10 } });
    await suspend();
    await restart(-400_000);
    expect(stage.service.clock.now()).toBe(START_MS + 100_000);
    stage.service.clock.advance(9_000);
    expect(puppet.unclaimed).toBe(0);
    stage.service.clock.advance(1_000);
    held = await puppet.next();
    await checkpoint({
      Id: 'i',
      Type: 'CHAINED_INVOKE',
      Action: 'START',
      ChainedInvokeOptions: { FunctionName: 'child:$LATEST' },
    });
    const child = await puppet.next();
    const moments = (await historyOf(stage.client, arn)).map(({ EventTimestamp }) => Number(EventTimestamp));
    expect(moments).toEqual([...moments].sort((left, right) => left - right));
    expect(moments.at(-1)).toBeGreaterThanOrEqual(START_MS + 510_000);
    const startOf = async (execution: string) =>
      Number(
        (await stage.client.send(new GetDurableExecutionCommand({ DurableExecutionArn: execution }))).StartTimestamp,
      );
    expect(await startOf(child.event.DurableExecutionArn)).toBeGreaterThanOrEqual(START_MS + 510_000);
    expect(await startOf(await start(stage.client, 'f', { later: true }))).toBe(START_MS + 110_000);
  });

  it('does not share its data with another', async () => {
    await expect(startLocalService({ functions: {}, dataDirectory: directory })).rejects.toThrow(/is in use by/);
  });
});

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

it.each([
  ['this engine', ourEngine(root)],
  ['the official SDK', '@aws/durable-execution-sdk-js'],
])('loses nothing of executions on %s when it and its workers are killed', async (_name, sdk) => {
  const kills = { serverKills: 3, workerKills: 5 };
  const report = await runSoak({
    executions: 25,
    ...kills,
    pauses: 8,
    seed: 20_260,
    sdk,
    root,
    log: () => undefined,
  });
  expect(report.problems).toEqual([]);
  expect(report.stepRuns).toBeGreaterThan(100);
});
