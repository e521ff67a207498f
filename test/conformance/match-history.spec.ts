import { Bindings } from './bindings.js';
import { findHistoryDifference } from './match-history.js';

const actual = [
  { EventId: 1, EventType: 'ExecutionStarted' },
  { EventId: 2, EventType: 'StepStarted', Id: 'a', StepStartedDetails: {} },
  { EventId: 3, EventType: 'StepSucceeded', Id: 'a', StepSucceededDetails: { Result: { Payload: '1' } } },
  { EventId: 4, EventType: 'InvocationCompleted' },
];

describe('findHistoryDifference', () => {
  it('ignores events that are not listed', () => {
    const expected = [{ EventId: 3, EventType: 'StepSucceeded' }];
    expect(findHistoryDifference(expected, actual, new Bindings())).toBeUndefined();
  });

  it('holds an event to its position', () => {
    const expected = [{ EventId: 2, EventType: 'StepSucceeded' }];
    expect(findHistoryDifference(expected, actual, new Bindings())).toEqual({
      eventId: 2,
      path: 'EventType',
      expected: 'StepSucceeded',
      actual: 'StepStarted',
    });
  });

  it('demands that events which share a variable belong to one operation', () => {
    const expected = [
      { EventId: 2, Id: '${ID1}' },
      { EventId: 3, Id: '${ID1}' },
    ];
    const other = actual.map((event) => (event.EventId === 3 ? { ...event, Id: 'b' } : event));
    expect(findHistoryDifference(expected, actual, new Bindings())).toBeUndefined();
    expect(findHistoryDifference(expected, other, new Bindings())).toMatchObject({
      eventId: 3,
      path: 'Id',
      expected: 'a',
    });
  });

  it('says that the history ends too early', () => {
    const difference = findHistoryDifference([{ EventId: 9, EventType: 'WaitStarted' }], actual, new Bindings());
    expect(difference).toMatchObject({ eventId: 9, reason: 'the history ends before event 9' });
  });

  it('reports the first difference only', () => {
    const expected = [
      { EventId: 2, EventType: 'WaitStarted' },
      { EventId: 3, EventType: 'WaitSucceeded' },
    ];
    expect(findHistoryDifference(expected, actual, new Bindings())).toMatchObject({ eventId: 2 });
  });
});
