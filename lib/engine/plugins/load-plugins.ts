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
  const specifiers = (environment[PLUGINS_VARIABLE] ?? '').split(',').map((specifier) => specifier.trim());
  const named = new Set(specifiers.filter((specifier) => specifier !== ''));
  if (named.size === 0) return configured;
  const { loadPluginModule } = await import('./load-plugin-module.js');
  const codeFolder = environment.LAMBDA_TASK_ROOT ?? process.cwd();
  return [
    ...configured,
    ...(await Promise.all([...named].map((specifier) => loadPluginModule(specifier, codeFolder)))),
  ];
}
