import { splitName } from './call-arguments.js';

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
