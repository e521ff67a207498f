import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stage } from '../../../../test/engine/support/stage.js';
import { TEST_ARN } from '../../../../test/fixtures/memory-service.js';
import { createFileSystemSerdes, FileSystemPathEncoding, FileSystemSerdesMode } from './file-system-serdes.js';
import type { AnySerdes, SerdesContext } from './serdes.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('createFileSystemSerdes', () => {
  const base = mkdtempSync(join(tmpdir(), 'serdes-'));
  afterAll(() => rmSync(base, { recursive: true }));

  const at = (entityId: string, durableExecutionArn = TEST_ARN): SerdesContext => ({ entityId, durableExecutionArn });
  const save = async (serdes: AnySerdes, value: unknown, context: SerdesContext) =>
    JSON.parse((await serdes.serialize(value, context))!);

  it('writes a value to a file of its execution and operation, and persists the path', async () => {
    const serdes = createFileSystemSerdes(base);
    const { file } = await save(serdes, { a: 1 }, at('1-2'));
    expect(file).toBe(join(base, 'orders', 'order-77', '5f0c0a52-7a3e-4a57-9f0e-9d6f4a1f2c11', '1-2.json'));
    expect(readFileSync(file, 'utf8')).toBe('{"a":1}');
    await expect(serdes.deserialize(JSON.stringify({ file }), at('1-2'))).resolves.toEqual({ a: 1 });
  });

  it('writes anew over what an earlier attempt has written', async () => {
    const serdes = createFileSystemSerdes(base);
    await serdes.serialize('a longer text', at('9'));
    const text = await serdes.serialize('short', at('9'));
    await expect(serdes.deserialize(text, at('9'))).resolves.toBe('short');
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('fails where nothing can be made, as below /proc, where mkdir() never ends', async () => {
    const serdes = createFileSystemSerdes('/proc/nowhere/data');
    await expect(serdes.serialize(1, at('1'))).rejects.toThrow('/proc/nowhere');
  });

  it('makes a directory that concurrent values need', async () => {
    const serdes = createFileSystemSerdes(join(base, 'new', 'for', 'all'));
    const ids = Array.from({ length: 20 }, (_, index) => `1-${index}`);
    const texts = await Promise.all(ids.map(async (id) => serdes.serialize(id, at(id))));
    await expect(Promise.all(texts.map(async (text) => serdes.deserialize(text, at('1'))))).resolves.toEqual(ids);
  });

  it('keeps nothing for undefined', async () => {
    const serdes = createFileSystemSerdes(join(base, 'untouched'));
    await expect(serdes.serialize(undefined, at('1'))).resolves.toBeUndefined();
    await expect(serdes.deserialize(undefined, at('1'))).resolves.toBeUndefined();
    expect(existsSync(join(base, 'untouched'))).toBe(false);
  });

  it('makes a name of anything', async () => {
    const { file } = await save(createFileSystemSerdes(base), 1, at('a/b c', 'local:run/1'));
    expect(file).toBe(join(base, 'local%3Arun%2F1', 'a%2Fb%20c.json'));
  });

  it('hashes names on request', async () => {
    const serdes = createFileSystemSerdes(base, { pathEncoding: FileSystemPathEncoding.HASH });
    const { file } = await save(serdes, 1, at('1'));
    expect(file).toBe(join(base, sha256(TEST_ARN), `${sha256('1')}.json`));
  });

  describe('for what overflows', () => {
    const folder = join(base, 'overflow');
    const serdes = createFileSystemSerdes(folder, { storageMode: FileSystemSerdesMode.OVERFLOW });

    it('keeps small values inline', async () => {
      await expect(serdes.serialize({ a: 1 }, at('1'))).resolves.toBe('{"data":"{\\"a\\":1}"}');
      await expect(serdes.deserialize('{"data":"{\\"a\\":1}"}', at('1'))).resolves.toEqual({ a: 1 });
      expect(existsSync(folder)).toBe(false);
    });

    it.each([
      ['characters', 'x'.repeat(262_144)],
      ['characters of several bytes', '€'.repeat(100_000)],
      ['characters that are escaped twice', '"'.repeat(100_000)],
    ])('writes a value of too many %s to a file', async (_what, value) => {
      const text = await serdes.serialize(value, at('2'));
      expect(text).toMatch(/^\{"file":/);
      await expect(serdes.deserialize(text, at('2'))).resolves.toBe(value);
    });

    it('persists no more than a checkpoint takes', async () => {
      for (const length of [261_000, 261_100, 261_120, 261_150]) {
        const text = await serdes.serialize('x'.repeat(length), at('3'));
        expect(Buffer.byteLength(text!)).toBeLessThanOrEqual(262_144 - 1024);
      }
    });
  });

  it('persists a preview beside the path', async () => {
    const generatePreview = (value: unknown) => (value === 1 ? undefined : { shown: value });
    const serdes = createFileSystemSerdes(base, { generatePreview });
    await expect(save(serdes, 2, at('1'))).resolves.toMatchObject({ preview: { shown: 2 } });
    expect(Object.keys(await save(serdes, 1, at('1')))).toEqual(['file']);
  });

  it.each(['{}', 'null', '5', '{"data":{"a":1}}'])('refuses %s, which it has not written', async (text) => {
    await expect(createFileSystemSerdes(base).deserialize(text, at('1'))).rejects.toThrow(
      'another serdes has saved it',
    );
  });

  it('carries the values of an execution over its replays', async () => {
    const serdes = createFileSystemSerdes(join(base, 'whole'));
    const stage = new Stage(async (context) => {
      context.configureSerdes({ defaultSerdes: serdes });
      const step = await context.step('large', async () => ({ text: 'x'.repeat(300_000) }));
      const batch = await context.map('items', [1, 2], (item, number) => item.step(async () => number));
      await context.wait({ seconds: 1 });
      return [step.text.length, batch.getResults()];
    });
    await expect(stage.result()).resolves.toEqual([300_000, [1, 2]]);
    const folder = join(base, 'whole', 'orders', 'order-77', '5f0c0a52-7a3e-4a57-9f0e-9d6f4a1f2c11');
    expect(readdirSync(folder).sort()).toEqual(['1.json', '2-1-1.json', '2-1.json', '2-2-1.json', '2-2.json']);
  });
});
