import { ERROR_OBJECT_BYTES } from '../../../wire/limits.js';
import { fitErrorObject, recordedError } from './recorded-error.js';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('recordedError', () => {
  it('leaves an error of ordinary size as it is', () => {
    expect(recordedError(new RangeError('too far'))).toEqual({ ErrorType: 'RangeError', ErrorMessage: 'too far' });
  });

  it.each([
    ['plain text', 'x'],
    ['quotes', '"'],
    ['text of three bytes a character', '漢'],
    ['control characters', '\u0001'],
  ])('cuts %s to what the service takes, and says how much is missing', (_what, character) => {
    const text = character.repeat(1_000_000);
    const fitted = fitErrorObject({ ErrorType: 'Error', ErrorMessage: text, ErrorData: text });
    expect(bytesOf(fitted)).toBeLessThanOrEqual(ERROR_OBJECT_BYTES);
    expect(bytesOf(fitted)).toBeGreaterThan(ERROR_OBJECT_BYTES / 4);
    expect(fitted.ErrorType).toBe('Error');
    expect(fitted.ErrorMessage).toMatch(/… \[\d+ more characters\]$/);
  });
});
