// Starts programs for the other scripts, on any platform, and shows their output as it is written.
import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The AWS client warns about the Node version of its future releases in every process; ours is chosen on purpose. */
export const quietAwsClient = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/**
 * Runs a script with the same Node executable.
 * @returns its exit status
 */
export function runNode(args, { env = {}, nodeOptions = [], cwd = root } = {}) {
  const NODE_OPTIONS = [process.env.NODE_OPTIONS ?? '', ...nodeOptions].join(' ').trim();
  const { status } = spawnSync(process.execPath, args, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, ...env, NODE_OPTIONS },
  });
  return status ?? 1;
}

/** Runs npm: the one that started this process, or the one on the PATH. */
export function runNpm(args, options = {}) {
  const self = process.env.npm_execpath ?? '';
  const settings = { cwd: root, encoding: 'utf8', stdio: 'inherit', ...options };
  if (basename(self) === 'npm-cli.js') return spawnSync(process.execPath, [self, ...args], settings);
  return spawnSync('npm', args, { ...settings, shell: process.platform === 'win32' });
}
