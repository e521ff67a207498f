import { DurableControlClient } from '../../lib/client/control-client.js';
import { ManualClock } from '../../lib/local/index.js';
import { Puppet } from '../local/puppet.js';
import { eventually, invocationsEnded, start, startStage } from '../local/service-fixture.js';
import type { Stage } from '../local/service-fixture.js';

describe('DurableControlClient on a local service', () => {
  let stage: Stage;
  let control: DurableControlClient;

  beforeEach(async () => {
    const handler = new Puppet().handler as never;
    const functions = { f: { handler, durable: { executionTimeoutSeconds: 60 } } };
    stage = await startStage({ functions, clock: new ManualClock(Date.now()) });
    control = new DurableControlClient({ endpoint: stage.service.endpoint, region: 'us-east-1' });
  });
  afterEach(() => stage.close());

  it('pauses with a reason, resumes, and deletes what has ended', async () => {
    const arn = await start(stage.client, 'f', { order: 1 });
    await control.pause(arn, { reason: 'maintenance', executionTimeoutPaused: true, clientToken: 'once' });
    await control.pause(arn, { reason: 'maintenance', executionTimeoutPaused: true, clientToken: 'once' });
    stage.service.killInvocation(arn);
    await invocationsEnded(stage.client, arn, 1);
    expect((await control.describe(arn)).status).toBe('PAUSED');
    await control.resume(arn, { reason: 'over' });
    expect((await control.describe(arn)).status).toBe('RUNNING');

    await expect(control.delete(arn)).rejects.toMatchObject({
      name: 'DurableControlError',
      apiName: 'DeleteDurableExecution',
      code: 'ResourceConflictException',
      httpStatus: 409,
    });
    await control.stop(arn);
    await control.delete(arn);
    await eventually(() => stage.service.killInvocation(arn) || undefined);
    await eventually(() =>
      control.describe(arn).then(
        () => undefined,
        (error: { code: string }) => error.code === 'ResourceNotFoundException' || undefined,
      ),
    );
  });
});
