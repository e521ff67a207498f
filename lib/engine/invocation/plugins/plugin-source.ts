import { asRecord, messageOf } from '../../../wire/thrown.js';
import type { DurableInstrumentationPlugin, InvocationInfo } from './plugin.js';
import {
  DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION,
  type DurableInstrumentationPluginFactory,
  type DurableInstrumentationPluginProvider,
} from './plugin-factory.js';
import { PluginLoadError } from './plugin-load-error.js';
import { type RegisteredPlace, registrationsOf } from './plugin-registration.js';

/** The source of an invocation's plugin: one plugin for all invocations, or a factory. */
export interface PluginSource extends RegisteredPlace {
  /** @returns nothing if there is no plugin for it. @throws the error of the user's code */
  pluginFor(info: InvocationInfo): DurableInstrumentationPlugin | undefined;
}

/** @throws {PluginLoadError} when an entry is neither a plugin nor a factory */
export function pluginSource(entry: unknown, place: string): PluginSource {
  try {
    return sourceOf(entry, place);
  } catch (error) {
    if (error instanceof PluginLoadError) throw error;
    throw new PluginLoadError(`${place} could not be read: ${messageOf(error)}`, { cause: error });
  }
}

function sourceOf(entry: unknown, place: string): PluginSource {
  const isMaker = makesPlugins(entry);
  // An object that creates plugins is a factory, whatever else it has, unless it declares the older form.
  if (isMaker && !declaresOlderForm(entry)) {
    return { place, registrations: registrationsOf(entry), pluginFor: (info) => madeBy(entry, info) };
  }
  const plugin = isMaker ? provided(entry as unknown as DurableInstrumentationPluginProvider, place) : entry;
  if (!isPlugin(plugin)) throw new PluginLoadError(`${place} is ${describe(plugin)}, not a plugin: ${WHAT_TO_GIVE}`);
  return { place, registrations: registrationsOf(plugin), pluginFor: () => plugin };
}

const WHAT_TO_GIVE =
  'give an object with at least one hook, such as onInvocationStart, or a factory { createPlugin(info) }.';

function madeBy(factory: DurableInstrumentationPluginFactory, info: InvocationInfo) {
  const made: unknown = factory.createPlugin(info);
  if (typeof asRecord(made).then === 'function') {
    // The promise is not awaited, so its rejection must be handled here.
    void Promise.resolve(made).catch(() => undefined);
    throw new TypeError('It returned a promise. Return the plugin, and await in its onInvocationStart.');
  }
  return typeof made === 'object' && made !== null ? made : undefined;
}

function makesPlugins(entry: unknown): entry is DurableInstrumentationPluginFactory {
  return isObject(entry) && typeof (entry as { createPlugin?: unknown }).createPlugin === 'function';
}

/** Checked without reading: a getter of a foreign object must not run because of its name. */
function declaresOlderForm(entry: object): boolean {
  return 'pluginApiVersion' in entry || 'pluginType' in entry;
}

function provided(provider: DurableInstrumentationPluginProvider, place: string): DurableInstrumentationPlugin {
  const { pluginApiVersion, pluginType } = provider;
  if (pluginApiVersion !== DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION) {
    const versions = `version ${String(pluginApiVersion)} of the plugin contract, not ${String(DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION)}`;
    throw new PluginLoadError(`${place} is made for ${versions}: install versions that fit each other.`);
  }
  if (typeof pluginType !== 'function') {
    throw new PluginLoadError(`${place} declares no pluginType, the class of the plugin that it creates.`);
  }
  const plugin = created(provider, place);
  if (plugin instanceof pluginType) return plugin;
  throw new PluginLoadError(`${place} has created another object than the ${pluginType.name} that it declares.`);
}

function created(provider: DurableInstrumentationPluginProvider, place: string): unknown {
  try {
    return provider.createPlugin();
  } catch (error) {
    throw new PluginLoadError(`${place} could not create its plugin: ${messageOf(error)}`, { cause: error });
  }
}

/** Every hook: the type makes sure that none is missing. */
const HOOKS: Readonly<Record<keyof DurableInstrumentationPlugin, true>> = {
  onInvocationStart: true,
  wrapInvocation: true,
  onInvocationEnd: true,
  onOperationStart: true,
  wrapChildContextFn: true,
  onOperationEnd: true,
  onOperationAttemptStart: true,
  wrapOperationAttemptFn: true,
  onOperationAttemptEnd: true,
  onOperationChange: true,
  onInvocationMeasured: true,
  providePropagationMetadata: true,
  enrichLogContext: true,
};

/** Whether an object has a hook, its own or inherited. */
function isPlugin(entry: unknown): entry is DurableInstrumentationPlugin {
  const members = asRecord(entry);
  return Object.keys(HOOKS).some((hook) => typeof members[hook] === 'function');
}

function isObject(entry: unknown): entry is object {
  return (typeof entry === 'object' && entry !== null) || typeof entry === 'function';
}

function describe(entry: unknown): string {
  if (entry === null || entry === undefined) return String(entry);
  if (Array.isArray(entry)) return 'an array';
  if (typeof entry === 'function')
    return /^class\b/.test(Function.prototype.toString.call(entry)) ? 'a class' : 'a function';
  return typeof entry === 'object' ? 'an object without hooks' : `a ${typeof entry}`;
}
