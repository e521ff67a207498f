import {
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  ListDurableExecutionsByFunctionCommand,
  StopDurableExecutionCommand,
  CheckpointDurableExecutionCommand,
} from '@aws-sdk/client-lambda';
import type { ListDurableExecutionsByFunctionRequest, OperationUpdate } from '@aws-sdk/client-lambda';
import { ManualClock } from '../../lib/local/index.js';
import { Puppet } from './puppet.js';
import type { Stage } from './service-fixture.js';
import { closed, eventually, historyOf, invocationsEnded, start, startStage } from './service-fixture.js';

const UNKNOWN = 'arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/n/nobody';

describe('looking after executions', () => {
  let stage: Stage;
  let puppet: Puppet;

  const checkpoint = async (token: string, arn: string, ...Updates: OperationUpdate[]) =>
    (
      await stage.client.send(
        new CheckpointDurableExecutionCommand({ DurableExecutionArn: arn, CheckpointToken: token, Updates }),
      )
    ).CheckpointToken as string;

  beforeEach(async () => {
    puppet = new Puppet();
    const durable = { executionTimeoutSeconds: 120, retentionPeriodInDays: 3 };
    stage = await startStage({
      functions: {
        f: { handler: puppet.handler, durable },
        g: { handler: puppet.handler, durable: { executionTimeoutSeconds: 30 } },
      },
      clock: new ManualClock(Date.now()),
    });
  });
  afterEach(() => stage.close());

  describe('GetDurableExecution', () => {
    it('tells a running execution', async () => {
      const arn = await start(stage.client, 'f', { sku: 1 });
      const { $metadata, ...execution } = await stage.client.send(
        new GetDurableExecutionCommand({ DurableExecutionArn: arn, IncludeExecutionData: true }),
      );
      expect($metadata.httpStatusCode).toBe(200);
      expect(execution).toEqual({
        DurableExecutionArn: arn,
        DurableExecutionName: arn.split('/')[2],
        FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST',
        Status: 'RUNNING',
        StartTimestamp: expect.any(Date),
        InputPayload: '{"sku":1}',
        Version: '$LATEST',
        ExecutionDataIncluded: true,
        DurableConfig: { RetentionPeriodInDays: 3, ExecutionTimeout: 120 },
      });
      expect(Math.abs(Number(execution.StartTimestamp) - Date.now())).toBeLessThan(60_000);
    });

    it('tells result or error and the end of a closed one, and neither when data is not wanted', async () => {
      const arn = await start(stage.client, 'f', { sku: 1 });
      (await puppet.next()).answer({ Status: 'SUCCEEDED', Result: '"r"' });
      const execution = await closed(stage.client, arn);
      expect(execution).toMatchObject({ Status: 'SUCCEEDED', Result: '"r"', EndTimestamp: expect.any(Date) });
      expect(execution.Error).toBeUndefined();

      const bare = await stage.client.send(
        new GetDurableExecutionCommand({ DurableExecutionArn: arn, IncludeExecutionData: false }),
      );
      expect(bare).toMatchObject({ Status: 'SUCCEEDED', ExecutionDataIncluded: false });
      expect([bare.InputPayload, bare.Result]).toEqual([undefined, undefined]);
    });

    it('comes without data unless that is asked for, and so does the history', async () => {
      const arn = await start(stage.client, 'f', { sku: 1 });
      (await puppet.next()).answer({ Status: 'SUCCEEDED', Result: '"r"' });
      await closed(stage.client, arn);
      const bare = await stage.client.send(new GetDurableExecutionCommand({ DurableExecutionArn: arn }));
      expect(bare).toMatchObject({ Status: 'SUCCEEDED', ExecutionDataIncluded: false });
      expect([bare.InputPayload, bare.Result]).toEqual([undefined, undefined]);
      const { Events } = await stage.client.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn: arn }));
      expect(Events?.at(0)?.ExecutionStartedDetails?.Input).toEqual({ Truncated: false });
    });

    it('comes with data where the service is set so', async () => {
      const functions = {
        f: { handler: async () => ({ Status: 'SUCCEEDED' }), durable: { executionTimeoutSeconds: 9 } },
      };
      const other = await startStage({ functions, includeExecutionData: true });
      const DurableExecutionArn = await start(other.client, 'f', { sku: 1 });
      const told = await other.client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
      expect(told).toMatchObject({ InputPayload: '{"sku":1}', ExecutionDataIncluded: true });
      await other.close();
    });

    it('tells why an execution timed out', async () => {
      const arn = await start(stage.client, 'f');
      stage.service.clock.advance(120_000);
      expect(await closed(stage.client, arn)).toMatchObject({
        Status: 'TIMED_OUT',
        Error: { ErrorMessage: 'Execution timed out after 120 seconds.' },
      });
    });

    it('does not know what is not there', async () => {
      await expect(
        stage.client.send(new GetDurableExecutionCommand({ DurableExecutionArn: UNKNOWN })),
      ).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: 'Durable Execution does not exist',
        $metadata: { httpStatusCode: 404 },
      });
    });

    it('refuses what is no ARN of an execution', async () => {
      await expect(
        stage.client.send(new GetDurableExecutionCommand({ DurableExecutionArn: 'arn:x' })),
      ).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringMatching(
          /^1 validation error detected: Value 'arn:x' at 'durableExecutionArn' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
        ),
      });
    });

    it('forgets an execution when its retention has ended', async () => {
      const arn = await start(stage.client, 'f');
      (await puppet.next()).answer({ Status: 'SUCCEEDED' });
      await closed(stage.client, arn);
      stage.service.clock.advance(3 * 86_400_000 - 1_000);
      await closed(stage.client, arn);
      stage.service.clock.advance(1_000);
      await expect(
        stage.client.send(new GetDurableExecutionCommand({ DurableExecutionArn: arn, IncludeExecutionData: true })),
      ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      const { DurableExecutions } = await stage.client.send(
        new ListDurableExecutionsByFunctionCommand({ FunctionName: 'f' }),
      );
      expect(DurableExecutions).toEqual([]);
    });
  });

  describe('GetDurableExecutionHistory', () => {
    let arn: string;

    beforeEach(async () => {
      arn = await start(stage.client, 'f', 'in');
      const { event, answer } = await puppet.next();
      const step = { Id: 'a', Type: 'STEP', Name: 'pay', SubType: 'Step' } as const;
      await checkpoint(
        event.CheckpointToken,
        arn,
        { ...step, Action: 'START' },
        { ...step, Action: 'SUCCEED', Payload: '"paid"' },
      );
      answer({ Status: 'SUCCEEDED', Result: '"out"' });
      await closed(stage.client, arn);
    });

    it('tells what happened, in order', async () => {
      const at = expect.any(Date);
      const id = arn.slice(arn.lastIndexOf('/') + 1);
      const name = arn.split('/')[2];
      expect(await historyOf(stage.client, arn)).toEqual([
        {
          EventType: 'ExecutionStarted',
          EventId: 1,
          EventTimestamp: at,
          Id: id,
          Name: name,
          ExecutionStartedDetails: { Input: { Payload: '"in"', Truncated: false }, ExecutionTimeout: 120 },
        },
        {
          EventType: 'StepStarted',
          EventId: 2,
          EventTimestamp: at,
          Id: 'a',
          Name: 'pay',
          SubType: 'Step',
          StepStartedDetails: {},
        },
        {
          EventType: 'StepSucceeded',
          EventId: 3,
          EventTimestamp: at,
          Id: 'a',
          Name: 'pay',
          SubType: 'Step',
          StepSucceededDetails: {
            Result: { Payload: '"paid"', Truncated: false },
            RetryDetails: { CurrentAttempt: 1 },
          },
        },
        {
          EventType: 'InvocationCompleted',
          EventId: 4,
          EventTimestamp: at,
          InvocationCompletedDetails: { StartTimestamp: at, EndTimestamp: at, RequestId: expect.any(String) },
        },
        {
          EventType: 'ExecutionSucceeded',
          EventId: 5,
          EventTimestamp: at,
          Id: id,
          Name: name,
          ExecutionSucceededDetails: { Result: { Payload: '"out"', Truncated: false } },
        },
      ]);
    });

    it('comes in pages, in either direction', async () => {
      const page = async (ReverseOrder: boolean, Marker?: string) => {
        const { Events, NextMarker } = await stage.client.send(
          new GetDurableExecutionHistoryCommand({ DurableExecutionArn: arn, MaxItems: 2, ReverseOrder, Marker }),
        );
        return { ids: Events?.map(({ EventId }) => EventId), next: NextMarker };
      };
      const forward = await page(false);
      const backward = await page(true);
      const pages = [forward, await page(false, forward.next), backward, await page(true, backward.next)];
      expect(pages.map(({ ids }) => ids)).toEqual([
        [1, 2],
        [3, 4],
        [5, 4],
        [3, 2],
      ]);
      const last = await page(true, pages[3]?.next);
      expect(last).toEqual({ ids: [1], next: undefined });
    });

    it('keeps payloads to itself when they are not wanted', async () => {
      const { Events } = await stage.client.send(
        new GetDurableExecutionHistoryCommand({ DurableExecutionArn: arn, IncludeExecutionData: false }),
      );
      expect(Events?.[0]?.ExecutionStartedDetails).toEqual({ Input: { Truncated: false }, ExecutionTimeout: 120 });
      expect(Events?.[2]?.StepSucceededDetails).toEqual({
        Result: { Truncated: false },
        RetryDetails: { CurrentAttempt: 1 },
      });
    });

    it('does not know what is not there', async () => {
      await expect(
        stage.client.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn: UNKNOWN })),
      ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });
  });

  describe('ListDurableExecutionsByFunction', () => {
    const list = async (input: Partial<ListDurableExecutionsByFunctionRequest> = {}) => {
      const { DurableExecutions, NextMarker } = await stage.client.send(
        new ListDurableExecutionsByFunctionCommand({ FunctionName: 'f', ...input }),
      );
      return {
        names: DurableExecutions?.map(({ DurableExecutionName }) => DurableExecutionName),
        next: NextMarker,
        first: DurableExecutions?.[0],
      };
    };
    const begin = (name: string, FunctionName = 'f:$LATEST') =>
      stage.client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', DurableExecutionName: name }));

    it('tells the newest first, or the oldest, page by page', async () => {
      for (const name of ['one', 'two', 'three']) await begin(name);
      await begin('elsewhere', 'g:$LATEST');
      const first = await list({ MaxItems: 2 });
      expect(first.names).toEqual(['three', 'two']);
      expect(await list({ MaxItems: 2, Marker: first.next })).toMatchObject({ names: ['one'], next: undefined });
      expect((await list({ ReverseOrder: true })).names).toEqual(['one', 'two', 'three']);
      expect(first.first).toEqual({
        DurableExecutionArn: expect.stringContaining('/durable-execution/three/'),
        DurableExecutionName: 'three',
        FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST',
        Status: 'RUNNING',
        StartTimestamp: expect.any(Date),
      });
    });

    it('chooses by status, name, version and moment of start', async () => {
      await begin('one');
      const { event, answer } = await puppet.next();
      answer({ Status: 'FAILED' });
      await closed(stage.client, event.DurableExecutionArn);
      const between = new Date(stage.service.clock.now() + 1);
      stage.service.clock.advance(2);
      await begin('two', 'f:2');
      await begin('three');

      expect((await list({ Statuses: ['FAILED', 'STOPPED'] })).names).toEqual(['one']);
      expect((await list({ Statuses: ['RUNNING'] })).names).toEqual(['three', 'two']);
      expect((await list({ DurableExecutionName: 'two' })).names).toEqual(['two']);
      expect((await list({ Qualifier: '2' })).names).toEqual(['two']);
      expect((await list({ FunctionName: 'arn:aws:lambda:us-east-1:123456789012:function:f:2' })).names).toEqual([
        'two',
      ]);
      expect((await list({ StartedAfter: between })).names).toEqual(['three', 'two']);
      expect((await list({ StartedBefore: between })).names).toEqual(['one']);
    });

    it('takes the bounds of time as exclusive', async () => {
      await begin('one');
      const { first } = await list();
      expect((await list({ StartedAfter: first?.StartTimestamp })).names).toEqual([]);
      expect((await list({ StartedBefore: first?.StartTimestamp })).names).toEqual([]);
    });

    it('refuses a status, a page size and a function that do not exist', async () => {
      await expect(list({ Statuses: ['ASLEEP' as never] })).rejects.toMatchObject({
        name: 'ValidationException',
        message:
          "1 validation error detected: Value 'ASLEEP' at 'statuses.1.member' failed to satisfy constraint: Member must satisfy enum value set: [RUNNING, PAUSING, PAUSED, SUCCEEDED, FAILED, TIMED_OUT, STOPPED, DELETING]",
      });
      await expect(list({ MaxItems: 1001 })).rejects.toMatchObject({ name: 'ValidationException' });
      await expect(list({ FunctionName: 'nobody' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });
  });

  describe('StopDurableExecution', () => {
    const stop = (DurableExecutionArn: string, Error?: object) =>
      stage.client.send(new StopDurableExecutionCommand({ DurableExecutionArn, Error }));

    it('stops an execution with the reason given, and is the same again', async () => {
      const arn = await start(stage.client, 'f');
      const { StopTimestamp } = await stop(arn, { ErrorType: 'Admin', ErrorMessage: 'enough' });
      stage.service.clock.advance(5_000);
      expect((await stop(arn, { ErrorType: 'Other' })).StopTimestamp).toEqual(StopTimestamp);
      expect(await closed(stage.client, arn)).toMatchObject({
        Status: 'STOPPED',
        EndTimestamp: StopTimestamp,
        Error: { ErrorType: 'Admin', ErrorMessage: 'enough' },
      });
      expect((await historyOf(stage.client, arn)).at(-1)).toMatchObject({
        EventType: 'ExecutionStopped',
        ExecutionStoppedDetails: { Error: { Payload: { ErrorType: 'Admin', ErrorMessage: 'enough' } } },
      });
    });

    it('lets the running invocation end by itself and does not start another', async () => {
      const arn = await start(stage.client, 'f');
      const { event, answer } = await puppet.next();
      await checkpoint(event.CheckpointToken, arn, {
        Id: 'w',
        Type: 'WAIT',
        Action: 'START',
        WaitOptions: { WaitSeconds: 5 },
      });
      await stop(arn);
      answer({ Status: 'PENDING' });
      await invocationsEnded(stage.client, arn, 1);
      stage.service.clock.advance(60_000);
      expect((await historyOf(stage.client, arn)).map(({ EventType }) => EventType)).toEqual([
        'ExecutionStarted',
        'WaitStarted',
        'ExecutionStopped',
        'InvocationCompleted',
      ]);
      expect(puppet.unclaimed).toBe(0);
    });

    it('answers a waiting synchronous caller', async () => {
      const answer = stage.client.send(new InvokeCommand({ FunctionName: 'f:$LATEST' }));
      const { event } = await puppet.next();
      await stop(event.DurableExecutionArn, { ErrorType: 'Admin' });
      expect((await answer).FunctionError).toBe('Unhandled');
    });

    it('does not know what is not there', async () => {
      await expect(stop(UNKNOWN)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });
  });

  describe('chained invokes', () => {
    const invoke = (FunctionName: string): OperationUpdate => ({
      Id: 'i',
      Type: 'CHAINED_INVOKE',
      Action: 'START',
      Payload: '7',
      ChainedInvokeOptions: { FunctionName },
    });

    it.each([
      ['SUCCEEDED', { Status: 'SUCCEEDED', Result: '49' }, { Result: '49' }],
      ['FAILED', { Status: 'FAILED', Error: { ErrorType: 'E' } }, { Error: { ErrorType: 'E' } }],
    ])('of a durable function end %s like it', async (status, output, details) => {
      const arn = await start(stage.client, 'f');
      const parent = await puppet.next();
      await checkpoint(parent.event.CheckpointToken, arn, invoke('g:$LATEST'));
      const child = await puppet.next();
      expect(child.event.InitialExecutionState.Operations[0]?.ExecutionDetails).toEqual({ InputPayload: '7' });
      parent.answer({ Status: 'PENDING' });
      await invocationsEnded(stage.client, arn, 1);
      child.answer(output);
      const again = await puppet.next();
      expect(again.event.InitialExecutionState.Operations[1]).toMatchObject({
        Id: 'i',
        Status: status,
        ChainedInvokeDetails: details,
      });
      again.answer({ Status: 'SUCCEEDED' });
      await closed(stage.client, arn);
    });

    it('of a durable function that times out, or is stopped, end like it', async () => {
      const arn = await start(stage.client, 'f');
      const { event } = await puppet.next();
      const token = await checkpoint(event.CheckpointToken, arn, invoke('g:$LATEST'), {
        ...invoke('g:$LATEST'),
        Id: 'j',
      });
      const { event: child } = await puppet.next();
      await stage.client.send(
        new StopDurableExecutionCommand({
          DurableExecutionArn: child.DurableExecutionArn,
          Error: { ErrorType: 'Admin' },
        }),
      );
      stage.service.clock.advance(30_000);
      const state = await stage.client.send(
        new CheckpointDurableExecutionCommand({ DurableExecutionArn: arn, CheckpointToken: token }),
      );
      expect(state.NewExecutionState?.Operations).toMatchObject([
        { Id: 'i', Status: 'STOPPED', ChainedInvokeDetails: { Error: { ErrorType: 'Admin' } } },
        {
          Id: 'j',
          Status: 'TIMED_OUT',
          ChainedInvokeDetails: {
            Error: { ErrorType: 'ChainedInvoke.Timeout', ErrorMessage: 'CHAINED_INVOKE timed out after 30 seconds.' },
          },
        },
      ]);
    });

    it('leave their durable child running when the parent is stopped', async () => {
      const arn = await start(stage.client, 'f');
      const { event } = await puppet.next();
      await checkpoint(event.CheckpointToken, arn, invoke('g:$LATEST'));
      const child = await puppet.next();
      await stage.client.send(new StopDurableExecutionCommand({ DurableExecutionArn: arn }));
      child.answer({ Status: 'SUCCEEDED', Result: '1' });
      expect((await closed(stage.client, child.event.DurableExecutionArn)).Status).toBe('SUCCEEDED');
      expect((await historyOf(stage.client, arn)).at(-1)?.EventType).toBe('ExecutionStopped');
    });
  });

  it('tells every committed event to whoever listens', async () => {
    const told: string[] = [];
    const stop = stage.service.onEvent((arn, { EventType }) => void told.push(`${arn.split('/')[2]} ${EventType}`));
    await stage.client.send(
      new InvokeCommand({ FunctionName: 'f:$LATEST', InvocationType: 'Event', DurableExecutionName: 'n' }),
    );
    (await puppet.next()).answer({ Status: 'SUCCEEDED' });
    await eventually(() => (told.length === 3 ? true : undefined));
    stop();
    expect(told).toEqual(['n ExecutionStarted', 'n InvocationCompleted', 'n ExecutionSucceeded']);
  });
});

describe('skipped time', () => {
  it('ends at the timeout of an execution, which stays to be looked at while others wait for months', async () => {
    const waiting = (days: number) => async (event: { InitialExecutionState: { Operations: unknown[] } }) => {
      if (event.InitialExecutionState.Operations.length > 1) return { Status: 'SUCCEEDED' };
      const { DurableExecutionArn, CheckpointToken } = event as unknown as Record<string, string>;
      const wait = { Id: 'w', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: days * 86_400 } } as const;
      await stage.client.send(
        new CheckpointDurableExecutionCommand({ DurableExecutionArn, CheckpointToken, Updates: [wait] }),
      );
      return { Status: 'PENDING' };
    };
    const stage = await startStage({
      functions: {
        hour: { handler: waiting(30), durable: { executionTimeoutSeconds: 3_600, retentionPeriodInDays: 1 } },
        year: { handler: waiting(100), durable: { executionTimeoutSeconds: 31_622_400 } },
      },
      skipTime: true,
    });
    const [timedOut, succeeded] = [await start(stage.client, 'hour'), await start(stage.client, 'year')];
    expect(await closed(stage.client, timedOut)).toMatchObject({ Status: 'TIMED_OUT' });
    expect(await closed(stage.client, succeeded)).toMatchObject({ Status: 'SUCCEEDED' });
    expect(await closed(stage.client, timedOut)).toMatchObject({ Status: 'TIMED_OUT' });
    await stage.close();
  });
});

describe('a function that is durable without settings', () => {
  it('has executions, which may take the maximum time of the service', async () => {
    const handler = () => ({ Status: 'SUCCEEDED' });
    const { client, close } = await startStage({ functions: { f: { handler, durable: true } } });
    const arn = await start(client, 'f');
    const { Status } = await closed(client, arn);
    const [started] = await historyOf(client, arn);
    await close();
    expect({ Status, timeout: started?.ExecutionStartedDetails?.ExecutionTimeout }).toEqual({
      Status: 'SUCCEEDED',
      timeout: 31_622_400,
    });
  });

  it('is a plain function if the setting is false', async () => {
    const { client, close } = await startStage({ functions: { f: { handler: () => 'done', durable: false } } });
    const { Payload, DurableExecutionArn } = await client.send(new InvokeCommand({ FunctionName: 'f' }));
    await close();
    expect([Payload?.transformToString(), DurableExecutionArn]).toEqual(['"done"', undefined]);
  });
});
