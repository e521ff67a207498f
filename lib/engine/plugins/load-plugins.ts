import type { DurableInstrumentationPlugin } from './plugin.js';
import { PLUGINS_VARIABLE } from './plugins-variable.js';

type Plugins = readonly DurableInstrumentationPlugin[];

/**
 * The plugins of a handler: those of its configuration, then one from each module that `DURABLE_EXECUTION_PLUGINS` names
 * (packages, paths from the function's code, or URLs, separated by commas). Without that variable nothing is loaded.
 *
 * @throws {PluginLoadError} (rejects) when a module cannot be loaded or provides no plugin
 */
export async function loadPlugins(
  configured: Plugins = [],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Plugins> {
  if (!environment[PLUGINS_VARIABLE]) return configured;
  const { loadNamedPlugins } = await import('./load-named-plugins.js');
  return [...configured, ...(await loadNamedPlugins(environment))];
}
