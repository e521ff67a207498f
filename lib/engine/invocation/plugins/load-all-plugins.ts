import { shown } from '../../base/errors/shown.js';
import type { ConfiguredPlugin } from './plugin-factory.js';
import { PluginLoadError } from './plugin-load-error.js';
import { assertExclusive } from './plugin-registration.js';
import { type PluginSource, pluginSource } from './plugin-source.js';

/**
 * @param environment - when it names modules
 * @throws {PluginLoadError} (rejects)
 */
export async function loadAllPlugins(
  configured: readonly ConfiguredPlugin[],
  environment: Readonly<Record<string, string | undefined>> | undefined,
): Promise<readonly PluginSource[]> {
  if (!Array.isArray(configured)) throw new PluginLoadError(`plugins is ${shown(configured)}. Give a list of plugins.`);
  const sources = configured.map((entry, at) => pluginSource(entry, `plugins[${at}]`));
  // Before any module is loaded, because loading may have effects.
  assertExclusive(sources);
  if (environment === undefined) return sources;
  const { loadNamedPlugins } = await import('./load-named-plugins.js');
  const all = [...sources, ...(await loadNamedPlugins(environment))];
  assertExclusive(all);
  return all;
}
