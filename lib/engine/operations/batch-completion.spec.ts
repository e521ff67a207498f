import type { CompletionReason } from '../base/errors/completion-reason.js';
import type { CompletionConfig, CompletionStatus } from './batch-config.js';
import { completeBatch, CompletionOutcome, continueBatch } from './batch-config.js';
import { type BatchProgress, completionProblem, LiveCourse } from './batch-completion.js';

function reason(config: CompletionConfig | undefined, progress: Partial<BatchProgress>): CompletionReason | undefined {
  const course = new LiveCourse(progress.totalCount ?? 4, config);
  return course.reasonToEnd({
    startedCount: 0,
    successCount: 0,
    failureCount: 0,
    completedCount: (progress.successCount ?? 0) + (progress.failureCount ?? 0),
    totalCount: 4,
    items: [],
    ...progress,
  });
}

describe('the end of a batch', () => {
  type Row = [
    what: string,
    config: CompletionConfig | undefined,
    successes: number,
    failures: number,
    CompletionReason?,
  ];

  it.each<Row>([
    ['goes on before anything has ended', undefined, 0, 0, undefined],
    ['goes on while successes are outstanding', undefined, 3, 0, undefined],
    ['comes when all have succeeded', undefined, 4, 0, 'ALL_COMPLETED'],
    ['comes with the first failure when nothing is configured', undefined, 1, 1, 'FAILURE_TOLERANCE_EXCEEDED'],
    ['comes with the first failure when nothing is set', {}, 0, 1, 'FAILURE_TOLERANCE_EXCEEDED'],
    ['is told by the failure even when that was the last', {}, 3, 1, 'FAILURE_TOLERANCE_EXCEEDED'],
    ['is not brought by as many failures as are tolerated', { toleratedFailureCount: 1 }, 0, 1, undefined],
    ['is brought by one more', { toleratedFailureCount: 1 }, 0, 2, 'FAILURE_TOLERANCE_EXCEEDED'],
    ['is not brought by the tolerated share of all items', { toleratedFailurePercentage: 25 }, 0, 1, undefined],
    ['is brought by a larger share', { toleratedFailurePercentage: 25 }, 0, 2, 'FAILURE_TOLERANCE_EXCEEDED'],
    ['comes with enough successes', { minSuccessful: 2 }, 2, 0, 'MIN_SUCCESSFUL_REACHED'],
    ['is not brought by failures where only successes are asked for', { minSuccessful: 2 }, 1, 2, undefined],
    ['comes when all have ended without enough successes', { minSuccessful: 3 }, 2, 2, 'ALL_COMPLETED'],
    ['is told by all having ended rather than by enough successes', { minSuccessful: 4 }, 4, 0, 'ALL_COMPLETED'],
    [
      'is told by too many failures rather than by enough successes',
      { minSuccessful: 2, toleratedFailureCount: 1 },
      2,
      2,
      'FAILURE_TOLERANCE_EXCEEDED',
    ],
    ['is not reached before an item has ended', { minSuccessful: 0 }, 0, 0, undefined],
  ])('%s', (_what, config, successCount, failureCount, expected) => {
    expect(reason(config, { successCount, failureCount })).toBe(expected);
  });

  it('comes at once when there are no items', () => {
    expect(reason(undefined, { totalCount: 0 })).toBe('ALL_COMPLETED');
  });

  it('is what shouldComplete decides, failures or not', () => {
    const decide = (decision: ReturnType<typeof continueBatch>) => ({ shouldComplete: () => decision });
    expect(reason(decide(continueBatch()), { failureCount: 3 })).toBeUndefined();
    expect(reason(decide(completeBatch()), { failureCount: 3 })).toBe('CUSTOM_COMPLETION_SUCCEEDED');
    expect(reason(decide(completeBatch(CompletionOutcome.FAILED)), {})).toBe('CUSTOM_COMPLETION_FAILED');
    expect(reason(decide({ complete: true }), {})).toBe('CUSTOM_COMPLETION_SUCCEEDED');
  });

  it('comes when all have ended, though shouldComplete would go on', () => {
    expect(reason({ shouldComplete: continueBatch }, { successCount: 2, failureCount: 2 })).toBe('ALL_COMPLETED');
  });

  it('leaves the last word to shouldComplete when all have ended', () => {
    const failed = { shouldComplete: () => completeBatch(CompletionOutcome.FAILED) };
    expect(reason(failed, { successCount: 4 })).toBe('CUSTOM_COMPLETION_FAILED');
    expect(reason(failed, { totalCount: 0 })).toBe('CUSTOM_COMPLETION_FAILED');
  });

  it('is decided by all that is known of the progress', () => {
    const asked: CompletionStatus[] = [];
    const shouldComplete = (status: CompletionStatus) => (asked.push({ ...status }), continueBatch());
    const items = [{ index: 0, name: 'one' }];
    reason({ shouldComplete }, { successCount: 1, failureCount: 2, totalCount: 5, items });
    expect(asked).toEqual([{ successCount: 1, failureCount: 2, completedCount: 3, totalCount: 5, items }]);
  });
});

describe('completionProblem', () => {
  it.each([
    undefined,
    {},
    { minSuccessful: 0 },
    { minSuccessful: 99 },
    { toleratedFailureCount: 0, toleratedFailurePercentage: 100 },
    { minSuccessful: undefined, shouldComplete: continueBatch },
  ])('finds nothing wrong with %j', (config) => {
    expect(completionProblem(config)).toBeUndefined();
  });

  it.each([
    [{ minSuccessful: -1 }, 'minSuccessful is -1'],
    [{ toleratedFailureCount: NaN }, 'toleratedFailureCount is NaN'],
    [{ toleratedFailurePercentage: 101 }, 'toleratedFailurePercentage is 101'],
    [{ minSuccessful: 1, shouldComplete: continueBatch } as never, 'leave out minSuccessful'],
  ])('names what is wrong with %j', (config, problem) => {
    expect(completionProblem(config)).toContain(problem);
  });
});
