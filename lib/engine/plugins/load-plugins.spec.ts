import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadPlugins } from './load-plugins.js';
import type { DurableInstrumentationPlugin } from './plugin.js';

const provider = (members: string) => `
  class Tracing { enrichLogContext() { return { tracer: 'tracing' }; } }
  const durableExecutionPluginProvider = {
    pluginApiVersion: 1, pluginType: Tracing, createPlugin: () => new Tracing(), ${members}
  };
`;
const esm = (members = '') => `${provider(members)} export { durableExecutionPluginProvider };`;
const fieldsOf = (plugins: readonly DurableInstrumentationPlugin[]) =>
  plugins.map((plugin) => plugin.enrichLogContext?.());

describe('loadPlugins', () => {
  let code: string;

  beforeAll(async () => {
    code = await mkdtemp(join(tmpdir(), 'plugins-'));
    await mkdir(join(code, 'node_modules', 'acme-tracing'), { recursive: true });
    await Promise.all([
      writeFile(join(code, 'tracing.mjs'), esm()),
      writeFile(join(code, 'common.cjs'), `${provider('')} module.exports = { durableExecutionPluginProvider };`),
      writeFile(join(code, 'newer.mjs'), esm('pluginApiVersion: 2,')),
      writeFile(join(code, 'other.mjs'), esm('createPlugin: () => ({}),')),
      writeFile(join(code, 'broken.mjs'), esm('createPlugin: () => { throw new Error("no endpoint") },')),
      writeFile(join(code, 'empty.mjs'), 'export {};'),
      writeFile(
        join(code, 'node_modules', 'acme-tracing', 'index.js'),
        `exports.durableExecutionPluginProvider = (() => { ${provider('')} return durableExecutionPluginProvider; })();`,
      ),
    ]);
  });
  afterAll(() => rm(code, { recursive: true }));

  const load = (named: string | undefined, configured?: DurableInstrumentationPlugin[]) =>
    loadPlugins(configured, { DURABLE_EXECUTION_PLUGINS: named, LAMBDA_TASK_ROOT: code });

  it.each([undefined, '', ' , '])('loads nothing when the environment names nothing (%j)', async (named) => {
    const configured = {};

    expect(await load(named, [configured])).toEqual([configured]);
  });

  it.each([
    ['a path from the code of the function', () => './tracing.mjs'],
    ['an absolute path', () => join(code, 'tracing.mjs')],
    ['a URL', () => pathToFileURL(join(code, 'tracing.mjs')).href],
    ['a CommonJS module', () => './common.cjs'],
    ['a package that is deployed with the function', () => 'acme-tracing'],
  ])('takes the plugin that a module provides, named by %s', async (_form, specifier) => {
    expect(fieldsOf(await load(specifier()))).toEqual([{ tracer: 'tracing' }]);
  });

  it('puts those of the configuration first, then those of the environment in its order, each once', async () => {
    const configured = { enrichLogContext: () => ({ tracer: 'configured' }) };

    const plugins = await load(' ./common.cjs, ./tracing.mjs, ./common.cjs', [configured]);

    expect(fieldsOf(plugins)).toEqual([{ tracer: 'configured' }, { tracer: 'tracing' }, { tracer: 'tracing' }]);
  });

  it.each([
    ['./newer.mjs', 'version 2 of the plugin contract, not 1'],
    ['./other.mjs', 'something else than the Tracing'],
    ['./broken.mjs', 'could not create its plugin: no endpoint'],
    ['./empty.mjs', 'exports no durableExecutionPluginProvider'],
    ['acme-metrics', 'could not be loaded'],
  ])('refuses %s, and says why', async (specifier, why) => {
    const loading = load(specifier);

    await expect(loading).rejects.toMatchObject({ name: 'PluginLoadError', code: 'PLUGIN_LOAD_FAILED' });
    await expect(loading).rejects.toThrow(specifier);
    await expect(loading).rejects.toThrow(why);
  });
});
