import {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionStateCommand,
  StopDurableExecutionCommand,
} from '@aws-sdk/client-lambda';
import type { CheckpointDurableExecutionResponse, OperationUpdate } from '@aws-sdk/client-lambda';
import { ManualClock } from '../../lib/local/index.js';
import type { HeldInvocation } from './puppet.js';
import { Puppet } from './puppet.js';
import type { Stage } from './service-fixture.js';
import { clientOf, closed, historyOf, invocationsEnded, start, startStage } from './service-fixture.js';

const STALE = {
  name: 'InvalidParameterValueException',
  message: 'Invalid checkpoint token',
  $metadata: { httpStatusCode: 400 },
};

const step = (Id: string, rest: Partial<OperationUpdate> = {}): OperationUpdate => ({
  Id,
  Type: 'STEP',
  Action: 'START',
  ...rest,
});

describe('CheckpointDurableExecution and GetDurableExecutionState', () => {
  let stage: Stage;
  let puppet: Puppet;
  let arn: string;
  let held: HeldInvocation;
  let token: string;

  const send = (
    given: {
      Updates?: OperationUpdate[];
      CheckpointToken?: string;
      ClientToken?: string;
      DurableExecutionArn?: string;
    } = {},
  ) =>
    stage.client.send(
      new CheckpointDurableExecutionCommand({ DurableExecutionArn: arn, CheckpointToken: token, ...given }),
    );

  /** A checkpoint; the token of its response is used from then on. */
  const checkpoint = async (...Updates: OperationUpdate[]): Promise<CheckpointDurableExecutionResponse> => {
    const answer = await send({ Updates });
    token = answer.CheckpointToken as string;
    return answer;
  };

  const state = (MaxItems?: number, Marker?: string) =>
    stage.client.send(
      new GetDurableExecutionStateCommand({ DurableExecutionArn: arn, CheckpointToken: token, MaxItems, Marker }),
    );

  const take = async () => {
    held = await puppet.next();
    token = held.event.CheckpointToken;
  };

  beforeEach(async () => {
    puppet = new Puppet();
    stage = await startStage({
      functions: { f: { handler: puppet.handler, durable: { executionTimeoutSeconds: 3600 } } },
      clock: new ManualClock(Date.now()),
    });
    arn = await start(stage.client, 'f', {});
    await take();
  });
  afterEach(() => stage.close());

  it('answers with a fresh token and the operations that changed', async () => {
    const answer = await checkpoint(step('a', { Name: 'reserve', SubType: 'Step' }));
    expect(answer.CheckpointToken).not.toBe(held.event.CheckpointToken);
    expect(answer.NewExecutionState?.Operations).toEqual([
      {
        Id: 'a',
        Type: 'STEP',
        Name: 'reserve',
        SubType: 'Step',
        Status: 'STARTED',
        StartTimestamp: new Date(stage.service.clock.now()),
        StepDetails: { Attempt: 0 },
      },
    ]);
  });

  it('answers an empty poll with a fresh token and nothing new', async () => {
    const answer = await checkpoint();
    expect(answer.NewExecutionState?.Operations).toEqual([]);
    expect(answer.CheckpointToken).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
  });

  it('tells a wait that came due meanwhile, once', async () => {
    await checkpoint({ Id: 'w', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 5 } });
    stage.service.clock.advance(5_000);
    const [wait] = (await checkpoint()).NewExecutionState?.Operations ?? [];
    expect(wait).toMatchObject({
      Id: 'w',
      Status: 'SUCCEEDED',
      EndTimestamp: expect.any(Date),
      WaitDetails: { ScheduledEndTimestamp: expect.any(Date) },
    });
    expect((await checkpoint()).NewExecutionState?.Operations).toEqual([]);
    expect((await historyOf(stage.client, arn)).map(({ EventType }) => EventType)).toEqual([
      'ExecutionStarted',
      'WaitStarted',
      'WaitSucceeded',
    ]);
  });

  describe('takes a token', () => {
    it('once', async () => {
      await send();
      await expect(send()).rejects.toMatchObject(STALE);
    });

    it('of the running invocation only', async () => {
      const first = token;
      held.fail(new Error('crashed'));
      await takeAfter(1_000);
      await expect(send({ CheckpointToken: first })).rejects.toMatchObject(STALE);
      await expect(send()).resolves.toMatchObject({ CheckpointToken: expect.any(String) });
    });

    it('that it made', async () => {
      await expect(send({ CheckpointToken: 'Zm9v' })).rejects.toMatchObject(STALE);
    });

    it('of the execution in the path', async () => {
      const other = await start(stage.client, 'f');
      const { event } = await puppet.next();
      await expect(send({ DurableExecutionArn: other })).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: 'Checkpoint token is not valid for the durable execution ARN',
      });
      expect(event.DurableExecutionArn).toBe(other);
    });

    it('of an execution that is there', async () => {
      await expect(send({ DurableExecutionArn: arn.replace(/.$/, 'x') })).rejects.toMatchObject(STALE);
    });

    it('while the execution is open', async () => {
      await stage.client.send(new StopDurableExecutionCommand({ DurableExecutionArn: arn }));
      await expect(send()).rejects.toMatchObject(STALE);
      await expect(state()).rejects.toMatchObject(STALE);
    });

    it('again after a call it refused', async () => {
      await expect(send({ Updates: [step('a', { Action: 'RETRY' })] })).rejects.toMatchObject({
        message: 'Invalid StepOptions for the given action.',
      });
      await expect(checkpoint(step('a'))).resolves.toBeDefined();
    });
  });

  describe('repeats its answer', () => {
    it('to the same call: same token, same client token', async () => {
      const call = {
        CheckpointToken: token,
        ClientToken: 'retry-1',
        Updates: [step('a', { Action: 'SUCCEED', Payload: '1' })],
      };
      const first = await send(call);
      const second = await send(call);
      expect({ ...second, $metadata: undefined }).toEqual({ ...first, $metadata: undefined });
      expect((await historyOf(stage.client, arn)).length).toBe(2);
    });

    it('not to another client token', async () => {
      await send({ ClientToken: 'one' });
      await expect(send({ ClientToken: 'two' })).rejects.toMatchObject(STALE);
    });

    it('not after a later call', async () => {
      const first = { CheckpointToken: token, ClientToken: 'one' };
      token = (await send(first)).CheckpointToken as string;
      await checkpoint();
      await expect(send(first)).rejects.toMatchObject(STALE);
    });

    it('when the AWS client itself retries after the answer was lost', async () => {
      stage.service.faults.add({ kind: 'dropped-after', api: 'CheckpointDurableExecution' });
      const retrying = clientOf(stage.service.endpoint, 3);
      const command = new CheckpointDurableExecutionCommand({
        DurableExecutionArn: arn,
        CheckpointToken: token,
        Updates: [step('a')],
      });
      await expect(retrying.send(command)).resolves.toMatchObject({ CheckpointToken: expect.any(String) });
      expect(stage.service.calls.count('CheckpointDurableExecution')).toBe(2);
      expect((await historyOf(stage.client, arn)).map(({ EventType }) => EventType)).toEqual([
        'ExecutionStarted',
        'StepStarted',
      ]);
      retrying.destroy();
    });
  });

  it('closes the execution by an EXECUTION update, without a token in the answer', async () => {
    const answer = await send({
      Updates: [step('a'), { Id: 'any-id', Type: 'EXECUTION', Action: 'SUCCEED', Payload: '"big"' }],
    });
    expect(answer.CheckpointToken).toBeUndefined();
    expect(answer.NewExecutionState?.Operations).toMatchObject([{ Id: 'a' }]);
    held.answer({ Status: 'SUCCEEDED', Result: '' });
    expect(await closed(stage.client, arn)).toMatchObject({ Status: 'SUCCEEDED', Result: '"big"' });
    await expect(send()).rejects.toMatchObject(STALE);
  });

  it('applies a batch as a whole or not at all', async () => {
    await expect(send({ Updates: [step('a'), step('b', { Action: 'SUCCEED', Error: {} })] })).rejects.toMatchObject({
      message: 'Cannot provide an Error for SUCCEED action.',
    });
    expect((await state()).Operations?.map(({ Id }) => Id)).toEqual([arn.slice(arn.lastIndexOf('/') + 1)]);
    expect(await historyOf(stage.client, arn)).toHaveLength(1);
  });

  describe('state', () => {
    it('lists operations in the order of their starts, page by page', async () => {
      await checkpoint(...['c', 'a', 'b'].map((id) => step(id)));
      await checkpoint(step('a', { Action: 'SUCCEED', Payload: '1' }));
      const first = await state(2);
      const second = await state(2, first.NextMarker);
      expect([first, second].map(({ Operations }) => Operations?.map(({ Id }) => Id))).toEqual([
        [expect.any(String), 'c'],
        ['a', 'b'],
      ]);
      expect(second.NextMarker).toBeUndefined();
    });

    it('gives 100 operations a page unless asked otherwise', async () => {
      await checkpoint(...Array.from({ length: 150 }, (_, index) => step(`s${index}`)));
      const first = await state();
      expect(first.Operations).toHaveLength(100);
      expect((await state(0, first.NextMarker)).Operations).toHaveLength(51);
      expect((await state(1000)).NextMarker).toBeUndefined();
    });

    it('refuses a marker it did not make, and a page size out of range', async () => {
      await expect(state(10, 'nonsense')).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: 'Invalid Marker',
      });
      await expect(state(1001)).rejects.toMatchObject({
        name: 'ValidationException',
        message:
          "1 validation error detected: Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000",
      });
    });

    it('leaves out what lies below a finished context, unless it asked for its children', async () => {
      const context = (Id: string, rest: Partial<OperationUpdate> = {}): OperationUpdate => ({
        Id,
        Type: 'CONTEXT',
        Action: 'START',
        ...rest,
      });
      await checkpoint(
        context('outer'),
        context('plain', { ParentId: 'outer' }),
        step('p1', { ParentId: 'plain' }),
        context('kept'),
        step('k1', { ParentId: 'kept' }),
        context('inner', { ParentId: 'kept' }),
        step('i1', { ParentId: 'inner' }),
      );
      await checkpoint(context('plain', { Action: 'SUCCEED' }));
      await checkpoint(context('kept', { Action: 'SUCCEED', ContextOptions: { ReplayChildren: true } }));
      const ids = async () => (await state()).Operations?.slice(1).map(({ Id }) => Id);
      expect(await ids()).toEqual(['outer', 'plain', 'kept', 'k1', 'inner', 'i1']);
      await checkpoint(
        context('outer', { Action: 'FAIL', Error: { ErrorType: 'E' } }),
        context('inner', { Action: 'SUCCEED' }),
      );
      expect(await ids()).toEqual(['outer', 'kept', 'k1', 'inner']);
    });

    it('stands in the next invocation too, paged when it is long', async () => {
      await checkpoint(...Array.from({ length: 120 }, (_, index) => step(`s${index}`)));
      await checkpoint({ Id: 'w', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 1 } });
      held.answer({ Status: 'PENDING' });
      await takeAfter(1_000);
      const { Operations, NextMarker } = held.event.InitialExecutionState;
      expect([Operations.length, Operations[0]?.Type]).toEqual([100, 'EXECUTION']);
      const rest = await state(1000, NextMarker);
      expect(rest.Operations?.map(({ Id }) => Id)).toEqual([
        ...Array.from({ length: 21 }, (_, index) => `s${index + 99}`),
        'w',
      ]);
      expect(held.event.UpdatedOperationIds).toEqual(['w']);
    });
  });

  it('puts what does not fit into an answer behind its marker', async () => {
    await stage.close();
    stage = await startStage({
      functions: { f: { handler: puppet.handler, durable: { executionTimeoutSeconds: 3600 } } },
      limits: { checkpointAnswerItems: 2 },
    });
    arn = await start(stage.client, 'f');
    await take();
    const answer = await checkpoint(step('a'), step('b'), step('c'));
    expect(answer.NewExecutionState?.Operations?.map(({ Id }) => Id)).toEqual(['a', 'b']);
    expect((await state(10, answer.NewExecutionState?.NextMarker)).Operations?.map(({ Id }) => Id)).toEqual(['c']);
  });

  it('takes an undefined limit for an absent one', async () => {
    await stage.close();
    stage = await startStage({
      functions: { f: { handler: puppet.handler, durable: { executionTimeoutSeconds: 3600 } } },
      limits: { operationPayloadBytes: undefined },
    });
    arn = await start(stage.client, 'f');
    await take();
    await expect(checkpoint({ ...step('a'), Payload: 'x'.repeat(262_145) })).rejects.toThrow(
      'STEP output payload size must be less than or equal to 262144 bytes.',
    );
  });

  /** The next invocation, after the first has ended and so much time has passed. */
  async function takeAfter(advanceMs: number): Promise<void> {
    await invocationsEnded(stage.client, arn, 1);
    stage.service.clock.advance(advanceMs);
    await take();
  }
});
