import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import type { ExecutionProgress, ExecutionStart, OperationRecord } from '../core/execution-state.js';
import type { HistoryEvent } from '../core/history-event.js';
import { DataDirectoryError } from './data-directory-error.js';
import { ReservedSpace } from './reserved-space.js';
import type { UsedPages } from './reserved-space.js';
import { KeptDatabase } from './kept-database.js';
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
    expect([...second.unfinished()]).toEqual([
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
    expect([...second.unfinished()]).toMatchObject([{ untold: ['x'], updated: ['x'] }]);
    await second.close();
  });

  it('refuses what is of another program, of a newer version, or no directory, and leaves it as it was', async () => {
    const refusals: [files: Record<string, string>, problem: RegExp][] = [
      [{ 'executions.lmdb': 'hello' }, /contains an executions.lmdb that is not of this version/],
      [{ 'service.json': 'hello' }, /contains a service.json that is not of the local service/],
      [{ 'service.json': '{"name":"mine"}' }, /contains a service.json that is not of the local service/],
      [{ 'service.json': '{"format":1,"bytes":8192}' }, /is damaged: executions.lmdb is missing/],
      [{ 'service.json': '{"format":2}' }, /was written by a newer version \(format 2; this one reads 1\)/],
    ];
    for (const [files, problem] of refusals) {
      const home = await mkdtemp(join(directory, 'd-'));
      for (const [name, text] of Object.entries(files)) await writeFile(join(home, name), text);
      await expect(openDataDirectory(home)).rejects.toThrow(DataDirectoryError);
      await expect(openDataDirectory(home)).rejects.toThrow(problem);
      await expect(openDataDirectory(home)).rejects.toThrow(`The data directory ${home} `);
      expect((await readdir(home)).sort()).toEqual(Object.keys(files).sort());
    }
    const file = join(directory, 'file');
    await writeFile(file, '');
    await expect(openDataDirectory(file)).rejects.toThrow(
      `The data directory ${file} cannot be used: there is a file with this name.`,
    );
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('says at once that nothing can be made below /proc, where mkdir() never ends', async () => {
    await expect(openDataDirectory('/proc/nowhere/data')).rejects.toThrow(
      'The data directory /proc/nowhere/data cannot be used: ',
    );
  });

  it('says that it has no access to the lock of its database', async () => {
    await (await openDataDirectory(directory)).close();
    const lock = join(directory, 'executions.lmdb-lock');
    await rm(lock);
    await mkdir(lock);
    await expect(openDataDirectory(directory)).rejects.toThrow(
      / cannot be used: EISDIR.* Make room or give access, or /,
    );
  });

  it('says when it was deleted, which the system does not', async () => {
    const store = await openDataDirectory(directory);
    await store.commit([begun(1)]);
    await rm(join(directory, 'executions.lmdb'));
    const problem = 'was deleted while a service used it, and all that it held is lost. Start the service again.';
    await expect(store.commit([begun(2)])).rejects.toThrow(new DataDirectoryError(directory, problem));
    await store.close();
  });

  it('that was deleted can be closed', async () => {
    const store = await openDataDirectory(directory);
    await store.commit([begun(1)]);
    await rm(join(directory, 'executions.lmdb'));
    await store.close();
    expect(await readdir(directory)).not.toContain('service.lock');
  });

  it('notices a value that is not what was written', async () => {
    const store = await openDataDirectory(directory);
    await store.commit([begun(1)]);
    await store.close();
    const path = join(directory, 'executions.lmdb');
    const bytes = await readFile(path);
    for (let at = bytes.indexOf('n-1'); at >= 0; at = bytes.indexOf('n-1', at + 1)) bytes[at] = 0x4e;
    await writeFile(path, bytes);
    const format = JSON.parse(await readFile(join(directory, 'service.json'), 'utf8'));
    format.closedMs = (await stat(path)).mtimeMs;
    await writeFile(join(directory, 'service.json'), JSON.stringify(format));

    const damaged = await openDataDirectory(directory);
    expect(() => damaged.find('id-1')).toThrow(
      /^The data directory .* is damaged: a value differs from what was written\./,
    );
    await damaged.close();
  });

  describe('and its lock', () => {
    const lock = () => join(directory, 'service.lock');
    const holder = { id: 'other', pid: 1, place: 'elsewhere', beat: 0 };

    it('belongs to one running service at a time', async () => {
      const first = await openDataDirectory(directory);
      await expect(openDataDirectory(directory)).rejects.toThrow(
        `The data directory ${directory} is in use by process ${process.pid}. End that one, or name another directory`,
      );
      await first.close();
      await (await openDataDirectory(directory)).close();
      expect(await readdir(directory)).not.toContain('service.lock');
    });

    it('is taken over at once from a service of this machine that is gone', async () => {
      const first = await openDataDirectory(directory);
      const mine = JSON.parse(await readFile(lock(), 'utf8'));
      await first.close();
      await writeFile(lock(), JSON.stringify({ ...mine, id: 'other', pid: 999_999_999 }));
      const store = await openDataDirectory(directory);
      expect(JSON.parse(await readFile(lock(), 'utf8'))).toMatchObject({ pid: process.pid });
      await store.close();
    });

    // The shell turns into a program that never asks for its children, like many first processes of containers.
    const isLinux = process.platform === 'linux';
    (isLinux ? it : it.skip)('is taken over at once from a killed service whose parent has not noticed', async () => {
      const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
      const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(printed);
      const until = async (of: number | undefined, what: RegExp) => {
        while (!what.test(await readFile(`/proc/${of}/stat`, 'utf8'))) await new Promise(setImmediate);
      };
      await until(parent.pid, /\(sleep\)/);
      process.kill(pid);
      await until(pid, /\) Z /);
      const first = await openDataDirectory(directory);
      const mine = JSON.parse(await readFile(lock(), 'utf8'));
      await first.close();
      await writeFile(lock(), JSON.stringify({ ...mine, id: 'other', pid }));
      const store = await openDataDirectory(directory);
      parent.kill();
      expect(JSON.parse(await readFile(lock(), 'utf8'))).toMatchObject({ pid: process.pid });
      await store.close();
    });

    it('is left to a service in another container while that gives signs of life', async () => {
      let beat = 0;
      const beating = setInterval(() => void writeFile(lock(), JSON.stringify({ ...holder, beat: ++beat })), 100);
      await writeFile(lock(), JSON.stringify(holder));
      await expect(openDataDirectory(directory)).rejects.toThrow(
        `The data directory ${directory} is in use by a service in another container or on another machine.`,
      );
      clearInterval(beating);
    });

    it('is taken over from one in another container that is silent', async () => {
      await writeFile(lock(), JSON.stringify(holder));
      const store = await openDataDirectory(directory);
      expect(JSON.parse(await readFile(lock(), 'utf8'))).toMatchObject({ pid: process.pid });
      await store.close();
    });
  });

  it.each([
    ['a service that has been taken for gone, and is not', ['one'], ['two']],
    ['the first of two services that take it over at the same time', [], ['one', 'two']],
  ])('takes nothing more from %s', async (_, writing, taking) => {
    const path = join(directory, 'executions.lmdb');
    const database = open<Buffer>({ path, encoding: 'binary' });
    const space = new ReservedSpace({
      path,
      used: () => database.getStats() as UsedPages,
      onSize: () => undefined,
    });
    const kept = (holderId: string) => new KeptDatabase({ database, space, directory, holderId });
    const [one, two] = [kept('one'), kept('two')];
    for (const holder of writing) await kept(holder).write([{ key: 'a', value: 1 }]);
    for (const holder of taking) kept(holder).takeOverFrom(writing[0] ?? 'gone');
    await expect(one.write([{ key: 'b', value: 2 }])).rejects.toThrow(
      `The data directory ${directory} was taken over by another service.`,
    );
    await two.write([{ key: 'c', value: 3 }]);
    expect(['b', 'c'].map((key) => two.get(key))).toEqual([undefined, 3]);
    await two.close();
  });
});

describe('a file with room', () => {
  it('grows before it is needed, at its end, and keeps room for what is under way', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'durable-room-'));
    const path = join(directory, 'file');
    await writeFile(path, 'used');
    const used = { lastPageNumber: 0, pageSize: 4096 };
    const grown: number[] = [];
    const space = new ReservedSpace({ path, used: () => used, onSize: (bytes) => grown.push(bytes) });
    const before = (await stat(path)).size;
    const giveBack = [1, 2].map(() => space.reserve([1_000_000]));
    expect((await stat(path)).size - before).toBeGreaterThan(1_500_000);
    for (const give of giveBack) give();
    const after = (await stat(path)).size;
    space.reserve([1_000_000])();
    expect((await stat(path)).size).toBe(after);
    expect(grown.at(-1)).toBe(after);
    expect((await readFile(path, 'utf8')).slice(0, 4)).toBe('used');
    space.close();
    await rm(directory, { recursive: true });
  });
});
