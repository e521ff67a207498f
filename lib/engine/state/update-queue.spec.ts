import { CHECKPOINT_UPDATES } from '../../wire/limits.js';
import type { OperationUpdate } from '../../wire/operation.js';
import { operationIdAt } from '../context/operation-id.js';
import { type RecordedEnd, UpdateQueue } from './update-queue.js';

const KIB = 1024;

const updateOf = (name: string, Payload?: string): OperationUpdate => ({
  Id: name,
  Name: name,
  Type: 'STEP',
  Action: 'SUCCEED',
  Payload,
});

/** How the operation ends that was called as number `position`. */
const endOf = (position: number, members: Partial<RecordedEnd> = {}): RecordedEnd => ({
  id: operationIdAt(undefined, position),
  isKnownBefore: false,
  isDelivered: false,
  ...members,
});
const delivered = (position: number) => endOf(position, { isKnownBefore: true, isDelivered: true });
const known = (position: number) => endOf(position, { isKnownBefore: true });

/** A queue with updates that end operations, and are named after their positions. */
function queueOf(...ends: Array<RecordedEnd | 'start'>): UpdateQueue {
  const queue = new UpdateQueue();
  for (const end of ends) add(queue, end);
  return queue;
}

function add(queue: UpdateQueue, end: RecordedEnd | 'start'): void {
  if (end === 'start') queue.add(updateOf('start'));
  else queue.add(updateOf(end.id.plain), { end });
}

const starts = (count: number) => Array.from({ length: count }, () => 'start' as const);

/** The names in each request, until nothing is left. */
function requestsOf(queue: UpdateQueue): string[][] {
  const requests: string[][] = [];
  while (queue.length > 0 && requests.length < 20) requests.push(queue.takeBatch().map(({ update }) => update.Name!));
  return requests;
}

describe('UpdateQueue', () => {
  it('sends what ends in one request in the order of the calls, and all else in the order in which it came', () => {
    expect(requestsOf(queueOf(endOf(2), 'start', endOf(1)))).toEqual([['start', '1', '2']]);
  });

  it('sends no more than 250 updates in one request', () => {
    const queue = queueOf(...starts(CHECKPOINT_UPDATES + 1));
    expect(requestsOf(queue).map(({ length }) => length)).toEqual([CHECKPOINT_UPDATES, 1]);
  });

  it('sends no more than 750 KiB in one request, also after others', () => {
    const queue = queueOf('start');
    queue.takeBatch();
    for (const name of ['a', 'b', 'c']) queue.add(updateOf(name, 'x'.repeat(300 * KIB)));
    expect(queue.isBatchFull).toBe(true);
    expect(requestsOf(queue)).toEqual([['a', 'b'], ['c']]);
  });

  describe('isBatchFull', () => {
    it('says that nothing more could travel with what is there', () => {
      expect(queueOf(...starts(CHECKPOINT_UPDATES - 1)).isBatchFull).toBe(false);
      expect(queueOf(...starts(CHECKPOINT_UPDATES)).isBatchFull).toBe(true);
      expect(queueOf(delivered(2), endOf(1)).isBatchFull).toBe(true);
    });

    it('goes by the true size of what might be large', () => {
      const queue = new UpdateQueue();
      queue.add(updateOf('a', 'x'.repeat(400 * KIB)));
      expect(queue.isBatchFull).toBe(false);
      queue.add(updateOf('b', 'x'.repeat(400 * KIB)));
      expect(queue.isBatchFull).toBe(true);
    });
  });

  describe('an end that comes after one that has been delivered before it is recorded', () => {
    it.each<[what: string, ends: RecordedEnd[], requests: string[][]]>([
      ['in a later request, where its operation was called before', [delivered(2), endOf(1)], [['2'], ['1']]],
      ['in the same request, where it was called later', [delivered(1), endOf(2)], [['1', '2']]],
      ['in the same request, where the other one has not been delivered', [known(2), endOf(1)], [['1', '2']]],
      ['compared with the last called', [delivered(9), delivered(11), endOf(10)], [['9', '11'], ['10']]],
      ['in one request after the other', [delivered(30), delivered(20), endOf(10)], [['30'], ['20'], ['10']]],
    ])('is recorded %s', (_what, ends, requests) => {
      expect(requestsOf(queueOf(...ends))).toEqual(requests);
    });

    it('is recorded in a later request, too, where the other one is delivered while it is queued', () => {
      const first = known(3);
      const queue = queueOf(first, known(2));
      queue.deliveredEarly(first);
      queue.deliveredEarly(known(1));
      add(queue, endOf(2.5));
      expect(requestsOf(queue)).toEqual([['2', '3'], ['2.5']]);
    });

    it('is compared with nothing that has been taken', () => {
      const queue = queueOf(delivered(9));
      queue.takeBatch();
      for (const end of ['start' as const, endOf(1)]) add(queue, end);
      expect(requestsOf(queue)).toEqual([['start', '1']]);
    });

    it('is compared with what is left when a request has been taken', () => {
      const queue = queueOf(...starts(CHECKPOINT_UPDATES), delivered(9), 'start', endOf(20));
      queue.takeBatch();
      for (const position of [15, 8]) add(queue, endOf(position));
      expect(requestsOf(queue)).toEqual([['9', 'start', '15', '20'], ['8']]);
    });

    it('travels with what is in a later request already', () => {
      const queue = queueOf(delivered(30), delivered(10), endOf(5));
      queue.takeBatch();
      add(queue, endOf(7));
      expect(requestsOf(queue)).toEqual([['10'], ['5', '7']]);
    });
  });

  describe('isFirstToBeRecorded', () => {
    it.each<[what: string, ends: Array<RecordedEnd | 'start'>, isFirst: boolean]>([
      ['alone', [known(5)], true],
      ['before one that was called later', [known(5), endOf(6)], true],
      ['behind one that was called before', [endOf(4), known(5)], false],
      ['behind the first called of several', [endOf(9), endOf(4), known(5)], false],
      ['behind the first called of several, which has come first', [endOf(4), endOf(9), known(5)], false],
      ['beside another that is known', [known(4), known(5)], true],
      ['in a request that is full', [...starts(CHECKPOINT_UPDATES - 1), known(5)], true],
      ['in a request that is not the next', [...starts(CHECKPOINT_UPDATES), known(5)], false],
      ['behind a cut', [delivered(6), known(5)], false],
    ])('answers for an end that is %s', (_what, ends, isFirst) => {
      expect(queueOf(...ends).isFirstToBeRecorded(known(5))).toBe(isFirst);
    });

    it('does not count what has been taken', () => {
      const queue = queueOf(endOf(4));
      queue.takeBatch();
      add(queue, known(5));
      expect(queue.isFirstToBeRecorded(known(5))).toBe(true);
    });

    it('counts what is left when a request has been taken', () => {
      const queue = queueOf(...starts(CHECKPOINT_UPDATES), endOf(4), known(5));
      queue.takeBatch();
      expect(queue.isFirstToBeRecorded(known(5))).toBe(false);
      queue.takeBatch();
      expect(queue.isFirstToBeRecorded(known(5))).toBe(true);
    });
  });

  it('looks into the next request alone for ends', () => {
    const among = queueOf('start', endOf(1));
    expect([among.bringsEnd, among.endsBefore(endOf(2)), among.endsBefore(endOf(0.5))]).toEqual([true, true, false]);
    const behind = queueOf(...starts(CHECKPOINT_UPDATES), endOf(1));
    expect([behind.bringsEnd, behind.endsBefore(endOf(2))]).toEqual([false, false]);
  });

  it('has nothing left once it is cleared', () => {
    const queue = queueOf('start', endOf(1));
    queue.clear();
    expect(queue.length).toBe(0);
    expect(queue.takeBatch()).toEqual([]);
  });
});
