import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configProblem } from './config-schema.js';
import { ConfigError, findConfigFile, loadConfig, toDefinitions } from './load-config.js';
import { defineConfig } from './local-service-config.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'durable-config-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

const order = { module: './order.mjs' };
const functions = (config: object) => ({ functions: { order: { ...order, ...config } } });

describe('loadConfig', () => {
  it('reads an ES module', async () => {
    const path = await file(
      'durable.config.mjs',
      'export default { functions: { order: { module: "./order.mjs" } } };',
    );

    expect(await loadConfig(path)).toEqual({ config: { functions: { order } }, baseDirectory: directory });
  });

  it.each([
    ['module.exports = config', 'module.exports = { functions: {} };'],
    ['a compiled export default', 'exports.__esModule = true; exports.default = { functions: {} };'],
  ])('reads CommonJS: %s', async (_, code) => {
    expect((await loadConfig(await file('durable.config.cjs', code))).config).toEqual({ functions: {} });
  });

  it('says that there is no such file', async () => {
    const path = join(directory, 'durable.config.mjs');

    await expect(loadConfig(path)).rejects.toEqual(new ConfigError(`There is no config file ${path}.`));
  });

  it('says that nothing is exported', async () => {
    const path = await file('durable.config.mjs', 'export const config = {};');

    await expect(loadConfig(path)).rejects.toThrow('durable.config.mjs must export its config as default.');
  });

  it('says why the file cannot be loaded', async () => {
    const path = await file('durable.config.mjs', 'throw new RangeError("too far");');

    await expect(loadConfig(path)).rejects.toThrow('durable.config.mjs could not be loaded: RangeError: too far');
  });

  it('says which key of the file is wrong', async () => {
    const path = await file('durable.config.mjs', 'export default { functions: { order: {} } };');

    await expect(loadConfig(path)).rejects.toThrow(
      'durable.config.mjs: functions.order.module is missing; it must be a text that is not empty.',
    );
  });
});

describe('configProblem', () => {
  it('accepts a config in which everything is set', () => {
    const config = defineConfig({
      ...functions({
        export: 'handler',
        durable: { executionTimeoutSeconds: 3600, retentionPeriodInDays: 7 },
        timeoutSeconds: 30,
        environment: { STAGE: 'local', EMPTY: '' },
        concurrency: 2,
        memorySizeMb: 512,
      }),
      port: 0,
      host: '0.0.0.0',
      data: './data',
      timeScale: 0.5,
      skipTime: true,
      region: 'eu-central-1',
    });

    expect(configProblem(config)).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [[], 'the config must be an object, not []'],
    [{}, 'functions is missing; it must be an object'],
    [
      { functions: { 'no spaces': order } },
      'the name in functions must be 1 to 64 letters, digits, hyphens and underscores, not "no spaces"',
    ],
    [{ functions: { order: './order.mjs' } }, 'functions.order must be an object, not "./order.mjs"'],
    [functions({ module: '' }), 'functions.order.module must be a text that is not empty, not ""'],
    [functions({ export: 7 }), 'functions.order.export must be a text that is not empty, not 7'],
    [
      functions({ timeout: 3 }),
      'functions.order.timeout is not a known key; known are module, export, durable, timeoutSeconds, environment, concurrency, memorySizeMb, lambdaNodeFlags',
    ],
    [
      functions({ timeoutSeconds: 901 }),
      'functions.order.timeoutSeconds must be a whole number from 1 to 900, not 901',
    ],
    [
      functions({ timeoutSeconds: '3' }),
      'functions.order.timeoutSeconds must be a whole number from 1 to 900, not "3"',
    ],
    [
      functions({ durable: {} }),
      'functions.order.durable.executionTimeoutSeconds is missing; it must be a whole number from 1 to 31622400',
    ],
    [functions({ durable: 'yes' }), 'functions.order.durable must be an object, not "yes"'],
    [functions({ environment: { PORT: 80 } }), 'functions.order.environment.PORT must be a text, not 80'],
    [
      functions({ environment: { 'A=B': '' } }),
      'the name in functions.order.environment must be a name of an environment variable, not "A=B"',
    ],
    [functions({ concurrency: 0 }), 'functions.order.concurrency must be a whole number from 1 to 100000, not 0'],
    [{ functions: {}, port: 70000 }, 'port must be a whole number from 0 to 65535, not 70000'],
    [{ functions: {}, timeScale: 0 }, 'timeScale must be a number greater than 0, not 0'],
    [{ functions: {}, skipTime: 'no' }, 'skipTime must be true or false, not "no"'],
    [{ functions: {}, region: 'mars' }, 'region must be a region such as us-east-1, not "mars"'],
  ])('refuses %j', (config, problem) => {
    expect(configProblem(config)).toBe(problem);
  });
});

describe('findConfigFile', () => {
  it('prefers TypeScript, and finds nothing where nothing is', async () => {
    expect(findConfigFile(directory)).toBeUndefined();
    const javascript = await file('durable.config.js', '');
    expect(findConfigFile(directory)).toBe(javascript);
    const typescript = await file('durable.config.ts', '');
    expect(findConfigFile(directory)).toBe(typescript);
  });
});

describe('toDefinitions', () => {
  it('names the functions, and tells durable ones from plain ones', () => {
    expect(
      toDefinitions({
        plain: order,
        unlimited: { ...order, durable: true },
        limited: { ...order, durable: { executionTimeoutSeconds: 60 } },
        never: { ...order, durable: false },
      }),
    ).toEqual([
      { name: 'plain', ...order },
      { name: 'unlimited', ...order, durable: { executionTimeoutSeconds: 31_622_400 } },
      { name: 'limited', ...order, durable: { executionTimeoutSeconds: 60 } },
      { name: 'never', ...order },
    ]);
  });
});
