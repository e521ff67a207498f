import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isSkipped } from './code-fingerprint.js';

/**
 * The directory that contains a function's module and the code that it imports, as far as a build has written it: the
 * highest below the service's directory, or below the module's own package. What is hidden is not read from above.
 */
export function codeDirectoryOf(modulePath: string, baseDirectory: string): string {
  const base = resolve(baseDirectory);
  const isTop = (directory: string) => directory === base || isPackage(directory);
  const own = dirname(modulePath);
  if (isTop(own)) return own;
  let hidden: string | undefined;
  for (let directory = own, parent = dirname(own); parent !== directory; parent = dirname(directory)) {
    if (isSkipped(basename(directory))) hidden ??= directory;
    if (isTop(parent)) return hidden ?? directory;
    directory = parent;
  }
  return own;
}

/** A `package.json` that a build writes may only say of which type the modules beside it are. */
function isPackage(directory: string): boolean {
  try {
    const manifest = Object(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))) as object;
    return Object.keys(manifest).some((member) => member !== 'type');
  } catch {
    return false;
  }
}
