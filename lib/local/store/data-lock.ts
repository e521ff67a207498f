import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataDirectoryError } from './data-directory-error.js';

const LOCK_FILE = 'service.lock';

/** How often a service rewrites its lock; a service that has not done so for longer is gone. */
const BEAT_MS = 1_000;
const SILENCE_MS = 3_500;
const LOOK_MS = 100;

interface Holder {
  /** The id of this lock, unique for all time. */
  id: string;
  pid: number;
  /** Where the process id is valid: a machine since its start, and a container on it. */
  place: string;
  beat: number;
}

/**
 * The locks of this process, whose id in a lock may also be that of a killed predecessor (it is always 1 in a
 * container).
 */
const heldHere = new Set<string>();

/** Locks a data directory for one service: two services would each have half of the data. */
export class DataLock {
  readonly #path: string;
  readonly #holder: Holder;
  #beating: NodeJS.Timeout | undefined;

  private constructor(path: string, holder: Holder) {
    this.#path = path;
    this.#holder = holder;
  }

  /**
   * @returns the lock, and the holder that has left it, if any; another service may take it over at the same time
   * @throws {DataDirectoryError} when another service uses the directory
   */
  static async take(directory: string): Promise<{ lock: DataLock; former?: string }> {
    const path = resolve(directory, LOCK_FILE);
    const lock = new DataLock(path, { id: randomUUID(), pid: process.pid, place: place(), beat: 0 });
    if (await lock.#write('wx')) return { lock: lock.#hold() };
    const holder = (await readHolder(path)) ?? (await delay(LOOK_MS, undefined).then(() => readHolder(path)));
    const isGone = holder === undefined || isKnownToBeGone(holder, path);
    if (!isGone && (await isInUse(holder, path))) throw inUse(directory, holder);
    await lock.#write('w');
    return { lock: lock.#hold(), former: holder?.id ?? '' };
  }

  get id(): string {
    return this.#holder.id;
  }

  async release(): Promise<void> {
    clearInterval(this.#beating);
    heldHere.delete(this.#path);
    if ((await readHolder(this.#path))?.id === this.id) await rm(this.#path, { force: true });
  }

  #hold(): this {
    heldHere.add(this.#path);
    this.#beating = setInterval(() => void this.#beat(), BEAT_MS).unref();
    return this;
  }

  /** A lock that another service has taken is not changed: from then on the writes of this service are refused. */
  async #beat(): Promise<void> {
    const holder = await readHolder(this.#path);
    if (holder !== undefined && holder.id !== this.id) return clearInterval(this.#beating);
    this.#holder.beat += 1;
    await this.#write('w').catch(() => undefined); // As on a full disk; the service itself will notice.
  }

  /** @returns whether there was no lock, if there must not be one */
  async #write(flag: 'wx' | 'w'): Promise<boolean> {
    try {
      await writeFile(this.#path, JSON.stringify(this.#holder), { flag });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    }
  }
}

/** The system knows processes of the same machine and container; for others only their silence counts. */
function isKnownToBeGone(holder: Holder, path: string): boolean {
  if (holder.place !== place()) return false;
  return holder.pid === process.pid ? !heldHere.has(path) : !isAlive(holder.pid);
}

async function isInUse(holder: Holder, path: string): Promise<boolean> {
  if (holder.place === place()) return true;
  for (let waitedMs = 0; waitedMs < SILENCE_MS; waitedMs += LOOK_MS) {
    await delay(LOOK_MS);
    const now = await readHolder(path);
    if (now && (now.id !== holder.id || now.beat !== holder.beat)) return true;
  }
  return false;
}

function inUse(directory: string, { pid, place: where }: Holder): DataDirectoryError {
  const who = where === place() ? `process ${pid}` : 'a service in another container or on another machine';
  const remedy = `End that one, or name another directory; if it is not a local service, delete ${join(directory, LOCK_FILE)}.`;
  return new DataDirectoryError(directory, `is in use by ${who}. ${remedy}`);
}

/** `undefined` for a lock that does not exist, or is just being written. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const holder = Object(JSON.parse(await readFile(path, 'utf8'))) as Holder;
    return typeof holder.id === 'string' && Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function place(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** Of a killed process its id remains until its parent has noticed; in a container without an init process, for ever. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
