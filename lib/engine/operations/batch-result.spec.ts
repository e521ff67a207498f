import { BatchCompletionError, ChildContextError, StepError } from '../base/errors/operation-errors.js';
import type { BatchItem } from './batch-config.js';
import { CountedBatchResult, restoreBatch } from './batch-result.js';

const failure = new ChildContextError('no stock', new StepError('no stock', new TypeError('no stock'), '{"sku":1}'));
const mixed: Array<BatchItem<string>> = [
  { index: 0, status: 'SUCCEEDED', result: 'a' },
  { index: 1, status: 'FAILED', error: failure },
  { index: 2, status: 'STARTED' },
  { index: 3, status: 'SUCCEEDED', result: 'd' },
];

describe('CountedBatchResult', () => {
  it('counts and filters its items', () => {
    const batch = new CountedBatchResult(mixed, 'FAILURE_TOLERANCE_EXCEEDED');
    expect(batch).toMatchObject({ successCount: 2, failureCount: 1, startedCount: 1, totalCount: 4, hasFailure: true });
    expect(batch.succeeded()).toEqual([mixed[0], mixed[3]]);
    expect(batch.failed()).toEqual([mixed[1]]);
    expect(batch.started()).toEqual([mixed[2]]);
    expect(batch.getResults()).toEqual(['a', 'd']);
    expect(batch.getErrors()).toEqual([failure]);
  });

  it('keeps successes without a result among the results', () => {
    const batch = new CountedBatchResult([{ index: 0, status: 'SUCCEEDED' }], 'ALL_COMPLETED');
    expect(batch.getResults()).toEqual([undefined]);
  });

  it.each([
    ['ALL_COMPLETED', false, 'SUCCEEDED'],
    ['ALL_COMPLETED', true, 'FAILED'],
    ['MIN_SUCCESSFUL_REACHED', true, 'FAILED'],
    ['CUSTOM_COMPLETION_SUCCEEDED', true, 'SUCCEEDED'],
    ['CUSTOM_COMPLETION_FAILED', false, 'FAILED'],
  ] as const)('after %s with a failure: %s is %s', (reason, hasFailure, status) => {
    expect(new CountedBatchResult(hasFailure ? mixed : [], reason).status).toBe(status);
  });

  it("throws the first item's error on request", () => {
    expect(() => new CountedBatchResult(mixed, 'CUSTOM_COMPLETION_SUCCEEDED').throwIfError()).toThrow(failure);
    expect(() => new CountedBatchResult([], 'ALL_COMPLETED').throwIfError()).not.toThrow();
  });

  it('throws on request when shouldComplete has ended it as failed, though no item failed', () => {
    const batch = new CountedBatchResult([], 'CUSTOM_COMPLETION_FAILED');
    expect(() => batch.throwIfError()).toThrow(BatchCompletionError);
    expect(() => batch.throwIfError()).toThrow(
      expect.objectContaining({ completionReason: 'CUSTOM_COMPLETION_FAILED' }),
    );
  });

  it('is written as the official SDK writes it', () => {
    expect(JSON.parse(JSON.stringify(new CountedBatchResult(mixed, 'FAILURE_TOLERANCE_EXCEEDED')))).toEqual({
      all: [
        { result: 'a', index: 0, status: 'SUCCEEDED' },
        {
          error: {
            ErrorType: 'ChildContextError',
            ErrorMessage: 'no stock',
            Cause: {
              ErrorType: 'StepError',
              ErrorMessage: 'no stock',
              ErrorData: '{"sku":1}',
              Cause: { ErrorType: 'TypeError', ErrorMessage: 'no stock' },
            },
          },
          index: 1,
          status: 'FAILED',
        },
        { index: 2, status: 'STARTED' },
        { result: 'd', index: 3, status: 'SUCCEEDED' },
      ],
      completionReason: 'FAILURE_TOLERANCE_EXCEEDED',
    });
  });
});

describe('restoreBatch', () => {
  it('gives a written batch its members and its errors back', () => {
    const written = JSON.parse(JSON.stringify(new CountedBatchResult(mixed, 'FAILURE_TOLERANCE_EXCEEDED')));
    const batch = restoreBatch<string>(written);
    expect(batch).toMatchObject({ successCount: 2, failureCount: 1, startedCount: 1, status: 'FAILED' });
    const [error] = batch.getErrors();
    expect(error).toBeInstanceOf(ChildContextError);
    expect(error!.cause).toBeInstanceOf(StepError);
    expect(error!.cause).toMatchObject({ message: 'no stock', errorData: '{"sku":1}', cause: { name: 'TypeError' } });
  });

  it('leaves alone what a serdes made a batch of its own, or no batch at all', () => {
    const own = { all: [], getResults: () => ['mine'] };
    expect(restoreBatch(own)).toBe(own);
    expect(restoreBatch(['a', 'b'])).toEqual(['a', 'b']);
    expect(restoreBatch(undefined)).toBeUndefined();
  });

  it('keeps errors that a serdes has rebuilt itself', () => {
    const batch = restoreBatch({
      all: [{ index: 0, status: 'FAILED', error: failure }],
      completionReason: 'ALL_COMPLETED',
    });
    expect(batch.getErrors()).toEqual([failure]);
  });
});
