import { unreadable } from '../../../../test/engine/support/unreadable.js';
import { StepError } from '../errors/operation-errors.js';
import { UnsavableValueError } from '../errors/unsavable-value-error.js';
import { settledSerdes } from './settled-serdes.js';

function circle(): object {
  const circular: Record<string, unknown> = { code: 5 };
  circular.self = circular;
  return circular;
}

const nothing = () => undefined;
const context = { entityId: '1', durableExecutionArn: 'arn' };

describe('settledSerdes', () => {
  it('writes errors as their message, name and stack', async () => {
    const reason = new StepError('no');
    reason.stack = 'StepError: no';
    await expect(settledSerdes(nothing).serialize([{ status: 'rejected', reason }], context)).resolves.toBe(
      '[{"status":"rejected","reason":{"message":"no","name":"StepError","stack":"StepError: no"}}]',
    );
  });

  it('writes no stack, and nothing that may be recorded nowhere, where errors are judged', async () => {
    const redacting = settledSerdes(async () => ({
      describe: () => ({ message: 'login refused for planted', members: {} }),
      redact: (text: string) => text.replace('planted', '…'),
      explain: () => ({}) as never,
    }));
    const refused = [{ status: 'rejected' as const, reason: new Error('planted') }];
    await expect(redacting.serialize(refused, context)).resolves.toBe(
      '[{"status":"rejected","reason":{"message":"login refused for …","name":"Error"}}]',
    );
  });

  it('brings them back as errors, and all else as it was', async () => {
    const settled: Array<PromiseSettledResult<unknown>> = [
      { status: 'fulfilled', value: { message: 'a', name: 'b' } },
      { status: 'rejected', reason: new TypeError('no') },
      { status: 'rejected', reason: 'text' },
      { status: 'rejected', reason: { code: 5 } },
    ];
    const back = await settledSerdes(nothing).deserialize(
      await settledSerdes(nothing).serialize(settled, context),
      context,
    );
    expect(back).toEqual(settled);
    expect((back![1] as PromiseRejectedResult).reason).toBeInstanceOf(Error);
    expect((back![1] as PromiseRejectedResult).reason).toMatchObject({ name: 'TypeError', message: 'no' });
    expect(back![0]).not.toBeInstanceOf(Error);
  });

  it.each<[string, unknown, string]>([
    ['a bigint', 10n, '10n'],
    ['a circle', circle(), '{"code":5}'],
    ['what cannot be read', unreadable(), 'An object was thrown that cannot be read.'],
  ])('keeps what all came to where one reason is %s', async (_, reason, message) => {
    const settled: Array<PromiseSettledResult<unknown>> = [
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason },
    ];
    const back = await settledSerdes(nothing).deserialize(
      await settledSerdes(nothing).serialize(settled, context),
      context,
    );
    expect(back![0]).toEqual(settled[0]);
    expect((back![1] as PromiseRejectedResult).reason).toMatchObject({ name: 'Error', message });
  });

  it('says of a value that JSON cannot hold that it never will be saved', async () => {
    const serializing = settledSerdes(nothing).serialize([{ status: 'fulfilled', value: 10n }], context);
    await expect(serializing).rejects.toBeInstanceOf(UnsavableValueError);
  });

  it('keeps nothing for nothing', async () => {
    await expect(settledSerdes(nothing).serialize(undefined, context)).resolves.toBeUndefined();
    await expect(settledSerdes(nothing).deserialize(undefined, context)).resolves.toBeUndefined();
  });
});
