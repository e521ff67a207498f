import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('./support/replay-alone.mjs', import.meta.url));

describe('a process whose only invocation replays', () => {
  it('has Node track no promises, which takes longer than the replay', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    // The second invocation shows that the probe can tell; from Node 24 on, promises need no tracking.
    const [major] = process.versions.node.split('.').map(Number);
    expect(stdout.trim()).toBe(major! < 24 ? 'false true' : 'false false');
  });
});
