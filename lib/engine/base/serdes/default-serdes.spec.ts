import { defaultSerdes } from './default-serdes.js';

const context = { entityId: '1', durableExecutionArn: 'arn' };

describe('defaultSerdes', () => {
  it('is JSON', async () => {
    await expect(defaultSerdes.serialize({ at: new Date(0) }, context)).resolves.toBe(
      '{"at":"1970-01-01T00:00:00.000Z"}',
    );
    await expect(defaultSerdes.deserialize('[1,null]', context)).resolves.toEqual([1, null]);
  });

  it('keeps nothing for undefined', async () => {
    await expect(defaultSerdes.serialize(undefined, context)).resolves.toBeUndefined();
    await expect(defaultSerdes.deserialize(undefined, context)).resolves.toBeUndefined();
  });

  it('rejects what JSON cannot hold', async () => {
    await expect(defaultSerdes.serialize(1n, context)).rejects.toMatchObject({
      name: 'UnsavableValueError',
      message: expect.stringMatching(/^The value cannot be written as JSON: /),
    });
  });
});
