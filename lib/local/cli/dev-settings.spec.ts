import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDevSettings } from './dev-settings.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'durable-settings-'));
  await writeFile(join(directory, 'order.mjs'), '');
});
afterEach(() => rm(directory, { recursive: true }));

const write = (config: object, file = 'durable.config.mjs') =>
  writeFile(join(directory, file), `export default ${JSON.stringify(config)};`);
const read = (values: Record<string, string | boolean | string[]> = {}) => readDevSettings(values, directory);

describe('readDevSettings', () => {
  it('reads the config file of the directory', async () => {
    await write({
      functions: { order: { module: './order.mjs', durable: true } },
      port: 4000,
      data: './data',
      skipTime: true,
    });

    expect(await read()).toEqual({
      functions: [{ name: 'order', module: './order.mjs', durable: { executionTimeoutSeconds: 31_622_400 } }],
      baseDirectory: directory,
      host: '127.0.0.1',
      port: 4000,
      dataDirectory: join(directory, 'data'),
      timeScale: undefined,
      skipTime: true,
      region: undefined,
    });
  });

  it('lets the command line override the config', async () => {
    await write(
      { functions: { order: { module: './gone.mjs' } }, port: 4000, host: '0.0.0.0', timeScale: 2 },
      'my.mjs',
    );

    const settings = await read({
      config: 'my.mjs',
      function: ['order=./order.mjs#place'],
      port: '5000',
      host: '127.0.0.2',
      'time-scale': '60',
      data: '/data',
    });

    expect(settings).toMatchObject({
      functions: [{ name: 'order', module: join(directory, 'order.mjs'), export: 'place' }],
      port: 5000,
      host: '127.0.0.2',
      timeScale: 60,
      dataDirectory: '/data',
    });
  });

  it('names the config file for a module that does not exist, also beside functions of the command line', async () => {
    await write({ functions: { shop: { module: './gone.mjs' } } });
    await expect(read({ function: ['order=order.mjs'] })).rejects.toThrow(
      `gone.mjs. Build it, or correct its path in the config file of ${directory}.`,
    );
  });

  it('needs no config file when functions are named', async () => {
    const { functions, baseDirectory, port } = await read({
      function: ['order=order.mjs'],
      'plain-function': ['resize=order.mjs#resize'],
    });

    expect(functions).toEqual([
      expect.objectContaining({ name: 'order', durable: { executionTimeoutSeconds: 31_622_400 } }),
      { name: 'resize', module: join(directory, 'order.mjs'), export: 'resize' },
    ]);
    expect({ baseDirectory, port }).toEqual({ baseDirectory: directory, port: 9090 });
  });

  it.each<[Record<string, string | boolean | string[]>, string | RegExp]>([
    [{}, 'There is no function to serve: write a durable.config.mjs, or use --function name=./path.mjs#handler.'],
    [{ config: 'my.mjs' }, 'There is no config file '],
    [{ function: ['order.mjs'] }, '--function must look like name=./path.mjs#export, not "order.mjs".'],
    [
      { 'plain-function': ['a b=order.mjs'] },
      '--plain-function: the name of a function must be 1 to 64 letters, digits, hyphens and underscores, not "a b"',
    ],
    [{ function: ['order=order.mjs', 'order=./gone.mjs'] }, '--function: order is named twice.'],
    [
      { function: ['order=order.mjs'], 'plain-function': ['order=order.mjs'] },
      '--plain-function: order is named twice.',
    ],
    [
      { function: ['order=./gone.mjs'] },
      /^The module of function order does not exist: .*gone\.mjs\. Build it, or correct its path\.$/,
    ],
    [{ function: ['order=order.mjs'], port: '-1' }, '--port must be a whole number from 0 to 65535, not "-1".'],
    [
      { function: ['order=order.mjs'], 'time-scale': 'fast' },
      '--time-scale must be a number greater than 0, not "fast".',
    ],
    [
      { function: ['order=order.mjs'], 'time-scale': '2', 'skip-time': true },
      'A time scale has no meaning when time is skipped: use one of --time-scale and --skip-time.',
    ],
  ])('refuses %j', async (values, message) => {
    await expect(read(values)).rejects.toThrow(message);
  });
});
