import { lambdaContext, MemoryService } from '../../../test/fixtures/memory-service.js';
import { type DurableContext, retryPresets, type StepConfig, type StepFunc, withDurableExecution } from '../index.js';

const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const never = new Promise<never>(() => undefined);

function invoke(
  service: MemoryService,
  body: StepFunc<string>,
  config: StepConfig<string>,
  aside?: (context: DurableContext) => void,
) {
  const handler = withDurableExecution(
    async (_event, context) => {
      aside?.(context);
      return context.step('look up', body, config);
    },
    { durableExecutionClient: service, logger: quiet },
  );
  return handler(service.event(), lambdaContext());
}

const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

describe('The timeout of a step', () => {
  it('fails the attempt, tells its body, and leaves the rest to the retry strategy', async () => {
    const service = new MemoryService({});
    let signal: AbortSignal | undefined;
    const output = await invoke(service, (context) => ((signal = context.signal), never), {
      timeout: { seconds: 0.01 },
    });
    expect(output).toEqual({ Status: 'PENDING' });
    expect(signal?.aborted).toBe(true);
    expect(service.updates.at(-1)).toMatchObject({ Action: 'RETRY', Error: { ErrorType: 'StepTimeoutError' } });
  });

  it('ends the step when there is no further attempt', async () => {
    const config = { timeout: { seconds: 0.01 }, retryStrategy: retryPresets.noRetry };
    const output = await invoke(new MemoryService({}), () => never, config);
    expect(output).toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: expect.stringContaining('within 0.01 seconds') },
    });
  });

  it('is not felt by a body that ends in time, and leaves no timer', async () => {
    const before = timers();
    const output = await invoke(new MemoryService({}), async ({ signal }) => String(signal?.aborted), {
      timeout: { minutes: 5 },
    });
    expect(output).toEqual({ Status: 'SUCCEEDED', Result: '"false"' });
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('leaves no timer when the invocation ends before the body', async () => {
    const before = timers();
    const misuse = (context: DurableContext) => void context.step('ü', async () => 'never begun');
    const output = await invoke(
      new MemoryService({}),
      () => never,
      { timeout: { minutes: 5 } },
      (context) => setImmediate(misuse, context),
    );
    expect(output.Status).toBe('FAILED');
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('fails the execution when it is no length of time', async () => {
    const output = await invoke(new MemoryService({}), async () => 'never begun', { timeout: { seconds: 0 } });
    expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'ConfigValidationError' } });
  });
});
