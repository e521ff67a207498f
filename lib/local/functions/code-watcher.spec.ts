import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeWatcher } from './code-watcher.js';

let base: string;
let code: string;
let watcher: CodeWatcher;
let changes: number;
let onNextChange: () => void;

/** Resolves at the next reported change. */
const change = () => new Promise<void>((resolve) => (onNextChange = resolve));

function createWatcher(quietMs: number): CodeWatcher {
  const onChange = (): void => {
    changes += 1;
    onNextChange();
  };
  const onError = (error: Error): void => {
    throw error;
  };
  return new CodeWatcher({ directory: code, quietMs, onChange, onError });
}

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'durable-code-'));
  code = join(base, 'dist');
  await mkdir(join(code, 'deep'), { recursive: true });
  await writeFile(join(code, 'a.js'), '1');
  await writeFile(join(code, 'deep', 'b.js'), '1');
  changes = 0;
  onNextChange = () => undefined;
  watcher = createWatcher(20);
  await watcher.ready();
});

afterEach(async () => {
  await watcher.close();
  await rm(base, { recursive: true });
});

describe('CodeWatcher', () => {
  it.each([
    ['is written', () => writeFile(join(code, 'a.js'), '2')],
    ['is written further down', () => writeFile(join(code, 'deep', 'b.js'), '22')],
    ['is added', () => writeFile(join(code, 'c.mjs'), '')],
    ['is removed', () => rm(join(code, 'deep', 'b.js'))],
  ])('notices when a file of code %s', async (_, act) => {
    const noticed = change();

    await act();

    await noticed;
  });

  it('follows directories that are added later', async () => {
    const added = change();
    await mkdir(join(code, 'new', 'inner'), { recursive: true });
    await writeFile(join(code, 'new', 'inner', 'c.js'), '1');
    await added;
    const written = change();

    await writeFile(join(code, 'new', 'inner', 'c.js'), '22');

    await written;
  });

  it('survives builds that replace the directory', async () => {
    for (const version of ['2', '33', '444']) {
      const replaced = change();
      const fresh = join(base, 'fresh');
      await mkdir(fresh);
      await writeFile(join(fresh, 'a.js'), version);
      await rm(code, { recursive: true });
      await rename(fresh, code);
      await replaced;
    }
    const written = change();

    await writeFile(join(code, 'a.js'), '55555');

    await written;
  });

  it('takes what a build writes at once for one change', async () => {
    await watcher.close();
    watcher = createWatcher(500);
    await watcher.ready();
    const noticed = change();

    await Promise.all(Array.from({ length: 50 }, (_, n) => writeFile(join(code, `${n}.js`), String(n))));
    await noticed;

    expect(changes).toBe(1);
  });
});
