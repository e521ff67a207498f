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

  it('ends the problem of a run with one full stop', async () => {
    await using test = await DurableHandlerTest.create(withDurableExecution(async () => Math.random()));
    await expect((await test.start()).result()).rejects.toThrow(/: either is saved\.\n/);
  });
});
