import type { ConfiguredPlugin } from './plugin-factory.js';
import type { PluginSource } from './plugin-source.js';
import { PLUGINS_VARIABLE } from './plugins-variable.js';

const NONE: readonly PluginSource[] = [];

/**
 * The plugins of a handler: those of its configuration, then one from each module that `DURABLE_EXECUTION_PLUGINS`
 * names (packages, paths from the function's code, or URLs, separated by commas). Without any of these, nothing is
 * loaded.
 *
 * @throws {PluginLoadError} (rejects) when an entry is neither a plugin nor a factory, when a module cannot be loaded
 *   or provides no plugin, and when two exclude each other
 */
export async function loadPlugins(
  configured?: readonly ConfiguredPlugin[] | null,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<readonly PluginSource[]> {
  const names = environment[PLUGINS_VARIABLE]?.trim();
  const given = configured ?? [];
  if (given.length === 0 && !names) return NONE;
  const { loadAllPlugins } = await import('./load-all-plugins.js');
  return loadAllPlugins(given, names ? environment : undefined);
}
