import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fingerprintOf } from './code-fingerprint.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'durable-fingerprint-'));
  await writeFile(join(root, 'a.js'), '1');
});
afterEach(() => rm(root, { recursive: true }));

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

describe('fingerprintOf', () => {
  it.each(['a.js', 'b.mjs', 'deep/er/c.cjs', 'd.ts', 'messages.json'])('changes with %s', async (path) => {
    const { code } = await fingerprintOf(root);

    await write(path, 'changed');

    expect((await fingerprintOf(root)).code).not.toBe(code);
  });

  it.each(['orders.db', 'orders.db-wal', 'README', 'node_modules/p/index.js', '.cache/x.js'])(
    'does not change with %s',
    async (path) => {
      const { code } = await fingerprintOf(root);

      await write(path, 'changed');

      expect((await fingerprintOf(root)).code).toBe(code);
    },
  );

  it('names the directories that may hold code', async () => {
    await write('deep/er/c.js', '');
    await write('node_modules/p/index.js', '');

    const { directories } = await fingerprintOf(root);

    expect([...directories.keys()]).toEqual([root, join(root, 'deep'), join(root, 'deep', 'er')]);
  });

  it('is empty for a directory that does not exist', async () => {
    expect(await fingerprintOf(join(root, 'missing'))).toEqual({ directories: new Map(), code: '' });
  });
});
