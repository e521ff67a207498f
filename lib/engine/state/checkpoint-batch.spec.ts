import { CHECKPOINT_BYTES, CHECKPOINT_UPDATES } from '../../wire/limits.js';
import { OperationAction, OperationType, type OperationUpdate } from '../../wire/operation.js';
import { nextBatchLength } from './checkpoint-batch.js';
import { largestUpdateBytes } from './update-size.js';

const LONGEST_TOKEN = 'T'.repeat(2048);

const queueOf = (...payloads: string[]) => payloads.map((Payload, at) => sized(update(at, Payload)));
const sized = (update: OperationUpdate) => ({ update, largestBytes: largestUpdateBytes(update) });

const update = (at: number, Payload: string): OperationUpdate => ({
  Id: `id-${at}`.padEnd(16, '0'),
  Type: OperationType.STEP,
  SubType: 'Step',
  Action: OperationAction.SUCCEED,
  Payload,
});

function requestBytes(queue: ReturnType<typeof queueOf>, length: number): number {
  const Updates = queue.slice(0, length).map((queued) => queued.update);
  const ClientToken = '7f1c0a52-7a3e-4a57-9f0e-9d6f4a1f2c11';
  return Buffer.byteLength(JSON.stringify({ CheckpointToken: LONGEST_TOKEN, ClientToken, Updates }));
}

describe('nextBatchLength', () => {
  it.each([1, 249, CHECKPOINT_UPDATES])('takes all of %d small updates', (count) => {
    expect(nextBatchLength(queueOf(...Array<string>(count).fill('1')))).toBe(count);
  });

  it('takes at most 250 updates', () => {
    expect(nextBatchLength(queueOf(...Array<string>(1000).fill('1')))).toBe(CHECKPOINT_UPDATES);
  });

  it.each([
    ['plain text', 'a'.repeat(100_000)],
    ['text that doubles in JSON', '"'.repeat(50_000)],
    ['control characters', '\u0001'.repeat(20_000)],
    ['multi-byte text', '注'.repeat(40_000)],
    ['text whose estimate is twice too high', 'a'.repeat(190_000)],
  ])('fills a request of %s as far as it goes, and no further', (_, payload) => {
    const queue = queueOf(...Array<string>(40).fill(payload));
    const length = nextBatchLength(queue);
    expect(requestBytes(queue, length)).toBeLessThanOrEqual(CHECKPOINT_BYTES);
    expect(requestBytes(queue, length + 1)).toBeGreaterThan(CHECKPOINT_BYTES);
  });

  it('sends an update that is too large by itself alone, for the service to judge', () => {
    const tooLarge = 'a'.repeat(CHECKPOINT_BYTES);
    expect(nextBatchLength(queueOf(tooLarge, '1'))).toBe(1);
    expect(nextBatchLength(queueOf('1', tooLarge))).toBe(1);
  });

  it('keeps 250 updates that just fit under the cap', () => {
    const frame = requestBytes(queueOf(...Array<string>(CHECKPOINT_UPDATES).fill('')), CHECKPOINT_UPDATES);
    const payload = 'a'.repeat(Math.floor((CHECKPOINT_BYTES - frame) / CHECKPOINT_UPDATES) + 1);
    const queue = queueOf(...Array<string>(CHECKPOINT_UPDATES).fill(payload));
    const length = nextBatchLength(queue);
    expect(length).toBe(CHECKPOINT_UPDATES - 1);
    expect(requestBytes(queue, length)).toBeLessThanOrEqual(CHECKPOINT_BYTES);
  });
});
