// What is missing before the project can run: packages that are not installed, and a `dist` older than its sources.
// Messages go to stderr: `npm pack --json` runs this too, and prints its result on stdout.
import { readFileSync, statSync } from 'node:fs';
import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, runNode, runNpm } from './run.mjs';

const MINIMUM_NODE = [20, 19];

/** Written last by a build; it says how much was built: `js`, or `full` with type declarations. */
const stamp = join(root, 'dist', '.built');

export function nodeIsTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1]);
}

export function nodeTooOldMessage() {
  return `This project needs Node ${MINIMUM_NODE.join('.')} or newer; this is Node ${process.versions.node} (${process.execPath}).`;
}

const readLock = (path) => {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
};

/** Compares contents, not times: a new clone, a pull and `npm install` in another order have the same times. */
function installation() {
  const installed = readLock('node_modules/.package-lock.json');
  if (!installed) return 'absent';
  const wanted = Object.entries(readLock('package-lock.json') ?? {});
  // A package for another platform is left out on purpose; a package that only peers call optional is not.
  const isForSomePlatform = ({ os, cpu, libc }) => os !== undefined || cpu !== undefined || libc !== undefined;
  const isMissing = ([path, entry]) =>
    path.startsWith('node_modules/') &&
    !entry.optional &&
    !isForSomePlatform(entry) &&
    installed[path]?.version !== entry.version;
  return wanted.some(isMissing) ? 'outdated' : 'complete';
}

export function ensureInstalled() {
  const state = installation();
  if (state === 'complete') return;
  console.error(state === 'absent' ? 'Installing packages (first run) …' : 'Installing packages that have changed …');
  // `npm ci` also refuses a lock file when a registry lacks the binary for another platform; `npm install` accepts it.
  const commands = [['ci'], ['install', '--no-save']].slice(state === 'absent' ? 0 : 1);
  const results = [];
  for (const command of commands) {
    const { status, stdout, stderr } = runNpm([...command, '--loglevel=error'], { stdio: 'pipe' });
    if (status === 0) return;
    results.push(`npm ${command.join(' ')}:\n${stdout ?? ''}${stderr ?? ''}`);
  }
  throw new Error(`npm could not install the packages.\n${results.join('\n')}`);
}

async function newestSourceMs() {
  const files = (await readdir(join(root, 'lib'), { recursive: true })).filter((file) => !file.endsWith('.spec.ts'));
  const paths = [
    ...files.map((file) => join('lib', file)),
    'scripts/build.mjs',
    'rolldown.config.mjs',
    'tsconfig.json',
    'tsconfig.build.json',
  ];
  const times = await Promise.all(paths.map(async (path) => (await stat(join(root, path))).mtimeMs));
  return Math.max(...times);
}

async function isBuilt(extent) {
  try {
    const built = readFileSync(stamp, 'utf8');
    return (built === 'full' || built === extent) && statSync(stamp).mtimeMs >= (await newestSourceMs());
  } catch {
    return false;
  }
}

/**
 * Builds `dist` when a source is newer.
 * @param extent `full`, or `js` for what a running program needs (well under a second)
 */
export async function ensureBuilt(extent = 'full') {
  if (await isBuilt(extent)) return;
  console.error('Building dist …');
  const status = runNode([join(root, 'scripts/build.mjs'), '--quiet', ...(extent === 'js' ? ['--js-only'] : [])]);
  if (status !== 0) throw new Error('The build failed; the messages above say why.');
}

/** @param startedMs when the sources were read: a change during the build makes it out of date immediately */
export async function stampBuild(directory, extent, startedMs) {
  const path = join(directory, '.built');
  await writeFile(path, extent);
  await utimes(path, new Date(startedMs), new Date(startedMs));
}
