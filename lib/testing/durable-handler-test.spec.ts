import { withDurableExecution } from '../engine/invocation/with-durable-execution.js';
import { DurableHandlerTest } from './durable-handler-test.js';

describe('DurableHandlerTest', () => {
  const echo = withDurableExecution(async (input: unknown) => ({ input }));

  it.each([null, 0, false, '', [], { id: '7' }])('starts with the input %j', async (input) => {
    await using test = await DurableHandlerTest.create(echo);
    await expect((await test.start(input)).result()).resolves.toEqual({ input });
  });

  it('starts with an empty object where no input is given', async () => {
    await using test = await DurableHandlerTest.create(echo);
    await expect((await test.start()).result()).resolves.toEqual({ input: {} });
  });

  it.each([0, 1])('fails a run that has not awaited an operation, after %i waits', async (waits) => {
    const handler = withDurableExecution(async (_input: unknown, context) => {
      for (let wait = 0; wait < waits; wait += 1) await context.wait({ days: 1 });
      void context.step('mail', async () => 'sent');
      return 'done';
    });
    await using test = await DurableHandlerTest.create(handler);
    await expect((await test.start()).result()).rejects.toThrow(
      /^Step "mail", called at .*durable-handler-test\.spec\.ts:\d+:\d+, was never awaited\./,
    );
    await using lenient = await DurableHandlerTest.create(handler, { determinism: 'report' });
    await expect((await lenient.start()).result()).resolves.toBe('done');
    expect(lenient.findings).toMatchObject([{ kind: 'not-awaited', what: 'Step "mail"' }]);
  });

  it('ends the problem of a run with one full stop', async () => {
    await using test = await DurableHandlerTest.create(withDurableExecution(async () => Math.random()));
    await expect((await test.start()).result()).rejects.toThrow(/: either is saved\.\n/);
  });
});
