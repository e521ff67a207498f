import { nodeModule } from '../../../node-module.js';
import { parseDurableExecutionArn } from '../../../wire/durable-execution-arn.js';
import { OPERATION_PAYLOAD_BYTES } from '../../../wire/limits.js';
import { asRecord } from '../../../wire/thrown.js';
import { toJson } from './json.js';
import type { AnySerdes, SerdesContext } from './serdes.js';

const { createHash } = nodeModule('node:crypto');
const { dirname, join } = nodeModule('node:path');

/** Taken when it is used: nothing else loads it at the start of a sandbox, where it takes 2 ms. */
const files = (): typeof import('node:fs/promises') => nodeModule('node:fs/promises');

export const FileSystemSerdesMode = {
  /** Every value is written to a file. */
  ALWAYS: 'ALWAYS',
  /** Only values that are too large for a checkpoint. */
  OVERFLOW: 'OVERFLOW',
} as const;
export type FileSystemSerdesMode = (typeof FileSystemSerdesMode)[keyof typeof FileSystemSerdesMode];

export const FileSystemPathEncoding = {
  /** `<function>/<execution>/<invocation>/<operation>.json`: readable, but a name may be too long for the file system. */
  URI: 'URI',
  /** SHA-256 of the execution's ARN and of the operation's id. */
  HASH: 'HASH',
} as const;
export type FileSystemPathEncoding = (typeof FileSystemPathEncoding)[keyof typeof FileSystemPathEncoding];

export interface FileSystemSerdesConfig {
  /** @defaultValue `FileSystemSerdesMode.ALWAYS` */
  storageMode?: FileSystemSerdesMode;
  /** @defaultValue `FileSystemPathEncoding.URI` */
  pathEncoding?: FileSystemPathEncoding;
  /** What is persisted beside the path of a file, for people to read; see `buildPreview`. */
  generatePreview?: (value: unknown) => Record<string, unknown> | undefined;
}

/** Bytes of an inline envelope: what a checkpoint accepts, minus room for its other members. */
const INLINE_BYTES = OPERATION_PAYLOAD_BYTES - 1024;

/** What is persisted instead of the value: its JSON, or the path of the file with it. */
type Envelope = { data: string } | { file: string; preview?: Record<string, unknown> };

/**
 * Keeps values in files, and persists only their paths.
 *
 * The directory must outlive the sandbox and be the same for all of them, such as an EFS or S3 Files mount: on replay
 * the file is read again, maybe in another sandbox. Lambda's `/tmp` does not work.
 *
 * @param basePath - the directory, such as `/mnt/efs`
 * @throws (from the serdes) what the file system throws; the invocation is then retried. {UnsavableValueError} for a
 *   value that is no JSON
 * @example context.configureSerdes({ defaultSerdes: createFileSystemSerdes('/mnt/efs', { storageMode: 'OVERFLOW' }) });
 */
export function createFileSystemSerdes(basePath: string, config: FileSystemSerdesConfig = {}): AnySerdes {
  const { storageMode, pathEncoding = FileSystemPathEncoding.URI, generatePreview } = config;
  return {
    serialize: async (value: unknown, context) => {
      const text = toJson(value);
      if (text === undefined) return undefined;
      const inline = storageMode === FileSystemSerdesMode.OVERFLOW && envelopeText({ data: text });
      if (inline && Buffer.byteLength(inline) <= INLINE_BYTES) return inline;
      const file = join(basePath, ...pathOf(context, pathEncoding));
      await write(file, text);
      const preview = generatePreview?.(value);
      return envelopeText({ file, ...(preview && { preview }) });
    },
    deserialize: async (text) => {
      if (text === undefined) return undefined;
      const { file, data } = asRecord(JSON.parse(text));
      if (typeof file === 'string') return JSON.parse(await files().readFile(file, 'utf8')) as unknown;
      if (typeof data === 'string') return JSON.parse(data) as unknown;
      throw new Error('The saved text contains neither a value nor a file: another serdes has saved it.');
    },
  };
}

function envelopeText(envelope: Envelope): string {
  return JSON.stringify(envelope);
}

/** Directories are created when a write shows that they are missing, which is once per execution. */
async function write(file: string, text: string): Promise<void> {
  const { writeFile } = files();
  try {
    await writeFile(file, text);
  } catch (error) {
    if (asRecord(error).code !== 'ENOENT') throw error;
    await makeDirectory(dirname(file));
    await writeFile(file, text);
  }
}

/** Level by level: where nothing can be made, as below `/proc`, `mkdir()` of Node with `recursive` never ends. */
async function makeDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) return;
  if (dirname(path) !== path) await makeDirectory(dirname(path));
  try {
    await files().mkdir(path);
  } catch (error) {
    // Another sandbox, or a concurrent step, may have made it meanwhile.
    if (!(await isDirectory(path))) throw error;
  }
}

function isDirectory(path: string): Promise<boolean> {
  return files()
    .stat(path)
    .then(
      (found) => found.isDirectory(),
      () => false,
    );
}

function pathOf({ durableExecutionArn, entityId }: SerdesContext, encoding: FileSystemPathEncoding): string[] {
  if (encoding === FileSystemPathEncoding.HASH) return [sha256(durableExecutionArn), `${sha256(entityId)}.json`];
  const arn = parseDurableExecutionArn(durableExecutionArn);
  const directories = arn
    ? [arn.functionName, arn.executionName, arn.executionId]
    : [encodeURIComponent(durableExecutionArn)];
  return [...directories, `${encodeURIComponent(entityId)}.json`];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
