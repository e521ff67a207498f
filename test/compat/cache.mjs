// Everything that is installed is outside the checkout, so that nothing of it is found by accident. Packages from the
// registry are kept between runs; the package itself is installed again by each.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runNpm } from '../../scripts/run.mjs';

const cache = process.env.COMPAT_CACHE ?? join(tmpdir(), 'nestjs-durable-execution-compat');

const NPM_TIMEOUT_MS = 600_000;

/** One run at a time: two would install over each other. */
export function lockCache() {
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, 'lock');
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
  } catch {
    const holder = readFileSync(lock, 'utf8');
    if (isAlive(Number(holder))) throw new Error(`Another run (process ${holder}) is using ${cache}.`);
    writeFileSync(lock, String(process.pid));
  }
  process.once('exit', () => rmSync(lock, { force: true }));
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** @returns the path of the package as npm would publish it */
export function packPackage() {
  const { stdout } = npm(['pack', '--json', '--pack-destination', cache], { cwd: root });
  // npm 10 prints a list, npm 11 and later may key it by package name.
  const [{ filename }] = Object.values(JSON.parse(stdout));
  return join(cache, filename);
}

/**
 * Installs packages into a directory of their own, unless a run before has done so.
 * @param settings.npmrc of that directory
 * @returns the directory
 */
export function installed(name, dependencies, { npmrc = '' } = {}) {
  const manifest = `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`;
  const directory = join(
    cache,
    `${name}-${createHash('sha256')
      .update(manifest + npmrc)
      .digest('hex')
      .slice(0, 8)}`,
  );
  const done = join(directory, 'installed');
  if (existsSync(done)) return directory;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), manifest);
  writeFileSync(join(directory, '.npmrc'), npmrc);
  npm(['install', '--no-package-lock'], { cwd: directory });
  writeFileSync(done, '');
  return directory;
}

/** Installs the packed package as a user would, so that npm checks its peers. */
export function installPackage(tarball, directory) {
  rmSync(join(directory, 'node_modules/nestjs-durable-execution'), { recursive: true, force: true });
  npm(['install', '--no-save', '--no-package-lock', '--prefer-offline', tarball], { cwd: directory });
}

/**
 * A Node of a major version: this one, or the one that the package `node` brings.
 * @returns the path of its binary, or the reason why there is none
 */
export function nodeOfMajor(major) {
  if (process.versions.node.startsWith(`${major}.`)) return { path: process.execPath };
  try {
    const path = join(installed(`node${major}`, { node: `^${major}.0.0` }), 'node_modules/node/bin/node');
    execFileSync(path, ['--version']);
    return { path };
  } catch (error) {
    return { missing: error.message };
  }
}

/** An empty directory in which no package is found. */
export function bareDirectory(name) {
  const directory = join(cache, 'bare', name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return directory;
}

function npm(args, { cwd }) {
  const settings = { cwd, stdio: 'pipe', timeout: NPM_TIMEOUT_MS };
  // A registry may be overloaded for minutes.
  const { status, stdout, stderr, error } = runNpm([...args, '--loglevel=error', '--fetch-retries=5'], settings);
  if (status === 0) return { stdout };
  const reason = error?.code === 'ETIMEDOUT' ? ` had not ended after ${NPM_TIMEOUT_MS / 1000} s` : ' failed';
  throw new Error(`npm ${args.join(' ')}${reason}:\n${stdout ?? ''}${stderr ?? ''}`);
}
