import { lambdaContext, MemoryService } from '../../../test/fixtures/memory-service.js';
import { type Clock, systemClock, type Timer } from '../base/clock.js';
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
    { durableExecutionClient: service, logger: quiet, clock: countingClock },
  );
  return handler(service.event(), lambdaContext());
}

/** The timers of the engine that are armed: those of the rest of the process come and go. */
const armed = new Set<Timer>();
const countingClock: Clock = {
  ...systemClock,
  setTimer(callback, delayMs) {
    const timer = systemClock.setTimer(() => {
      armed.delete(timer);
      callback();
    }, delayMs);
    armed.add(timer);
    return timer;
  },
  clearTimer(timer) {
    armed.delete(timer);
    systemClock.clearTimer(timer);
  },
};

beforeEach(() => armed.clear());

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
    const output = await invoke(new MemoryService({}), async ({ signal }) => String(signal?.aborted), {
      timeout: { minutes: 5 },
    });
    expect(output).toEqual({ Status: 'SUCCEEDED', Result: '"false"' });
    expect(armed.size).toBe(0);
  });

  it('leaves no timer when the invocation ends before the body', async () => {
    const misuse = (context: DurableContext) => void context.step('ü', async () => 'never begun');
    const output = await invoke(
      new MemoryService({}),
      () => never,
      { timeout: { minutes: 5 } },
      (context) => setImmediate(misuse, context),
    );
    expect(output.Status).toBe('FAILED');
    expect(armed.size).toBe(0);
  });

  it('fails the execution when it is no length of time', async () => {
    const service = new MemoryService({});
    const output = await invoke(service, async () => 'never begun', { timeout: { seconds: 0 } });
    expect(output).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'ConfigValidationError' } });
    expect(service.operations.size).toBe(1);
  });
});
