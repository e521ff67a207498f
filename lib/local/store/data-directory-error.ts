/** A data directory that cannot be used; the message is one sentence with its name and the remedy. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
  /** Absolute. */
  readonly directory: string;

  constructor(directory: string, problem: string, options?: ErrorOptions) {
    super(`The data directory ${directory} ${problem}`, options);
    this.directory = directory;
  }
}

/** Descriptions of the system's error codes. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the quota of the disk is used up',
  EEXIST: 'there is a file with this name',
  EFBIG: 'the file may not grow further',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENOSPC: 'no space left on the disk',
  ENOTDIR: 'a part of the path is a file',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
};

/** Why the system refused something, without its own names for paths and calls. */
export function reasonOf(error: unknown): string {
  const { code = '', message = String(error) } = Object(error) as Partial<NodeJS.ErrnoException>;
  return REASONS[code] ?? message.replace(/\s+/g, ' ').trim();
}
