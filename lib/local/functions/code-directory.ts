import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The directory that contains a function's module and the code that it imports, as far as a build has written it: the
 * highest below the service's directory, or below the module's own package.
 */
export function codeDirectoryOf(modulePath: string, baseDirectory: string): string {
  const base = resolve(baseDirectory);
  const isTop = (directory: string) => directory === base || isPackage(directory);
  const own = dirname(modulePath);
  if (isTop(own)) return own;
  for (let directory = own, parent = dirname(own); parent !== directory; parent = dirname(directory)) {
    if (isTop(parent)) return directory;
    directory = parent;
  }
  return own;
}

/** A `package.json` without a name, as a build may write it, only says of which type the modules beside it are. */
function isPackage(directory: string): boolean {
  try {
    const { name } = Object(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))) as { name?: unknown };
    return name !== undefined;
  } catch {
    return false;
  }
}
