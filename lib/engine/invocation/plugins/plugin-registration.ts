import {
  DURABLE_INSTRUMENTATION_PLUGIN_REGISTRATION as REGISTRATION,
  type DurableInstrumentationPluginRegistration,
} from './plugin-factory.js';
import { PluginLoadError } from './plugin-load-error.js';

/** A group of plugins of which one member may be configured. */
export interface Registration {
  readonly name: string;
  readonly exclusiveGroup: string;
}

/** A configured place, and the groups to which it belongs. */
export interface RegisteredPlace {
  /** Its name in messages: its place in the configuration, or the module that provides it. */
  readonly place: string;
  readonly registrations: readonly Registration[];
}

/**
 * The registrations that an entry declares, and for a plugin those of its class and superclasses, each level
 * separately.
 */
export function registrationsOf(entry: object): Registration[] {
  const isClassMade = typeof entry === 'object' && Object.getPrototypeOf(entry) !== Object.prototype;
  const className = isClassMade ? (entry.constructor?.name ?? 'a plugin') : 'a plugin';
  return [entry, ...classesOf(entry)].flatMap((owner) => {
    const { name = className, exclusiveGroup } = declaredBy(owner);
    return exclusiveGroup === undefined ? [] : [{ name, exclusiveGroup }];
  });
}

/** @throws {PluginLoadError} when two plugins belong to one exclusive group */
export function assertExclusive(sources: readonly RegisteredPlace[]): void {
  const holders = new Map<string, string>();
  for (const { place, registrations } of sources) {
    for (const [exclusiveGroup, name] of new Map(registrations.map((one) => [one.exclusiveGroup, one.name]))) {
      const named = `${name} (${place})`;
      const other = holders.get(exclusiveGroup);
      if (other !== undefined) {
        throw new PluginLoadError(
          `${other} and ${named} exclude each other: both belong to the group "${exclusiveGroup}". Configure one of them.`,
        );
      }
      holders.set(exclusiveGroup, named);
    }
  }
}

function classesOf(entry: object): object[] {
  const classes: object[] = [];
  if (typeof entry === 'function') return classes;
  for (let type: unknown = entry.constructor; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    if (Object.hasOwn(type, REGISTRATION)) classes.push(type);
  }
  return classes;
}

function declaredBy(owner: object): DurableInstrumentationPluginRegistration {
  const declared = (owner as { [REGISTRATION]?: unknown })[REGISTRATION];
  return typeof declared === 'object' && declared !== null ? declared : {};
}
