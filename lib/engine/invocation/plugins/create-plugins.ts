import { messageOf } from '../../../wire/thrown.js';
import type { DurableInstrumentationPlugin, InvocationInfo } from './plugin.js';
import type { PluginFailure } from './plugin-calls.js';
import type { PluginSource } from './plugin-source.js';

/** A plugin of one invocation, with the info that its factory received. */
export interface CreatedPlugin {
  readonly plugin: DurableInstrumentationPlugin;
  readonly info: InvocationInfo;
}

interface Creation {
  info(): InvocationInfo;
  onFailure(failure: PluginFailure): void;
}

/** Creates the plugins of an invocation, in order. If one cannot be created, the invocation runs without it. */
export function createPlugins(sources: readonly PluginSource[], { info, onFailure }: Creation): CreatedPlugin[] {
  return sources.flatMap((source) => {
    const told = info();
    try {
      const plugin = source.pluginFor(told);
      if (plugin !== undefined) return [{ plugin, info: told }];
    } catch (error) {
      onFailure(failureOf(source, error));
    }
    return [];
  });
}

function failureOf({ place }: PluginSource, error: unknown): PluginFailure {
  return {
    message: `createPlugin of ${place} failed; this invocation continues without the plugin.`,
    plugin: place,
    hook: 'createPlugin',
    errorType: error instanceof Error ? error.name : 'Error',
    errorMessage: messageOf(error),
  };
}
