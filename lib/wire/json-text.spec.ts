import { StreamableFile } from '@nestjs/common';
import { of } from 'rxjs';
import { failOnUnhandledRejections } from '../../test/engine/support/unhandled-rejections.js';
import { assertNotSaved, jsonText, savedText } from './json-text.js';

const file = () => new StreamableFile(Buffer.from('a'));

function* generator() {
  yield 1;
}

/** As a compiler writes a generator for an older target: without a tag. */
const compiled = () => ({ next: () => ({}), return: () => ({}), throw: () => ({}), [Symbol.asyncIterator]: compiled });

/** Like a row of a library that refuses names it does not know, except those that JSON asks for. */
const strict = new Proxy({ id: 7 } as Record<PropertyKey, unknown>, {
  get: (row, name) => {
    if (name in row || name === 'toJSON') return row[name];
    throw new Error(`no column ${String(name)}`);
  },
});

failOnUnhandledRejections();

describe('jsonText', () => {
  it.each<[string, unknown, RegExp]>([
    ['a promise', Promise.reject(new Error('nobody handles it')), /^it is a promise, which must be awaited first$/],
    ['a query that runs when it is awaited', { then: () => undefined }, /a promise/],
    ['an observable', of(1), /an observable, .* firstValueFrom/],
    ['a generator', generator(), /a generator, which must be iterated/],
    ['a compiled generator', compiled(), /a generator/],
    ['a stream of Node', file().getStream(), /^it is a stream, whose content must be read first$/],
    ['a stream of the web', new ReadableStream(), /a stream/],
    ['a file of Nest', file(), /a stream/],
  ])('refuses %s, which JSON writes without its content', (_, value, message) => {
    expect(() => jsonText(value)).toThrow(message);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a promise', () => Promise.reject(new Error('nobody handles it')), /^"order" in it is a promise/],
    ['a query that runs when it is awaited', () => ({ then: () => undefined }), /^"order" in it is a promise/],
    ['an observable', () => of(1), /^"order" in it is an observable/],
    ['a generator', generator, /^"order" in it is a generator/],
    ['a stream', () => file().getStream(), /^"order" in it is a stream/],
  ])('refuses %s inside a value', (_, make, message) => {
    expect(() => jsonText({ list: [{ order: make() }] })).toThrow(message);
  });

  it('handles the rejection of each promise inside a value', () => {
    const failing = () => Promise.reject(new Error('nobody handles it'));
    expect(() => jsonText([failing(), { order: failing() }])).toThrow(/^"0" in it is a promise/);
  });

  it.each<[string, unknown, string | undefined]>([
    ['says how it is written', Object.assign(generator(), { toJSON: () => [1] }), '[1]'],
    ['throws for names that it does not know', strict, '{"id":7}'],
    ['has a method next()', { id: 7, next: () => undefined }, '{"id":7}'],
    ['has a method getReader()', { id: 7, getReader: () => 'Ada' }, '{"id":7}'],
    ['has a method pipe()', { id: 7, pipe: () => undefined }, '{"id":7}'],
    ['has a method subscribe()', { id: 7, subscribe: () => undefined }, '{"id":7}'],
    ['has such members that are no methods', { then: 1, next: 2, subscribe: 3 }, '{"then":1,"next":2,"subscribe":3}'],
    ['is null', null, 'null'],
    ['is undefined', undefined, undefined],
  ])('writes a value that %s', (_, value, text) => {
    expect(jsonText(value)).toBe(text);
  });
});

describe('What may be written for a log, and not be saved', () => {
  const logged = { toJSON: () => (assertNotSaved('a context'), 'for a log') };
  const writing = { toJSON: () => savedText('the text of another value') };

  it.each<[string, (value: unknown) => unknown]>([
    ['saved', savedText],
    ['sent', jsonText],
  ])('is refused where a value is %s, also after another value within it was written', (_what, write) => {
    expect(() => write({ order: [logged] })).toThrow(/^a context is, or is a part of, what would be saved/);
    expect(() => write([writing, logged])).toThrow(TypeError);
  });

  it('is written elsewhere, also after such a refusal', () => {
    expect(() => savedText(logged)).toThrow(TypeError);
    expect(JSON.stringify(logged)).toBe('"for a log"');
  });
});
