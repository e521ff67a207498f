import { type InvokeArguments, splitInvoke, splitName } from './call-arguments.js';

describe('splitName', () => {
  const body = () => undefined;

  it.each<[string, unknown[], string | undefined, unknown[]]>([
    ['a name', ['charge', body, {}], 'charge', [body, {}]],
    ['an empty name, for the check to refuse', ['', body], '', [body]],
    ['undefined in place of a name', [undefined, body, {}], undefined, [body, {}]],
    ['no name', [body, {}], undefined, [body, {}]],
    ['no arguments', [], undefined, []],
  ])('splits %s', (_, args, name, rest) => {
    expect(splitName(args)).toEqual({ name, rest });
  });
});

describe('splitInvoke', () => {
  it.each<[string, InvokeArguments<unknown, unknown>, unknown]>([
    ['a function alone', ['f:1'], { call: { functionName: 'f:1' } }],
    ['a function and an input', ['f:1', { a: 1 }], { call: { functionName: 'f:1', input: { a: 1 } } }],
    ['a configuration without an input', ['f:1', undefined, {}], { call: { functionName: 'f:1', config: {} } }],
    ['a name', ['charge', 'f:1'], { name: 'charge', call: { functionName: 'f:1' } }],
    [
      'a name and all else',
      ['charge', 'f:1', 'text', {}],
      { name: 'charge', call: { functionName: 'f:1', input: 'text', config: {} } },
    ],
    ['no name but its place', [undefined, 'f:1', 'text'], { call: { functionName: 'f:1', input: 'text' } }],
  ])('takes %s', (_what, args, expected) => {
    expect(splitInvoke(args)).toEqual(expected);
  });
});
