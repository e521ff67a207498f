import { parsedJson } from '../../wire/parsed-json.js';
import { ChildContextError } from '../base/errors/operation-errors.js';
import type { BatchItem } from './batch-config.js';
import type { BatchProgress } from './batch-completion.js';
import { CountedBatchResult } from './batch-result.js';
import { RecordedCourse, summaryOf } from './batch-summary.js';

const items: Array<BatchItem<string>> = [
  { index: 0, status: 'SUCCEEDED', result: 'a' },
  { index: 1, status: 'FAILED', error: new ChildContextError('no') },
  { index: 2, status: 'STARTED' },
];
const ofMap = { type: 'MapResult', countsStarted: false } as const;
const batch = new CountedBatchResult(items, 'MIN_SUCCESSFUL_REACHED');
const neverProbed = () => {
  throw new Error('was probed');
};

function progress(successCount: number, failureCount: number, startedCount: number): BatchProgress {
  const completedCount = successCount + failureCount;
  return { startedCount, completedCount, successCount, failureCount, totalCount: 3, items: [] };
}

describe('summaryOf', () => {
  it('tells the outcome of each item of a map', () => {
    expect(summaryOf(batch, { type: 'MapResult', countsStarted: false })).toBe(
      '{"type":"MapResult","totalCount":3,"successCount":1,"failureCount":1,' +
        '"completionReason":"MIN_SUCCESSFUL_REACHED","status":"FAILED","itemStatuses":"SF-"}',
    );
  });

  it('counts what had not ended too for a parallel, and takes a summary of the user beside it', () => {
    const text = summaryOf(batch, { type: 'ParallelResult', countsStarted: true }, () => 'mine');
    expect(JSON.parse(text)).toMatchObject({
      type: 'ParallelResult',
      startedCount: 1,
      itemStatuses: 'SF-',
      summary: 'mine',
    });
  });
});

describe('RecordedCourse', () => {
  it('runs the items that had ended, and no other', () => {
    const course = new RecordedCourse(parsedJson(summaryOf(batch, ofMap)), neverProbed);
    expect(course.itemCount).toBe(3);
    expect([0, 1, 2].map((index) => course.runs(index))).toEqual([true, true, false]);
  });

  it('is over for the recorded reason, once each item is rebuilt or passed over', () => {
    const course = new RecordedCourse(parsedJson(summaryOf(batch, ofMap)), neverProbed);
    expect(course.reasonToEnd(progress(1, 0, 2))).toBeUndefined();
    expect(course.reasonToEnd(progress(1, 1, 2))).toBeUndefined();
    expect(course.reasonToEnd(progress(1, 1, 3))).toBe('MIN_SUCCESSFUL_REACHED');
  });

  it('is over at once when no item had been started', () => {
    const empty = { itemStatuses: '', completionReason: 'CUSTOM_COMPLETION_SUCCEEDED' };
    expect(new RecordedCourse(empty, neverProbed).reasonToEnd(progress(0, 0, 0))).toBe('CUSTOM_COMPLETION_SUCCEEDED');
  });

  it('reads a whole result that was kept beside its items', () => {
    const course = new RecordedCourse(parsedJson(JSON.stringify(batch)), neverProbed);
    expect([0, 1, 2].map((index) => course.runs(index))).toEqual([true, true, false]);
    expect(course.reasonToEnd(progress(1, 1, 3))).toBe('MIN_SUCCESSFUL_REACHED');
  });

  it.each(['', 'a summary of the user', '{"type":"MapResult","completionReason":"ALL_COMPLETED"}', undefined])(
    'asks the records of the items when the summary %j does not list them',
    (payload) => {
      const course = new RecordedCourse(parsedJson(payload), () => 'S-S');
      expect([0, 1, 2].map((index) => course.runs(index))).toEqual([true, false, true]);
      expect(course.reasonToEnd(progress(2, 0, 3))).toBe('ALL_COMPLETED');
    },
  );
});
