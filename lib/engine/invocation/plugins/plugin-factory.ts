import type { DurableInstrumentationPlugin, InvocationInfo } from './plugin.js';

/**
 * Where a plugin or its factory says what it is: in a member of the object, or in a static one of the plugin's class. Of
 * an exclusive group one member may be configured, such as one of two views that would export the same spans.
 */
export const DURABLE_INSTRUMENTATION_PLUGIN_REGISTRATION: unique symbol = Symbol.for(
  'aws.lambda.durable.instrumentation.plugin-registration',
) as never;

export interface DurableInstrumentationPluginRegistration {
  /** How messages name it. */
  readonly name?: string;
  readonly exclusiveGroup?: string;
}

/**
 * Makes a plugin for each invocation, so that what a plugin keeps of one is never seen by another, even where several run
 * at once in one sandbox. What outlives an invocation, such as an exporter, belongs to the factory.
 */
export interface DurableInstrumentationPluginFactory<
  Plugin extends DurableInstrumentationPlugin = DurableInstrumentationPlugin,
> {
  /**
   * Called once for each invocation, after its state is loaded and before the first hook.
   *
   * @param info - the same object that `onInvocationStart` gets
   * @returns nothing where the plugin is to sit out this invocation, as it also does when this throws
   */
  createPlugin(info: InvocationInfo): Plugin | undefined;
  readonly [DURABLE_INSTRUMENTATION_PLUGIN_REGISTRATION]?: DurableInstrumentationPluginRegistration;
}

/** The version of the contract between this engine and modules that {@link DurableInstrumentationPluginProvider | provide} plugins. */
export const DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION = 1;

/** A class of plugins. */
export type DurableInstrumentationPluginType<
  Plugin extends DurableInstrumentationPlugin = DurableInstrumentationPlugin,
> = abstract new (...args: never[]) => Plugin;

/** The older form of what a module named in `DURABLE_EXECUTION_PLUGINS` exports: it makes one plugin for all invocations. */
export interface DurableInstrumentationPluginProvider<
  Plugin extends DurableInstrumentationPlugin = DurableInstrumentationPlugin,
> {
  readonly pluginApiVersion: typeof DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION;
  /** The class of what `createPlugin` returns. */
  readonly pluginType: DurableInstrumentationPluginType<Plugin>;
  /** Called once for each handler that is made. */
  createPlugin(): Plugin;
}

/** What may be configured: a plugin that serves all invocations, or what makes one for each. */
export type ConfiguredPlugin = DurableInstrumentationPlugin | DurableInstrumentationPluginFactory;
