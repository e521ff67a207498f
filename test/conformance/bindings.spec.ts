import { Bindings, UnboundVariableError } from './bindings.js';

describe('Bindings', () => {
  it('draws a text of the wanted length from lower-case letters and digits for each GEN_STR', () => {
    const bindings = Bindings.generate({ NAME: '${GEN_STR:12}', INSIDE: 'order-${GEN_STR:4}', FIXED: 7 });
    expect(bindings.get('NAME')).toMatch(/^[a-z0-9]{12}$/);
    expect(bindings.get('INSIDE')).toMatch(/^order-[a-z0-9]{4}$/);
    expect(bindings.get('FIXED')).toBe(7);
  });

  it('draws another text for each variable', () => {
    const bindings = Bindings.generate({ A: '${GEN_STR:16}', B: '${GEN_STR:16}' });
    expect(bindings.get('A')).not.toBe(bindings.get('B'));
  });

  it('substitutes throughout objects and lists, and keeps the type of a variable that is a whole string', () => {
    const bindings = new Bindings([
      ['NAME', 'ada'],
      ['COUNT', 3],
    ]);
    expect(bindings.substitute({ greeting: 'Hello, ${NAME}!', list: ['${COUNT}', 'x${COUNT}'], n: null })).toEqual({
      greeting: 'Hello, ada!',
      list: [3, 'x3'],
      n: null,
    });
  });

  it('names the variable that has no value', () => {
    expect(() => new Bindings().substitute('Hello, ${NAME}!')).toThrow(UnboundVariableError);
    expect(() => new Bindings().substitute('Hello, ${NAME}!')).toThrow('${NAME}');
  });

  it('leaves the original alone when its copy binds', () => {
    const bindings = new Bindings([['A', 1]]);
    const copy = bindings.copy();
    copy.bind('B', 2);
    expect(bindings.has('B')).toBe(false);
    expect(copy.get('A')).toBe(1);
  });
});
