import { ConfigValidationError, SerdesFailedError } from '../errors/context-errors.js';
import { ExecutionError } from '../errors/execution-error.js';
import { UnsavableValueError } from '../errors/unsavable-value-error.js';
import { decode, decodeJson, encode, fitting, isUnsavable } from './conversion.js';
import { defaultSerdes } from './default-serdes.js';
import { encodeJson } from './json.js';
import type { AnySerdes } from './serdes.js';

const subject = { entityId: '2-1', durableExecutionArn: 'arn', label: 'Step "charge"' };

const failing: AnySerdes = {
  serialize: () => Promise.reject(new Error('bucket unreachable')),
  deserialize: () => {
    throw new Error('bucket unreachable');
  },
};

describe('encode and decode', () => {
  it.each<[string, unknown, unknown]>([
    ['a moment becomes a text', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['undefined stays', undefined, undefined],
    ['null stays', null, null],
    ['members that are undefined are gone', { a: 1, b: undefined }, { a: 1 }],
    ['an instance loses its class', new (class Order { id = 7; ship() {} })(), { id: 7 }], // prettier-ignore
    ['a map is empty', new Map([['a', 1]]), {}],
    ['NaN becomes null', NaN, null],
    ['text beyond ASCII', '注文 €', '注文 €'],
  ])('go through JSON without a serdes: %s', (_, value, expected) => {
    const text = encodeJson(value) as string | undefined;
    expect(decodeJson(text, subject)).toEqual(expected);
  });

  it('take a stored null for nothing, as the service does', () => {
    expect(decodeJson(null, subject)).toBeUndefined();
  });

  it('give a serdes the operation that it works for', async () => {
    const seen: unknown[] = [];
    const serdes: AnySerdes = {
      serialize: async (value, context) => (seen.push(value, context.entityId, context.durableExecutionArn), 'text'),
      deserialize: async (text, context) => (seen.push(text, context.entityId), 'value'),
    };
    expect(await encode(7, serdes, subject)).toBe('text');
    expect(await decode(undefined, serdes, subject)).toBe('value');
    expect(seen).toEqual([7, '2-1', 'arn', undefined, '2-1']);
  });

  it('take nothing but text from a serdes, and null for nothing', async () => {
    const giving = (serialized: unknown): AnySerdes => ({ ...failing, serialize: async () => serialized as string });
    expect(await encode(1, giving(null), subject)).toBeUndefined();
    await expect(encode(1, giving(7), subject)).rejects.toMatchObject({
      name: 'SerdesFailedError',
      message:
        'The serdes of Step "charge" failed: serialize() returned a value of type number, but it must return text',
    });
  });

  it.each<[string, () => unknown]>([
    ['circular', () => ((value: Record<string, unknown>) => ((value.self = value), value))({})],
    ['a bigint', () => 1n],
  ])('say of a value that is %s that it never will be JSON', async (_, value) => {
    for (const encoded of [encodeJson(value()), await encode(value(), defaultSerdes, subject)]) {
      expect(isUnsavable(encoded)).toBe(true);
      expect(String(encoded)).toMatch(/^UnsavableValueError: The value cannot be written as JSON: /);
    }
  });

  it('say the same of what a serdes of your own will never save', async () => {
    const error = new UnsavableValueError('too secret');
    const serdes: AnySerdes = { ...failing, serialize: () => Promise.reject(error) };
    expect(await encode(1, serdes, subject)).toBe(error);
  });

  it('fail the execution for saved text that is no JSON', () => {
    expect(() => decodeJson('{a', subject)).toThrow(ExecutionError);
    expect(() => decodeJson('{a', subject)).toThrow(/^The saved result of Step "charge" is not JSON/);
  });

  it('keep an ExecutionError, by which a serdes says that no repetition can help, but no wrong configuration', async () => {
    const giving = (error: Error): AnySerdes => ({
      serialize: () => Promise.reject(error),
      deserialize: () => Promise.reject(error),
    });
    const gone = new ExecutionError('the key was deleted');
    await expect(encode(1, giving(gone), subject)).rejects.toBe(gone);
    await expect(decode('1', giving(gone), subject)).rejects.toBe(gone);
    const wrong = giving(new ConfigValidationError('no'));
    await expect(encode(1, wrong, subject)).rejects.toBeInstanceOf(SerdesFailedError);
  });

  it.each<[string, () => unknown]>([
    ['serialize rejects', () => encode(1, failing, subject)],
    ['deserialize throws', () => decode('1', failing, subject)],
  ])('end the invocation only when %s, for a serdes may reach outside', async (_, convert) => {
    const conversion = Promise.resolve().then(convert);
    await expect(conversion).rejects.toBeInstanceOf(SerdesFailedError);
    await expect(conversion).rejects.toThrow('The serdes of Step "charge" failed: bucket unreachable');
  });
});

describe('fitting', () => {
  it.each<[string, string | undefined, boolean]>([
    ['nothing', undefined, true],
    ['text within the limit', 'x'.repeat(10), true],
    ['text of several bytes a character within the limit', '€€€', true],
    ['text over the limit', 'x'.repeat(11), false],
    ['text of several bytes a character over the limit', '€€€€', false],
  ])('lets pass %s: %s', (_, text, passes) => {
    const fitted = fitting(text, 10);
    expect(isUnsavable(fitted)).toBe(!passes);
    if (passes) expect(fitted).toBe(text);
    else expect(String(fitted)).toContain(`${Buffer.byteLength(text!)} bytes as text, and at most 10 are saved`);
  });
});
