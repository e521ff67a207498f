import { jest } from '@jest/globals';
import { HistoryTail } from './history-tail.js';
import type { TimelineEvent } from './timeline/timeline-event.js';

let histories: Map<string, TimelineEvent[]>;
let reads: number;
let reported: [string, number][];
let tail: HistoryTail;

function happen(arn: string, EventType: string, atSeconds = 1_800_000_000): void {
  const events = histories.get(arn) ?? [];
  histories.set(arn, [...events, { EventType, EventId: events.length + 1, EventTimestamp: atSeconds }]);
}

beforeEach(() => {
  jest.useFakeTimers();
  histories = new Map();
  reads = 0;
  reported = [];
  tail = new HistoryTail({
    read: async (arn, afterEventId) => {
      reads += 1;
      return (histories.get(arn) ?? []).slice(afterEventId);
    },
    sinceMs: 1_700_000_000_000,
    onEvents: (arn, events) => reported.push(...events.map((event) => [arn, event.EventId ?? 0] as [string, number])),
  });
});
afterEach(() => {
  tail.close();
  jest.useRealTimers();
});

describe('HistoryTail', () => {
  it('reports each event once, soon after a touch', async () => {
    happen('a', 'ExecutionStarted');
    tail.touch('a');
    await jest.advanceTimersByTimeAsync(50);
    happen('a', 'StepStarted');
    happen('a', 'StepSucceeded');
    tail.touch('a');
    await jest.advanceTimersByTimeAsync(50);

    expect(reported).toEqual([
      ['a', 1],
      ['a', 2],
      ['a', 3],
    ]);
  });

  it('takes many touches for one look', async () => {
    happen('a', 'ExecutionStarted');
    for (let touches = 0; touches < 100; touches += 1) tail.touch('a');
    await jest.advanceTimersByTimeAsync(50);

    expect(reads).toBe(1);
  });

  it('looks once more for what follows the last touch, and then leaves it alone', async () => {
    happen('a', 'ExecutionStarted');
    tail.touch('a');
    await jest.advanceTimersByTimeAsync(50);
    happen('a', 'InvocationCompleted');
    await jest.advanceTimersByTimeAsync(60_000);

    expect(reported).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
    expect(reads).toBe(2);
  });

  it('tells nothing twice of an execution that is touched after its end', async () => {
    happen('a', 'ExecutionStarted');
    happen('a', 'ExecutionSucceeded');
    tail.touch('a');
    await jest.advanceTimersByTimeAsync(50);
    tail.touch('a');
    await jest.advanceTimersByTimeAsync(5000);

    expect(reported).toHaveLength(2);
  });

  it('leaves out what happened before it was there', async () => {
    happen('a', 'ExecutionStarted', 1_600_000_000);
    happen('a', 'WaitSucceeded');
    tail.touch('a');
    await jest.advanceTimersByTimeAsync(50);

    expect(reported).toEqual([['a', 2]]);
  });

  it('holds no timer after it has been closed', () => {
    tail.touch('a');
    tail.close();

    expect(jest.getTimerCount()).toBe(0);
  });
});
