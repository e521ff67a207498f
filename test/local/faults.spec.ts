import { CheckpointDurableExecutionCommand, GetDurableExecutionStateCommand } from '@aws-sdk/client-lambda';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { ApiName, ManualClock } from '../../lib/local/index.js';
import type { FaultRule } from '../../lib/local/index.js';
import type { HeldInvocation } from './puppet.js';
import { Puppet } from './puppet.js';
import type { Stage } from './service-fixture.js';
import { clientOf, closed, historyOf, invocationsEnded, start, startStage } from './service-fixture.js';

describe('faults on demand', () => {
  let stage: Stage;
  let puppet: Puppet;
  let arn: string;
  let held: HeldInvocation;
  let draws: number[];

  const checkpoint = (client: LambdaClient = stage.client) =>
    client.send(
      new CheckpointDurableExecutionCommand({ DurableExecutionArn: arn, CheckpointToken: held.event.CheckpointToken }),
    );
  const state = () =>
    stage.client.send(
      new GetDurableExecutionStateCommand({ DurableExecutionArn: arn, CheckpointToken: held.event.CheckpointToken }),
    );
  const admin = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${stage.service.endpoint}/_local/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  beforeEach(async () => {
    puppet = new Puppet();
    draws = [];
    stage = await startStage({
      functions: { f: { handler: puppet.handler, durable: { executionTimeoutSeconds: 3600 } } },
      clock: new ManualClock(Date.now()),
      random: () => draws.shift() ?? 1,
    });
    arn = await start(stage.client, 'f');
    held = await puppet.next();
    stage.service.calls.reset();
  });
  afterEach(() => stage.close());

  it.each<[FaultRule['kind'], string, number]>([
    ['throttled', 'TooManyRequestsException', 429],
    ['service-error', 'ServiceException', 500],
    ['service-unavailable', 'ServiceUnavailableException', 503],
    ['kms-access-denied', 'KMSAccessDeniedException', 502],
    ['kms-disabled', 'KMSDisabledException', 502],
    ['kms-invalid-state', 'KMSInvalidStateException', 502],
    ['kms-not-found', 'KMSNotFoundException', 502],
    ['stale-token', 'InvalidParameterValueException', 400],
    ['foreign-token', 'InvalidParameterValueException', 400],
    ['validation', 'ValidationException', 400],
    ['access-denied', 'AccessDeniedException', 403],
    ['not-found', 'ResourceNotFoundException', 404],
    ['conflict', 'ResourceConflictException', 409],
    ['too-large', 'RequestTooLargeException', 413],
  ])('%s reaches the AWS client as %s', async (kind, name, httpStatusCode) => {
    stage.service.faults.add({ kind });
    await expect(checkpoint()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    await expect(checkpoint()).resolves.toMatchObject({ CheckpointToken: expect.any(String) });
  });

  it.each<[FaultRule['kind'], number]>([
    ['bad-gateway', 502],
    ['gateway-timeout', 504],
    ['empty-500', 500],
    ['html-503', 503],
  ])('%s arrives with its status and no known name', async (kind, httpStatusCode) => {
    stage.service.faults.add({ kind });
    await expect(checkpoint()).rejects.toMatchObject({ $metadata: { httpStatusCode } });
  });

  it('dropped breaks the connection before anything happened, dropped-after when it has', async () => {
    stage.service.faults.add({ kind: 'dropped' });
    await expect(checkpoint()).rejects.toThrow('socket hang up');
    stage.service.faults.add({ kind: 'dropped-after' });
    await expect(checkpoint()).rejects.toThrow('socket hang up');
    await expect(checkpoint()).rejects.toMatchObject({ message: 'Invalid checkpoint token' });
    expect(stage.service.calls.list().map(({ status, errorCode }) => [status, errorCode])).toEqual([
      [0, undefined],
      [0, undefined],
      [400, 'InvalidParameterValueException'],
    ]);
  });

  it('missing-token accepts the checkpoint and keeps the next token back', async () => {
    stage.service.faults.add({ kind: 'missing-token' });
    const { CheckpointToken, NewExecutionState } = await checkpoint();
    expect([CheckpointToken, NewExecutionState?.Operations]).toEqual([undefined, []]);
  });

  it('delay answers later', async () => {
    stage.service.faults.add({ kind: 'delay', delayMs: 40 });
    const before = performance.now();
    await checkpoint();
    expect(performance.now() - before).toBeGreaterThanOrEqual(39);
  });

  it("carry a message of one's own", async () => {
    stage.service.faults.add({ kind: 'stale-token', message: 'Invalid Checkpoint Token: old' });
    await expect(checkpoint()).rejects.toMatchObject({ message: 'Invalid Checkpoint Token: old' });
  });

  it('strike the n-th call of one operation, as often as told', async () => {
    stage.service.faults.add({ kind: 'throttled', api: ApiName.STATE, nth: 2, times: 2 });
    const outcomes: string[] = [];
    for (let call = 0; call < 4; call += 1)
      outcomes.push(
        await state().then(
          () => 'fine',
          ({ name }: Error) => name,
        ),
      );
    expect(outcomes).toEqual(['fine', 'TooManyRequestsException', 'TooManyRequestsException', 'fine']);
    await checkpoint();
  });

  it('strike a share of the calls', async () => {
    draws.push(0.4, 0.6, 0.2);
    stage.service.faults.add({ kind: 'service-error', share: 0.5 });
    const outcomes: string[] = [];
    for (let call = 0; call < 3; call += 1)
      outcomes.push(
        await state().then(
          () => 'fine',
          () => 'failed',
        ),
      );
    expect(outcomes).toEqual(['failed', 'fine', 'failed']);
  });

  it('strike one execution alone, by ARN or by name', async () => {
    const other = await start(stage.client, 'f');
    const { event } = await puppet.next();
    stage.service.faults.add({ kind: 'throttled', execution: arn });
    stage.service.faults.add({ kind: 'service-error', execution: other.split('/')[2]! });
    await expect(state()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    const command = new GetDurableExecutionStateCommand({
      DurableExecutionArn: other,
      CheckpointToken: event.CheckpointToken,
    });
    await expect(stage.client.send(command)).rejects.toMatchObject({ name: 'ServiceException' });
  });

  it('are retried by the AWS client as it does with the real service: KMS too', async () => {
    stage.service.faults.add({ kind: 'kms-disabled', times: 3 });
    const retrying = clientOf(stage.service.endpoint, 3);
    await expect(checkpoint(retrying)).rejects.toMatchObject({ name: 'KMSDisabledException' });
    expect(stage.service.calls.count(ApiName.CHECKPOINT)).toBe(3);
    retrying.destroy();
  });

  it('are given, listed and taken back over HTTP', async () => {
    expect(
      (await admin('POST', 'faults', { kind: 'throttled', api: 'CheckpointDurableExecution' })).body,
    ).toMatchObject({ id: 1, injected: 0 });
    await admin('POST', 'faults', { kind: 'kms-disabled' });
    await expect(checkpoint()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    expect((await admin('GET', 'faults')).body).toMatchObject({
      faults: [
        { id: 1, injected: 1 },
        { id: 2, injected: 0 },
      ],
    });
    await admin('DELETE', 'faults?id=2');
    await checkpoint();
    expect((await admin('GET', 'calls?api=CheckpointDurableExecution')).body).toMatchObject({
      count: 2,
      calls: [{ status: 429 }, { status: 200 }],
    });
    expect((await admin('POST', 'faults', { kind: 'nonsense' })).status).toBe(400);
    await admin('DELETE', 'faults');
    await admin('DELETE', 'calls');
    expect([(await admin('GET', 'faults')).body, stage.service.calls.count()]).toEqual([{ faults: [] }, 0]);
  });

  it('kill a running invocation, which the service repeats at once', async () => {
    expect((await admin('POST', 'kill', { execution: arn })).body).toEqual({ killed: true });
    held = await puppet.next();
    expect((await historyOf(stage.client, arn)).at(-1)).toMatchObject({
      EventType: 'InvocationCompleted',
      InvocationCompletedDetails: { Error: { Payload: { ErrorType: 'Runtime.ExitError' } } },
    });
    held.answer({ Status: 'SUCCEEDED' });
    await closed(stage.client, arn);
    expect(stage.service.killInvocation(arn)).toBe(false);
  });

  it('move time over HTTP', async () => {
    const before = stage.service.clock.now();
    await admin('POST', 'advance', { seconds: 90 });
    expect(stage.service.clock.now() - before).toBe(90_000);
    expect((await admin('GET', 'status')).body).toMatchObject({ openExecutions: 1, runningInvocations: 1 });
    expect((await admin('GET', 'functions')).body).toMatchObject({
      functions: [{ name: 'f', durable: { executionTimeoutSeconds: 3600 } }],
    });
  });

  it('let a listener see each accepted checkpoint before it is answered', async () => {
    const seen: string[] = [];
    stage.service.onCheckpoint(async (durableExecutionArn) => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(durableExecutionArn);
    });
    await checkpoint();
    await expect(checkpoint()).rejects.toBeDefined();
    expect(seen).toEqual([arn]);
    held.answer({ Status: 'SUCCEEDED' });
    await invocationsEnded(stage.client, arn, 1);
  });
});
