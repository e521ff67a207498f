import { Bindings } from './bindings.js';
import { findDifference } from './match-value.js';

const difference = (expected: unknown, actual: unknown, bindings = new Bindings()) =>
  findDifference(expected, actual, { bindings });

describe('findDifference', () => {
  it.each([
    ['text', 'a', 'a'],
    ['numbers', 3, 3],
    ['booleans', false, false],
    ['null', null, null],
    ['nested values', { a: [1, { b: 'x' }] }, { a: [1, { b: 'x' }] }],
  ])('finds none between equal values: %s', (_, expected, actual) => {
    expect(difference(expected, actual)).toBeUndefined();
  });

  it.each([
    ['a number and its digits', 3, '3'],
    ['null and nothing', null, undefined],
    ['null and an empty text', null, ''],
    ['false and 0', false, 0],
  ])('tells apart %s', (_, expected, actual) => {
    expect(difference(expected, actual)).toMatchObject({ path: '', expected, actual });
  });

  it('compares only the expected keys of an object', () => {
    expect(difference({ a: 1 }, { a: 1, b: 2 })).toBeUndefined();
  });

  it('says where in a nested object the first difference is', () => {
    expect(difference({ a: { b: [0, { c: 1 }] } }, { a: { b: [0, { c: 2 }] } })).toEqual({
      path: 'a.b[1].c',
      expected: 1,
      actual: 2,
    });
  });

  it('finds that an expected key is missing, or holds undefined', () => {
    expect(difference({ a: 'x' }, {})).toMatchObject({ path: 'a', reason: 'the key is missing' });
    expect(difference({ a: '*' }, { a: undefined })).toMatchObject({ path: 'a', reason: 'the key is missing' });
  });

  it("takes '*' for any value of a key that is there, null included", () => {
    for (const value of ['x', 0, null, {}, []]) expect(difference({ a: '*' }, { a: value })).toBeUndefined();
    expect(difference({ a: '*' }, {})).toBeDefined();
  });

  it('does not compare what is expected as {}, present or not', () => {
    expect(difference({ a: {} }, { a: 'anything' })).toBeUndefined();
    expect(difference({ a: {} }, { b: 1 })).toBeUndefined();
  });

  it('compares lists element by element and in length', () => {
    expect(difference([1, '*'], [1, 2])).toBeUndefined();
    expect(difference([], [])).toBeUndefined();
    expect(difference([1], [1, 2])).toMatchObject({ reason: 'a list of 1 was expected, this one has 2' });
    expect(difference([1, 2], [2, 1])).toMatchObject({ path: '[0]' });
  });

  it.each([
    ['a list', [1], { 0: 1 }],
    ['an object', { a: 1 }, [1]],
    ['an object', { a: 1 }, null],
  ])('says that %s was expected', (what, expected, actual) => {
    expect(difference(expected, actual)).toMatchObject({ reason: `${what} was expected` });
  });

  describe('with variables', () => {
    it('binds one at its first use and demands the same value afterwards', () => {
      const bindings = new Bindings();
      expect(difference({ a: '${ID}', b: '${ID}' }, { a: 'x', b: 'x' }, bindings)).toBeUndefined();
      expect(bindings.get('ID')).toBe('x');
      expect(difference('${ID}', 'y', bindings)).toEqual({ path: '', expected: 'x', actual: 'y' });
    });

    it('binds values that are no text as they are', () => {
      const bindings = new Bindings();
      difference('${LIST}', [1, { a: 2 }], bindings);
      expect(difference('${LIST}', [1, { a: 2 }], bindings)).toBeUndefined();
      expect(difference('${LIST}', [1, { a: 3 }], bindings)).toBeDefined();
    });

    it('does not bind to a key that is missing', () => {
      const bindings = new Bindings();
      expect(difference({ Name: '${NAME}' }, {}, bindings)).toMatchObject({ path: 'Name' });
      expect(bindings.has('NAME')).toBe(false);
    });

    it('puts one into a longer text and compares that literally', () => {
      const bindings = new Bindings([['P', 'a.c']]);
      expect(difference('"${P}"', '"a.c"', bindings)).toBeUndefined();
      expect(difference('"${P}"', '"abc"', bindings)).toMatchObject({ expected: '"a.c"' });
    });

    it('says which one is unbound inside a longer text', () => {
      expect(difference('"${P}"', '"x"')?.reason).toContain('${P}');
    });
  });

  describe('with patterns', () => {
    it('searches them in the value', () => {
      expect(difference('${/.*TransientError$/}', 'my.TransientError')).toBeUndefined();
      expect(difference('${/wrapped/}', '{"wrapped":1}')).toBeUndefined();
      expect(difference('${/^wrapped/}', '{"wrapped":1}')).toMatchObject({ expected: '${/^wrapped/}' });
    });

    it('reads a value that is no text as JSON', () => {
      expect(difference('${/^[0-5]$/}', 5)).toBeUndefined();
      expect(difference('${/^[0-5]$/}', 6)).toBeDefined();
      expect(difference('${/"a":1/}', { a: 1 })).toBeUndefined();
    });

    it('puts variables into them as plain text', () => {
      const bindings = new Bindings([['P', 'a.c']]);
      expect(difference('${/^x${P}$/}', 'xa.c', bindings)).toBeUndefined();
      expect(difference('${/^x${P}$/}', 'xabc', bindings)).toBeDefined();
    });
  });
});
