import { StepError } from '../errors/operation-errors.js';
import { settledSerdes } from './settled-serdes.js';

const context = { entityId: '1', durableExecutionArn: 'arn' };

describe('settledSerdes', () => {
  it('writes errors as their message, name and stack', async () => {
    const reason = new StepError('no');
    reason.stack = 'StepError: no';
    await expect(settledSerdes.serialize([{ status: 'rejected', reason }], context)).resolves.toBe(
      '[{"status":"rejected","reason":{"message":"no","name":"StepError","stack":"StepError: no"}}]',
    );
  });

  it('brings them back as errors, and all else as it was', async () => {
    const settled: Array<PromiseSettledResult<unknown>> = [
      { status: 'fulfilled', value: { message: 'a', name: 'b' } },
      { status: 'rejected', reason: new TypeError('no') },
      { status: 'rejected', reason: 'text' },
      { status: 'rejected', reason: { code: 5 } },
    ];
    const back = await settledSerdes.deserialize(await settledSerdes.serialize(settled, context), context);
    expect(back).toEqual(settled);
    expect((back![1] as PromiseRejectedResult).reason).toBeInstanceOf(Error);
    expect((back![1] as PromiseRejectedResult).reason).toMatchObject({ name: 'TypeError', message: 'no' });
    expect(back![0]).not.toBeInstanceOf(Error);
  });

  it('keeps nothing for nothing', async () => {
    await expect(settledSerdes.serialize(undefined, context)).resolves.toBeUndefined();
    await expect(settledSerdes.deserialize(undefined, context)).resolves.toBeUndefined();
  });
});
