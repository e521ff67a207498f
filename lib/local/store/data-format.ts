import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataDirectoryError } from './data-directory-error.js';

/** Increased with every change after which older versions of this package would misread the data. */
const DATA_FORMAT = 1;

const FORMAT_FILE = 'service.json';
export const DATABASE_FILE = 'executions.lmdb';

interface FormatRecord {
  format: number;
  /** The minimum size of the database in bytes. */
  bytes: number;
  /** When a service that ended in good order last wrote the database; absent otherwise. */
  closedMs?: number;
}

/** What is known of a database before it is opened. */
export interface DataState {
  isNew: boolean;
  /** The last service that used it ended in good order, so it need not be read to be trusted. */
  isTrusted: boolean;
}

/**
 * Reads what kind of data a directory contains.
 *
 * @throws {DataDirectoryError} when another program, or a newer version of this package, has written it, or it was
 *   truncated
 */
export async function readFormat(directory: string): Promise<DataState> {
  const file = await stat(join(directory, DATABASE_FILE)).catch(unlessMissing);
  const record = await readRecord(directory);
  if (record === undefined) {
    if (file === undefined) return { isNew: true, isTrusted: true };
    const problem = `contains an ${DATABASE_FILE} that is not of this version of the local service. ${OTHER_DIRECTORY}`;
    throw new DataDirectoryError(directory, problem);
  }
  if (record.format > DATA_FORMAT) {
    const problem = `was written by a newer version (format ${record.format}; this one reads ${DATA_FORMAT}). Update nestjs-durable-execution, or name another directory.`;
    throw new DataDirectoryError(directory, problem);
  }
  const { bytes, closedMs } = record;
  if (file === undefined && bytes > 0) throw damaged(directory, `${DATABASE_FILE} is missing`);
  if ((file?.size ?? 0) < bytes) throw damaged(directory, `${DATABASE_FILE} was truncated`);
  return { isNew: file === undefined, isTrusted: file?.size === bytes && file.mtimeMs === closedMs };
}

/** The content of a directory cannot be used. @param how as a part of a sentence */
export function damaged(directory: string, how: string, options?: ErrorOptions): DataDirectoryError {
  const remedy = 'Restore it from a copy, or move it out of the way and start with a new one.';
  return new DataDirectoryError(directory, `is damaged: ${how}. ${remedy}`, options);
}

const OTHER_DIRECTORY = 'Name another directory, or move what is there out of the way.';

/** The database is in use, and does not become shorter any more. */
export async function markOpen(directory: string, bytes: number): Promise<void> {
  await writeRecord(directory, { format: DATA_FORMAT, bytes });
}

/** The database was closed in good order. */
export async function markClosed(directory: string): Promise<void> {
  const { size, mtimeMs } = await stat(join(directory, DATABASE_FILE));
  await writeRecord(directory, { format: DATA_FORMAT, bytes: size, closedMs: mtimeMs });
}

async function readRecord(directory: string): Promise<FormatRecord | undefined> {
  const text = await readFile(join(directory, FORMAT_FILE), 'utf8').catch(unlessMissing);
  if (text === undefined) return undefined;
  const record = parsed(text);
  if (typeof record?.format === 'number') return { ...record, bytes: record.bytes ?? 0 };
  const problem = `contains a ${FORMAT_FILE} that is not of the local service, or is damaged. ${OTHER_DIRECTORY}`;
  throw new DataDirectoryError(directory, problem);
}

/** Replaced as a whole: after a crash there is the old one or the new one. */
async function writeRecord(directory: string, record: FormatRecord): Promise<void> {
  const path = join(directory, FORMAT_FILE);
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`);
  await rename(`${path}.new`, path);
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function parsed(text: string): FormatRecord | undefined {
  try {
    return Object(JSON.parse(text)) as FormatRecord;
  } catch {
    return undefined;
  }
}
