import type { ErrorObject, Operation } from '../../../wire/operation.js';
import { infoOfRecord } from './operation-info.js';

const failedCallback = (recorded?: ErrorObject): Operation => ({
  Id: 'c4ca4238a0b92382',
  Type: 'CALLBACK',
  Status: 'FAILED',
  CallbackDetails: { CallbackId: 'id', Error: recorded },
});

describe('infoOfRecord', () => {
  it.each<[string, ErrorObject | undefined]>([
    ['nothing', undefined],
    ['an empty error', {}],
    ['an error of empty members', { ErrorMessage: undefined, ErrorType: undefined }],
  ])('makes no error up for a callback that failed with %s', (_, recorded) => {
    expect(infoOfRecord(failedCallback(recorded)).error).toBeUndefined();
  });

  it('calls a callback that failed without a message no step', () => {
    expect(infoOfRecord(failedCallback({ ErrorType: 'Refusal' })).error).toMatchObject({ message: 'Unknown error' });
  });

  it('takes an empty text for a detail', () => {
    expect(infoOfRecord(failedCallback({ ErrorMessage: '' })).error).toMatchObject({ message: '' });
  });
});
