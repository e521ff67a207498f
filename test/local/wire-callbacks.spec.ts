import {
  CheckpointDurableExecutionCommand,
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackHeartbeatCommand,
  SendDurableExecutionCallbackSuccessCommand,
  StopDurableExecutionCommand,
} from '@aws-sdk/client-lambda';
import type { CallbackOptions } from '@aws-sdk/client-lambda';
import { ManualClock } from '../../lib/local/index.js';
import type { HeldInvocation } from './puppet.js';
import { Puppet } from './puppet.js';
import type { Stage } from './service-fixture.js';
import { historyOf, invocationsEnded, start, startStage } from './service-fixture.js';

const NOT_OPEN = {
  name: 'CallbackTimeoutException',
  message: 'The callback is either timed out or already completed',
  $metadata: { httpStatusCode: 400 },
};

describe('callbacks', () => {
  let stage: Stage;
  let puppet: Puppet;
  let arn: string;
  let held: HeldInvocation;

  const succeed = (CallbackId: string, Result?: string) =>
    stage.client.send(
      new SendDurableExecutionCallbackSuccessCommand({
        CallbackId,
        ...(Result === undefined ? {} : { Result: Buffer.from(Result) }),
      }),
    );
  const fail = (CallbackId: string, Error?: object) =>
    stage.client.send(new SendDurableExecutionCallbackFailureCommand({ CallbackId, Error }));
  const beat = (CallbackId: string) =>
    stage.client.send(new SendDurableExecutionCallbackHeartbeatCommand({ CallbackId }));

  /** Opens a callback, suspends, and returns its id. */
  const open = async (options?: CallbackOptions): Promise<string> => {
    const { NewExecutionState } = await stage.client.send(
      new CheckpointDurableExecutionCommand({
        DurableExecutionArn: arn,
        CheckpointToken: held.event.CheckpointToken,
        Updates: [{ Id: 'c', Type: 'CALLBACK', Action: 'START', ...(options ? { CallbackOptions: options } : {}) }],
      }),
    );
    held.answer({ Status: 'PENDING' });
    await invocationsEnded(stage.client, arn, 1);
    return NewExecutionState?.Operations?.[0]?.CallbackDetails?.CallbackId as string;
  };

  /** The callback in the next invocation's state. */
  const told = async () => {
    held = await puppet.next();
    return held.event.InitialExecutionState.Operations[1];
  };

  beforeEach(async () => {
    puppet = new Puppet();
    stage = await startStage({
      functions: { f: { handler: puppet.handler, durable: { executionTimeoutSeconds: 3600 } } },
      clock: new ManualClock(Date.now()),
    });
    arn = await start(stage.client, 'f');
    held = await puppet.next();
  });
  afterEach(() => stage.close());

  it('succeed with the bytes of the body as text', async () => {
    const id = await open();
    await succeed(id, 'no JSON, ü');
    expect(await told()).toMatchObject({
      Status: 'SUCCEEDED',
      CallbackDetails: { CallbackId: id, Result: 'no JSON, ü' },
    });
    expect(held.event.UpdatedOperationIds).toEqual(['c']);
  });

  it('succeed without a result when the body is empty', async () => {
    const id = await open();
    await succeed(id);
    expect((await told())?.CallbackDetails).toEqual({ CallbackId: id });
  });

  it('fail with the error given, or an empty one', async () => {
    const id = await open();
    await fail(id);
    expect(await told()).toMatchObject({ Status: 'FAILED', CallbackDetails: { Error: {} } });
  });

  it('fail with all members of an error', async () => {
    const error = { ErrorType: 'Refused', ErrorMessage: 'no', ErrorData: '{"by":"bob"}', StackTrace: ['a', 'b'] };
    await fail(await open(), error);
    expect((await told())?.CallbackDetails?.Error).toEqual(error);
    expect((await historyOf(stage.client, arn)).at(-1)).toMatchObject({
      EventType: 'CallbackFailed',
      CallbackFailedDetails: { Error: { Payload: error } },
    });
  });

  it('time out', async () => {
    const id = await open({ TimeoutSeconds: 30 });
    stage.service.clock.advance(29_999);
    expect(puppet.unclaimed).toBe(0);
    stage.service.clock.advance(1);
    expect(await told()).toMatchObject({
      Status: 'TIMED_OUT',
      CallbackDetails: { Error: { ErrorType: 'Callback.Timeout', ErrorMessage: 'Callback timed out' } },
    });
    await expect(succeed(id)).rejects.toMatchObject(NOT_OPEN);
  });

  it('are kept open by heartbeats, but not beyond their timeout', async () => {
    const id = await open({ TimeoutSeconds: 10, HeartbeatTimeoutSeconds: 4 });
    for (let beats = 0; beats < 3; beats += 1) {
      stage.service.clock.advance(3_000);
      await beat(id);
    }
    expect(puppet.unclaimed).toBe(0);
    stage.service.clock.advance(1_000);
    expect((await told())?.CallbackDetails?.Error?.ErrorType).toBe('Callback.Timeout');
    await expect(beat(id)).rejects.toMatchObject(NOT_OPEN);
  });

  it('time out when the heartbeat stays away', async () => {
    await open({ TimeoutSeconds: 10, HeartbeatTimeoutSeconds: 4 });
    stage.service.clock.advance(4_000);
    expect((await told())?.CallbackDetails?.Error).toEqual({
      ErrorType: 'Callback.Heartbeat',
      ErrorMessage: 'Callback timed out on heartbeat',
    });
  });

  it('take heartbeats they do not need', async () => {
    await expect(beat(await open())).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });

  it('are answered once', async () => {
    const id = await open();
    await succeed(id, '1');
    for (const again of [() => succeed(id, '2'), () => fail(id), () => beat(id)])
      await expect(again()).rejects.toMatchObject(NOT_OPEN);
    expect((await told())?.CallbackDetails?.Result).toBe('1');
  });

  it('of a closed execution are not open', async () => {
    const id = await open();
    await stage.client.send(new StopDurableExecutionCommand({ DurableExecutionArn: arn }));
    await expect(succeed(id)).rejects.toMatchObject(NOT_OPEN);
  });

  it('that only look genuine are not open', async () => {
    const genuine = Buffer.from(await open(), 'base64').toString();
    const forged = Buffer.from(genuine.replace(/.$/, (last) => (last === '0' ? '1' : '0'))).toString('base64');
    await expect(succeed(forged)).rejects.toMatchObject(NOT_OPEN);
  });

  it('that are none are refused', async () => {
    await expect(succeed('Zm9v')).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'Invalid callback id',
    });
    await expect(succeed('not base64!')).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("at 'callbackId'"),
    });
  });

  it('take results up to 256 KiB', async () => {
    const id = await open();
    await expect(succeed(id, 'x'.repeat(262_145))).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(succeed(id, 'x'.repeat(262_144))).resolves.toBeDefined();
  });
});
