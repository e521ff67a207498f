import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { fingerprintOf, isCodeFile } from './code-fingerprint.js';
import type { CodeFingerprint } from './code-fingerprint.js';

export interface CodeWatcherOptions {
  directory: string;
  onChange: () => void;
  /** The system refuses to watch, for example because there are too many directories; changes may go unnoticed. */
  onError: (error: Error) => void;
  /**
   * Milliseconds without a further event after which a change counts as complete: a build writes many files.
   * @defaultValue 100
   */
  quietMs?: number;
}

/** Reports when the code in a directory or below has changed, also when a build replaces the whole directory. */
export class CodeWatcher {
  readonly #options: CodeWatcherOptions;
  /** By path; `inode` distinguishes a directory from its replacement. */
  readonly #watchers = new Map<string, { inode: bigint; watcher: FSWatcher }>();
  readonly #parent: FSWatcher | undefined;
  #lastCode: string | undefined;
  #quietTimer: NodeJS.Timeout | undefined;
  #scanning = Promise.resolve();
  #isClosed = false;

  constructor(options: CodeWatcherOptions) {
    this.#options = options;
    const name = basename(options.directory);
    this.#parent = this.#watch(dirname(options.directory), (file) => file === null || file === name);
    this.#scan();
  }

  /** Settles when the current tree has been read, and later changes will be noticed. */
  ready(): Promise<void> {
    return this.#scanning;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#quietTimer);
    this.#parent?.close();
    await this.#scanning;
    for (const { watcher } of this.#watchers.values()) watcher.close();
  }

  #watch(directory: string, isOfInterest: (file: string | null) => boolean): FSWatcher | undefined {
    try {
      const watcher = watch(directory, { persistent: false }, (_event, file) => {
        if (isOfInterest(file)) this.#scanWhenQuiet();
      });
      // A removed directory may report an error; the scan finds out what happened.
      return watcher.on('error', () => this.#scanWhenQuiet());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#options.onError(error as Error);
      return undefined;
    }
  }

  #scanWhenQuiet(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => this.#scan(), this.#options.quietMs ?? 100).unref();
  }

  #scan(): void {
    this.#scanning = this.#scanning
      .then(() => this.#compare())
      .catch((error: unknown) => this.#options.onError(error as Error));
  }

  async #compare(): Promise<void> {
    const { directories, code } = await fingerprintOf(this.#options.directory);
    if (this.#isClosed) return;
    // A change between the read of a directory and the first watch on it has not been noticed: scan again.
    if (this.#follow(directories)) this.#scanWhenQuiet();
    // A directory without code is in the middle of a build.
    if (code === '') return;
    const hasChanged = this.#lastCode !== undefined && this.#lastCode !== code;
    this.#lastCode = code;
    if (hasChanged) this.#options.onChange();
  }

  /** Watches exactly these directories; returns whether one of them is new. */
  #follow(directories: CodeFingerprint['directories']): boolean {
    let hasNew = false;
    for (const [path, { inode, watcher }] of this.#watchers) {
      if (directories.get(path) === inode) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
    for (const [path, inode] of directories) {
      if (this.#watchers.has(path)) continue;
      const watcher = this.#watch(path, mayBeCodeOrDirectory);
      if (!watcher) continue;
      this.#watchers.set(path, { inode, watcher });
      hasNew = true;
    }
    return hasNew;
  }
}

/** Data files change all the time and cause no scan. */
function mayBeCodeOrDirectory(file: string | null): boolean {
  return file === null || extname(file) === '' || isCodeFile(file);
}
