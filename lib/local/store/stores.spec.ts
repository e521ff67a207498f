import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionProgress, ExecutionStart, OperationRecord } from '../core/execution-state.js';
import type { HistoryEvent } from '../core/history-event.js';
import { MemoryStore } from './memory-store.js';
import { openDataDirectory } from './open-data-directory.js';
import type { ExecutionWrite, Store } from './store.js';

const DAY_MS = 86_400_000;

function startOf(order: number, rest: Partial<ExecutionStart> = {}): ExecutionStart {
  const id = `id-${order}`;
  const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:f:1';
  return {
    id,
    arn: `${functionArn}/durable-execution/n-${order}/${id}`,
    name: `n-${order}`,
    functionName: 'f',
    version: '1',
    functionArn,
    order,
    startedAtMs: 1_000 + order,
    input: `"${order}"`,
    synchronous: false,
    timeoutSeconds: 60,
    deadlineSeconds: 60,
    retentionDays: 1,
    ...rest,
  };
}

function progressOf(rest: Partial<ExecutionProgress> = {}): ExecutionProgress {
  return {
    status: 'RUNNING',
    eventCount: 0,
    storedBytes: 0,
    invocation: 1,
    sequence: 2,
    failures: 0,
    token: 't',
    ...rest,
  };
}

const eventOf = (eventId: number): HistoryEvent => ({
  type: 'StepStarted',
  eventId,
  atMs: eventId,
  id: 'a',
  details: {},
});
const recordOf = (id: string, index: number): OperationRecord => ({
  index,
  operation: {
    Id: id,
    Type: 'STEP',
    Status: 'STARTED',
    StartTimestamp: 5,
    StepDetails: { Attempt: 0, Result: `${index}` },
  },
});

function writeOf(start: ExecutionStart, rest: Partial<ExecutionWrite> = {}): ExecutionWrite {
  return {
    id: start.id,
    arn: start.arn,
    progress: progressOf(),
    untold: [],
    updated: [],
    operations: [],
    events: [],
    ...rest,
  };
}

const begun = (order: number, rest: Partial<ExecutionStart> = {}) =>
  writeOf(startOf(order, rest), { start: startOf(order, rest), events: [eventOf(1)] });
const ended = (order: number, endedAtMs: number) =>
  writeOf(startOf(order), {
    progress: progressOf({ status: 'SUCCEEDED', endedAtMs, expiresAtMs: endedAtMs + DAY_MS, result: '1' }),
    events: [eventOf(2)],
  });

describe.each(['memory', 'a data directory'])('a store in %s', (kind) => {
  let directory: string;
  let store: Store;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'durable-store-'));
    store = kind === 'memory' ? new MemoryStore(1_000) : await openDataDirectory(join(directory, 'data'));
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  it('finds executions by id and by name of function and execution', async () => {
    await store.commit([begun(1), begun(2, { functionName: 'g', name: 'n-1' })]);
    expect(store.find('id-1')).toMatchObject({ start: startOf(1), progress: progressOf() });
    expect(store.findByName('f', 'n-1')?.start.id).toBe('id-1');
    expect(store.findByName('g', 'n-1')?.start.id).toBe('id-2');
    expect([store.find('id-3'), store.findByName('f', 'n-2'), store.findByName('f/n-1', '')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps the latest progress and every event', async () => {
    await store.commit([begun(1)]);
    await store.commit([ended(1, 9_000)]);
    expect(store.find('id-1')?.progress).toMatchObject({ status: 'SUCCEEDED', result: '1' });
    expect([...store.events('id-1', { from: undefined, descending: false })]).toEqual([eventOf(1), eventOf(2)]);
  });

  it('takes an execution that ends before its start was committed', async () => {
    const writes = [begun(1), ended(1, 5_000)].map((write) => store.commit([write]));
    await Promise.all(writes);
    expect(store.find('id-1')?.progress.status).toBe('SUCCEEDED');
    expect(await store.removeExpired(0)).toBe(5_000 + DAY_MS);
  });

  it('reads events from a place on, in either direction', async () => {
    await store.commit([writeOf(startOf(1), { start: startOf(1), events: [1, 2, 3, 4].map(eventOf) })]);
    const ids = (from: number | undefined, descending: boolean) =>
      [...store.events('id-1', { from, descending })].map(({ eventId }) => eventId);
    expect([ids(undefined, false), ids(3, false), ids(undefined, true), ids(2, true), ids(9, false)]).toEqual([
      [1, 2, 3, 4],
      [3, 4],
      [4, 3, 2, 1],
      [2, 1],
      [],
    ]);
    expect([...store.events('nobody', { from: undefined, descending: false })]).toEqual([]);
  });

  it('removes an execution for good, and only that one', async () => {
    await store.commit([begun(1), begun(2)]);
    await store.commit([ended(1, 1_000), ended(2, 1_000)]);
    await store.remove('id-1');
    await store.remove('id-1');
    await store.commit([ended(1, 1_000)]);
    expect([store.find('id-1'), store.findByName('f', 'n-1')]).toEqual([undefined, undefined]);
    expect([...store.list('f', { from: undefined, descending: false })].map(({ start }) => start.id)).toEqual(['id-2']);
    expect(await store.removeExpired(0)).toBe(1_000 + DAY_MS);
    expect(await store.removeExpired(1_000 + DAY_MS)).toBeUndefined();
  });

  it('lists the executions of a function from a place on, in either direction', async () => {
    await store.commit([begun(1), begun(2, { functionName: 'g' }), begun(3), begun(7)]);
    const orders = (from: number | undefined, descending: boolean) =>
      [...store.list('f', { from, descending })].map(({ start }) => start.order);
    expect([orders(undefined, false), orders(2, false), orders(undefined, true), orders(6, true)]).toEqual([
      [1, 3, 7],
      [3, 7],
      [7, 3, 1],
      [3, 1],
    ]);
    expect([...store.list('nobody', { from: undefined, descending: true })]).toEqual([]);
  });

  it('removes what has expired and says what will next', async () => {
    await store.commit([begun(1), begun(2), begun(3)]);
    expect(await store.removeExpired(0)).toBeUndefined();
    await store.commit([ended(2, 2_000), ended(1, 1_000)]);
    expect(await store.removeExpired(1_000 + DAY_MS - 1)).toBe(1_000 + DAY_MS);
    expect(await store.removeExpired(1_000 + DAY_MS)).toBe(2_000 + DAY_MS);
    expect([store.find('id-1'), store.findByName('f', 'n-1')]).toEqual([undefined, undefined]);
    expect([...store.events('id-1', { from: undefined, descending: false })]).toEqual([]);
    expect([...store.list('f', { from: undefined, descending: false })].map(({ start }) => start.id)).toEqual([
      'id-2',
      'id-3',
    ]);
    expect(await store.removeExpired(Number.MAX_SAFE_INTEGER - 1)).toBeUndefined();
    expect(store.find('id-3')).toBeDefined();
  });
});

describe('a store in memory', () => {
  it('drops the oldest closed executions beyond its bound, and no open one', async () => {
    const store = new MemoryStore(2);
    for (const order of [1, 2, 3, 4, 5]) await store.commit([begun(order)]);
    for (const order of [5, 2, 3]) await store.commit([ended(order, 1_000 * order)]);
    const listed = [...store.list('f', { from: undefined, descending: false })].map(({ start }) => start.order);
    expect([listed, store.find('id-2'), store.findByName('f', 'n-2')]).toEqual([[1, 3, 4, 5], undefined, undefined]);
  });
});

describe('a data directory', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'durable-store-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('gives open executions back as they were, and closed ones not', async () => {
    const first = await openDataDirectory(directory);
    await first.commit([begun(1), begun(2)]);
    await first.commit([
      writeOf(startOf(1), { operations: [recordOf('x', 0), recordOf('b', 1)], untold: ['b'], updated: ['x', 'b'] }),
    ]);
    await first.commit([
      writeOf(startOf(1), { operations: [{ ...recordOf('b', 1), retryAtMs: 77 }] }),
      ended(2, 5_000),
    ]);
    await first.close();

    const second = await openDataDirectory(directory);
    expect([...second.openExecutions()]).toEqual([
      {
        start: startOf(1),
        progress: progressOf(),
        untold: [],
        updated: [],
        records: [recordOf('x', 0), { ...recordOf('b', 1), retryAtMs: 77 }],
      },
    ]);
    expect(second.lastOrder()).toBe(2);
    await second.close();
  });

  it('remembers what the function has not been told', async () => {
    const first = await openDataDirectory(directory);
    await first.commit([
      begun(1),
      writeOf(startOf(1), { operations: [recordOf('x', 0)], untold: ['x'], updated: ['x'] }),
    ]);
    await first.close();
    const second = await openDataDirectory(directory);
    expect([...second.openExecutions()]).toMatchObject([{ untold: ['x'], updated: ['x'] }]);
    await second.close();
  });

  it('belongs to one running service at a time', async () => {
    const alive = process.ppid;
    await writeFile(join(directory, 'service.pid'), String(alive));
    await expect(openDataDirectory(directory)).rejects.toThrow(
      `The data directory ${directory} is in use by process ${alive}.`,
    );
  });

  it('is taken over from a service that was killed', async () => {
    await writeFile(join(directory, 'service.pid'), '999999999');
    const store = await openDataDirectory(directory);
    expect(await readFile(join(directory, 'service.pid'), 'utf8')).toBe(String(process.pid));
    await store.close();
  });
});
