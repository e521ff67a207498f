import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asRecord, messageOf } from '../../wire/thrown.js';
import {
  DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION,
  type DurableInstrumentationPlugin,
  type DurableInstrumentationPluginProvider,
} from './plugin.js';
import { PluginLoadError } from './plugin-load-error.js';
import { PLUGINS_VARIABLE } from './plugins-variable.js';

const PROVIDER_EXPORT = 'durableExecutionPluginProvider';

/** @throws {PluginLoadError} (rejects) when a module cannot be loaded or provides no plugin */
export function loadNamedPlugins(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<DurableInstrumentationPlugin[]> {
  const specifiers = environment[PLUGINS_VARIABLE]!.split(',').map((specifier) => specifier.trim());
  const named = new Set(specifiers.filter((specifier) => specifier !== ''));
  const codeFolder = environment.LAMBDA_TASK_ROOT ?? process.cwd();
  return Promise.all([...named].map((specifier) => loadPlugin(specifier, codeFolder)));
}

async function loadPlugin(specifier: string, codeFolder: string): Promise<DurableInstrumentationPlugin> {
  const module = await attempt(() => import(resolved(specifier, codeFolder)), specifier, 'could not be loaded');
  const provider = providerIn(module, specifier);
  const plugin = await attempt(() => provider.createPlugin(), specifier, 'could not create its plugin');
  if (plugin instanceof provider.pluginType) return plugin;
  throw failure(specifier, `has created something else than the ${provider.pluginType.name} that it declares`);
}

function providerIn(module: unknown, specifier: string): DurableInstrumentationPluginProvider {
  const exports = asRecord(module);
  const provider = asRecord(exports[PROVIDER_EXPORT] ?? asRecord(exports.default)[PROVIDER_EXPORT]);
  const { pluginApiVersion, pluginType, createPlugin } = provider;
  if (pluginApiVersion !== undefined && pluginApiVersion !== DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION) {
    const versions = `version ${String(pluginApiVersion)} of the plugin contract, not ${DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION}`;
    throw failure(specifier, `is made for ${versions}: install versions that fit each other`);
  }
  if (pluginApiVersion === undefined || typeof pluginType !== 'function' || typeof createPlugin !== 'function') {
    throw failure(specifier, `exports no ${PROVIDER_EXPORT} { pluginApiVersion, pluginType, createPlugin }`);
  }
  return provider as unknown as DurableInstrumentationPluginProvider;
}

/** As the function's own code would find it, layers included; what has no CommonJS side is left to `import`. */
function resolved(specifier: string, codeFolder: string): string {
  if (/^[a-z][a-z+.-]+:/i.test(specifier)) return specifier;
  try {
    return pathToFileURL(createRequire(join(codeFolder, 'index.js')).resolve(specifier)).href;
  } catch {
    return specifier;
  }
}

async function attempt<T>(act: () => T | Promise<T>, specifier: string, problem: string): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw failure(specifier, `${problem}: ${messageOf(error)}`, error);
  }
}

function failure(specifier: string, problem: string, cause?: unknown): PluginLoadError {
  return new PluginLoadError(`Plugin module "${specifier}" of ${PLUGINS_VARIABLE} ${problem}.`, { cause });
}
