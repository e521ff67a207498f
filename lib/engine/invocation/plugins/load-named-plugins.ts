import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeModule } from '../../../node-module.js';
import { asRecord, messageOf } from '../../../wire/thrown.js';
import { PluginLoadError } from './plugin-load-error.js';
import { type PluginSource, pluginSource } from './plugin-source.js';
import { PLUGINS_VARIABLE } from './plugins-variable.js';

// Webpack would replace an imported one, and find only what is in the bundle.
const { createRequire } = nodeModule('node:module');

const PROVIDER_EXPORT = 'durableExecutionPluginProvider';

/** @throws {PluginLoadError} (rejects) when a module cannot be loaded or provides no plugin */
export function loadNamedPlugins(environment: Readonly<Record<string, string | undefined>>): Promise<PluginSource[]> {
  const specifiers = specifiersIn(environment[PLUGINS_VARIABLE]!);
  const codeFolder = environment.LAMBDA_TASK_ROOT?.trim() || process.cwd();
  return Promise.all(specifiers.map((specifier) => loadPlugin(specifier, codeFolder)));
}

function specifiersIn(text: string): string[] {
  const specifiers = text.split(',').map((specifier) => specifier.trim());
  if (specifiers.includes('')) {
    throw new PluginLoadError(`${PLUGINS_VARIABLE} is "${text}": name modules, separated by single commas.`);
  }
  const repeated = specifiers.find((specifier, at) => specifiers.indexOf(specifier) !== at);
  if (repeated === undefined) return specifiers;
  throw new PluginLoadError(`${PLUGINS_VARIABLE} names "${repeated}" twice. Name each module once.`);
}

async function loadPlugin(specifier: string, codeFolder: string): Promise<PluginSource> {
  const place = `Plugin module "${specifier}" of ${PLUGINS_VARIABLE}`;
  return pluginSource(providerIn(await load(specifier, codeFolder), place), place);
}

async function load(specifier: string, codeFolder: string): Promise<unknown> {
  try {
    return await import(/* webpackIgnore: true */ resolved(specifier, codeFolder));
  } catch (error) {
    const place = `Plugin module "${specifier}" of ${PLUGINS_VARIABLE}`;
    throw new PluginLoadError(`${place} could not be loaded: ${reasonOf(error, codeFolder)}`, { cause: error });
  }
}

/** Node's text for a missing module names the file of this package that imports it, or a stack of such files. */
function reasonOf(error: unknown, codeFolder: string): string {
  const { code } = asRecord(error);
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return `${messageOf(error)}.`;
  const [missing] = messageOf(error).split(/ imported from |\n/);
  return `${missing}. Deploy the module and what it imports with the function or in a layer: it is searched from ${codeFolder}.`;
}

/** A module exports it by its name or as a member of its default; the same object in both places counts once. */
function providerIn(module: unknown, place: string): unknown {
  const exports = asRecord(module);
  const found = [exports[PROVIDER_EXPORT], asRecord(exports.default)[PROVIDER_EXPORT]];
  const [provider, ...others] = new Set(found.filter((candidate) => candidate !== undefined));
  if (provider === undefined) {
    throw new PluginLoadError(
      `${place} exports no ${PROVIDER_EXPORT}. Export a factory { createPlugin(info) } or a provider ` +
        '{ pluginApiVersion, pluginType, createPlugin } by this name.',
    );
  }
  if (others.length === 0) return provider;
  throw new PluginLoadError(`${place} exports two different ${PROVIDER_EXPORT}, one of them in its default export.`);
}

/**
 * Resolved as from the function's own code, layers included; a module without a CommonJS form is left to `import`. A path
 * must not be: `import` would look for it beside the files of this package.
 */
function resolved(specifier: string, codeFolder: string): string {
  if (/^[a-z][a-z+.-]+:/i.test(specifier)) return specifier;
  try {
    return pathToFileURL(createRequire(join(codeFolder, 'index.js')).resolve(specifier)).href;
  } catch {
    return /^\.\.?\//.test(specifier) ? pathToFileURL(join(codeFolder, specifier)).href : specifier;
  }
}
