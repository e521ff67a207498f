import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadPlugins } from './load-plugins.js';
import type { DurableInstrumentationPlugin, InvocationInfo } from './plugin.js';
import type { ConfiguredPlugin } from './plugin-factory.js';
import type { PluginSource } from './plugin-source.js';

const provider = (members: string) => `
  class Tracing { enrichLogContext() { return { tracer: 'tracing' }; } }
  const durableExecutionPluginProvider = {
    pluginApiVersion: 1, pluginType: Tracing, createPlugin: () => new Tracing(), ${members}
  };
`;
const esm = (members = '') => `${provider(members)} export { durableExecutionPluginProvider };`;
const factory =
  'export const durableExecutionPluginProvider = { createPlugin: ({ requestId }) => ({ enrichLogContext: () => ({ requestId }) }) };';
const REGISTRATION = Symbol.for('aws.lambda.durable.instrumentation.plugin-registration');
const infoOf = (requestId: string) => ({ requestId }) as InvocationInfo;
const fieldsOf = (sources: readonly PluginSource[], info = infoOf('request-1')) =>
  sources.map((source) => source.pluginFor(info)?.enrichLogContext?.());

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
      writeFile(join(code, 'factory.mjs'), factory),
      writeFile(join(code, 'both.mjs'), `${factory} export default { durableExecutionPluginProvider };`),
      writeFile(join(code, 'two.mjs'), `${factory} export default { durableExecutionPluginProvider: {} };`),
      writeFile(join(code, 'faulty.mjs'), 'throw new Error("no endpoint");'),
      writeFile(join(code, 'lacking.mjs'), 'import "acme-lacking"; export {};'),
      writeFile(
        join(code, 'node_modules', 'acme-tracing', 'index.js'),
        `exports.durableExecutionPluginProvider = (() => { ${provider('')} return durableExecutionPluginProvider; })();`,
      ),
    ]);
  });
  afterAll(() => rm(code, { recursive: true }));

  const load = (named: string | undefined, configured?: ConfiguredPlugin[]) =>
    loadPlugins(configured, { DURABLE_EXECUTION_PLUGINS: named, LAMBDA_TASK_ROOT: code });

  it.each([undefined, '', '  '])('loads nothing when the environment names nothing (%j)', async (named) => {
    expect(await load(named)).toEqual([]);
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

  it('puts those of the configuration first, then those of the environment in its order', async () => {
    const configured = { enrichLogContext: () => ({ tracer: 'configured' }) };

    const plugins = await load(' ./common.cjs, ./factory.mjs', [configured]);

    expect(fieldsOf(plugins)).toEqual([{ tracer: 'configured' }, { tracer: 'tracing' }, { requestId: 'request-1' }]);
  });

  it.each(['./factory.mjs', './both.mjs'])('asks the factory that %s exports at each invocation', async (specifier) => {
    const [source] = await load(specifier);

    const [one, other] = [source!.pluginFor(infoOf('request-1')), source!.pluginFor(infoOf('request-2'))];

    expect(one).not.toBe(other);
    expect([one, other].map((plugin) => plugin?.enrichLogContext?.())).toEqual([
      { requestId: 'request-1' },
      { requestId: 'request-2' },
    ]);
  });

  describe('of the configuration', () => {
    const hooks = { enrichLogContext: () => ({ tracer: 'configured' }) };
    class Tracing implements DurableInstrumentationPlugin {
      enrichLogContext() {
        return { tracer: 'class' };
      }
    }
    class Maker {
      createPlugin = () => hooks;
    }

    it.each<[string, ConfiguredPlugin]>([
      ['an object with a hook', hooks],
      ['an object that inherits its hook', Object.create(hooks) as ConfiguredPlugin],
      ['a factory', { createPlugin: () => hooks }],
      ['a factory that is made of a class', new Maker()],
      ['a function that carries createPlugin', Object.assign(() => undefined, { createPlugin: () => hooks })],
      [
        'an object with hooks and createPlugin',
        { enrichLogContext: () => ({ tracer: 'not me' }), createPlugin: () => hooks },
      ],
    ])('takes %s', async (_what, entry) => {
      expect(fieldsOf(await load(undefined, [entry]))).toEqual([{ tracer: 'configured' }]);
    });

    it('takes the older form of a provider, which makes one plugin for all invocations', async () => {
      let made = 0;
      const createPlugin = () => ((made += 1), new Tracing());
      const provider = { pluginApiVersion: 1, pluginType: Tracing, createPlugin } as unknown as ConfiguredPlugin;

      const sources = await load(undefined, [provider]);

      expect([...fieldsOf(sources), ...fieldsOf(sources)]).toEqual([{ tracer: 'class' }, { tracer: 'class' }]);
      expect(made).toBe(1);
    });

    it.each([{}, 'x', 5, { createPlugin: () => hooks }])('refuses plugins that are no list: %j', async (plugins) => {
      await expect(load(undefined, plugins as never)).rejects.toThrow('Give a list of plugins.');
    });

    it('takes null for none', async () => {
      await expect(load(undefined, null as never)).resolves.toEqual([]);
    });

    it('refuses an entry that cannot be read', async () => {
      const entry = Object.defineProperty({ createPlugin: () => hooks }, 'pluginApiVersion', {
        get: () => {
          throw new Error('no access');
        },
      });

      await expect(load(undefined, [entry])).rejects.toThrow('plugins[0] could not be read: no access');
    });

    it.each<[string, unknown]>([
      ['an object without hooks', {}],
      ['a class', Tracing],
      ['a function', () => hooks],
      ['an array', [hooks]],
      ['a string', 'tracing'],
      ['undefined', undefined],
      ['null', null],
    ])('refuses %s, names its place, and says what to give', async (what, entry) => {
      const loading = load(undefined, [hooks, entry as ConfiguredPlugin]);

      await expect(loading).rejects.toMatchObject({ name: 'PluginLoadError', code: 'PLUGIN_LOAD_FAILED' });
      await expect(loading).rejects.toThrow(
        `plugins[1] is ${what === 'a string' ? 'a string' : what}, not a plugin: give`,
      );
    });
  });

  describe('of an exclusive group', () => {
    const view = (name: string) => ({ createPlugin: () => ({}), [REGISTRATION]: { name, exclusiveGroup: 'views' } });
    class Base {
      static [REGISTRATION] = { exclusiveGroup: 'views' };
      enrichLogContext = () => ({});
    }
    class Derived extends Base {
      static override [REGISTRATION] = { exclusiveGroup: 'others' };
    }

    it.each([
      ['two factories', [view('One'), view('Other')]],
      ['a factory and a plugin whose class belongs to it', [view('One'), new Base()]],
      ['a plugin of which a class above belongs to it', [new Derived(), view('Other')]],
      ['one factory twice', new Array(2).fill(view('One')) as ConfiguredPlugin[]],
    ])('refuses %s', async (_what, entries) => {
      const loading = load('./faulty.mjs', entries);

      await expect(loading).rejects.toMatchObject({ name: 'PluginLoadError' });
      await expect(loading).rejects.toThrow(/\(plugins\[0\]\) and .+ \(plugins\[1\]\) exclude each other/);
    });

    it('takes one of each group', async () => {
      const other = { createPlugin: () => ({}), [REGISTRATION]: { exclusiveGroup: 'others' } };

      expect(await load(undefined, [view('One'), other, { createPlugin: () => ({}) }])).toHaveLength(3);
    });
  });

  it.each([
    ['./newer.mjs', 'version 2 of the plugin contract, not 1'],
    ['./other.mjs', 'another object than the Tracing'],
    ['./broken.mjs', 'could not create its plugin: no endpoint'],
    ['./empty.mjs', 'exports no durableExecutionPluginProvider'],
    [
      'acme-metrics',
      /could not be loaded: .*\. Deploy the module and what it imports with the function or in a layer: it is searched from /,
    ],
    ['./missing.mjs', /Cannot find module '[^']*\/plugins-\w+\/missing\.mjs'/],
    ['./faulty.mjs', 'could not be loaded: no endpoint'],
    ['./lacking.mjs', 'acme-lacking'],
    ['./two.mjs', 'exports two different durableExecutionPluginProvider'],
    ['./tracing.mjs,,./common.cjs', 'separated by single commas'],
    ['./tracing.mjs,./tracing.mjs', 'twice'],
  ])('refuses %s, and says why', async (specifier, why) => {
    const loading = load(specifier);

    await expect(loading).rejects.toMatchObject({ name: 'PluginLoadError', code: 'PLUGIN_LOAD_FAILED' });
    await expect(loading).rejects.toThrow(specifier.split(',')[0]);
    await expect(loading).rejects.toThrow(why);
  });
});
