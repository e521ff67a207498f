import type { DurableInstrumentationPlugin, InvocationInfo } from './plugin.js';

/**
 * The key under which a plugin or its factory declares its registration: in a member of the object, or in a static one
 * of the plugin's class. Only one member of an exclusive group may be configured, for example one of two views that
 * would export the same spans.
 */
export const DURABLE_INSTRUMENTATION_PLUGIN_REGISTRATION: unique symbol = Symbol.for(
  'aws.lambda.durable.instrumentation.plugin-registration',
) as never;

export interface DurableInstrumentationPluginRegistration {
  /** Its name in messages. */
  readonly name?: string;
  readonly exclusiveGroup?: string;
}

/**
 * Creates a plugin for each invocation, so that the state of one invocation is never visible in another, even if
 * several run concurrently in one sandbox. State that outlives an invocation, such as an exporter, belongs to the
 * factory.
 */
export interface DurableInstrumentationPluginFactory<
  Plugin extends DurableInstrumentationPlugin = DurableInstrumentationPlugin,
> {
  /**
   * Called once for each invocation, after its state is loaded and before the first hook.
   *
   * @param info - the same object that `onInvocationStart` receives
   * @returns nothing if the invocation must run without the plugin, as it also does when this throws
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

/**
 * The older form of what a module named in `DURABLE_EXECUTION_PLUGINS` exports: it creates one plugin for all
 * invocations.
 */
export interface DurableInstrumentationPluginProvider<
  Plugin extends DurableInstrumentationPlugin = DurableInstrumentationPlugin,
> {
  readonly pluginApiVersion: typeof DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION;
  /** The class of the plugin that `createPlugin` returns. */
  readonly pluginType: DurableInstrumentationPluginType<Plugin>;
  /** Called once for each handler. */
  createPlugin(): Plugin;
}

/** A configured entry: a plugin for all invocations, or a factory that creates one for each. */
export type ConfiguredPlugin = DurableInstrumentationPlugin | DurableInstrumentationPluginFactory;
