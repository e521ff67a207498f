import { decodeResult } from './decode-result.js';

describe('decodeResult()', () => {
  it.each([
    ['{"total":3}', { total: 3 }],
    ['null', null],
    ['', undefined],
    [undefined, undefined],
  ])('reads %p', (text, result) => {
    expect(decodeResult(text)).toEqual(result);
  });

  it('says how to read a result that is not JSON, and does not repeat it', () => {
    const read = () => decodeResult('secret-4711');
    expect(read).toThrow(SyntaxError);
    expect(read).toThrow(/succeeded, but its result is not JSON.*describe\(\)\)\.result/);
    expect(read).not.toThrow(/4711/);
  });
});
