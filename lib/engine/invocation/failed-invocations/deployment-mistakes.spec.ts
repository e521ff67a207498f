import { lambdaContext } from '../../../../test/fixtures/memory-service.js';
import { Stage } from '../../../../test/engine/support/stage.js';
import { TransportLoadError } from '../../base/errors/transport-load-error.js';
import { PluginLoadError } from '../plugins/plugin-load-error.js';
import { runInvocation } from '../run-invocation.js';

/** A running execution, whose function is then deployed with a plugin that does not load. */
async function underWay() {
  const stage = new Stage(async (context) => {
    await context.step('first', async () => 1);
    await context.wait('an hour', { hours: 1 });
    return 'done';
  });
  await stage.invoke();
  stage.service.passTime();
  const invoke = (problem: Error, maxFailedInvocations: number | false) =>
    runInvocation({
      event: stage.service.event(),
      lambdaContext: lambdaContext(),
      client: stage.service,
      config: { logger: stage.logger, maxFailedInvocations },
      plugins: Promise.reject(problem),
      body: async () => 'never',
    });
  return { stage, invoke };
}

const broken = () => new PluginLoadError('tracing', new Error('no such file'));

describe('A mistake of the deployment', () => {
  it('is counted, and ends an execution under way when it is not mended', async () => {
    const { stage, invoke } = await underWay();
    for (let failure = 1; failure < 4; failure += 1) await expect(invoke(broken(), 4)).rejects.toThrow('tracing');
    const output = await invoke(broken(), 4);
    expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'FailedInvocationsError' } });
    expect(stage.service.complaints).toEqual([]);
  });

  it('leaves the execution to a deployment that mends it in time', async () => {
    const { stage, invoke } = await underWay();
    for (let failure = 1; failure < 4; failure += 1) await expect(invoke(broken(), 4)).rejects.toThrow('tracing');
    await expect(stage.result()).resolves.toBe('done');
  });

  it('is not counted where nothing is to be counted, and where no transport could record it', async () => {
    const { stage, invoke } = await underWay();
    const { length } = stage.service.calls;
    for (let failure = 1; failure < 12; failure += 1) {
      await expect(invoke(broken(), false)).rejects.toThrow('tracing');
      await expect(invoke(new TransportLoadError(new Error('no aws4')), 4)).rejects.toThrow('aws4');
    }
    expect(stage.service.calls).toHaveLength(length);
  });
});
