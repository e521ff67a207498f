import { type InvocationTime, lateAfterMs } from '../deadline/late-after-ms.js';
import { normaliseThrown } from '../../base/errors/error-object.js';
import { CalledOnce } from './called-once.js';
import type { DurableInstrumentationPlugin, PropagationInput } from './plugin.js';
import { traceHeaderIn } from './propagation.js';

type HookName = keyof DurableInstrumentationPlugin;
/** Hooks that receive reports. */
type TellingHook = Extract<HookName, `on${string}`>;
/** Hooks that run a part of the execution. */
type WrappingHook = Extract<HookName, `wrap${string}`>;
type InfoOf<K extends TellingHook | WrappingHook> = Parameters<NonNullable<DurableInstrumentationPlugin[K]>>[0];

/** A plugin that has delayed the execution for this long is abandoned: sending traces takes seconds. */
const LONGEST_WAIT_MS = 30_000;

/** The error of a plugin in a log record. */
export interface PluginFailure {
  message: string;
  plugin: string;
  hook: string;
  errorType: string;
  errorMessage: string;
}

export interface PluginCallsOptions extends InvocationTime {
  plugins: readonly DurableInstrumentationPlugin[];
  /** Waiting for a plugin starts (1) or ends (-1). */
  onWaiting(by: 1 | -1): void;
  onFailure(failure: PluginFailure): void;
}

interface Place {
  plugin: DurableInstrumentationPlugin;
  hook: HookName;
}

/** Calls plugins so that none of them can change the execution, or disturb another. */
export class PluginCalls {
  readonly #options: PluginCallsOptions;
  readonly #active: Set<DurableInstrumentationPlugin>;
  /** Which plugins have which hook, as far as it is known. */
  readonly #listening = new Map<HookName, DurableInstrumentationPlugin[]>();
  readonly #reported = new Map<DurableInstrumentationPlugin, Set<HookName>>();

  constructor(options: PluginCallsOptions) {
    this.#options = options;
    this.#active = new Set(options.plugins);
  }

  isHeard(hook: HookName): boolean {
    return this.#with(hook).length > 0;
  }

  /** Calls every plugin with the hook, concurrently, and awaits them. @param info - created for each of them */
  async tell<K extends TellingHook>(hook: K, info: (plugin: DurableInstrumentationPlugin) => InfoOf<K>): Promise<void> {
    const listening = this.#with(hook);
    if (listening.length === 0) return;
    await Promise.all(listening.flatMap((plugin) => this.#tellOne({ plugin, hook }, () => info(plugin)) ?? []));
  }

  /** Runs `body` inside the hook of every plugin that has one, the first outermost; settles as the body does. */
  wrap<K extends WrappingHook, T>(hook: K, info: () => InfoOf<K>, body: () => Promise<T>): Promise<T> {
    const run = this.#with(hook).reduceRight<() => Promise<T>>(
      (inner, plugin) => () => this.#wrapIn({ plugin, hook }, info, inner),
      body,
    );
    return run();
  }

  /** The trace header of a chained invoke, from the first plugin that sets one. */
  traceHeader(input: PropagationInput): string | undefined {
    let first: { header: string; plugin: DurableInstrumentationPlugin } | undefined;
    for (const plugin of this.#with('providePropagationMetadata')) {
      try {
        const header = traceHeaderIn(plugin.providePropagationMetadata!(Object.freeze({ ...input })));
        if (header === undefined || header === first?.header) continue;
        if (first) throw new Error(`It sets another trace header than ${nameOf(first.plugin)}, which comes first.`);
        first = { header, plugin };
      } catch (error) {
        this.#report({ plugin, hook: 'providePropagationMetadata' }, error);
      }
    }
    return first?.header;
  }

  /** The fields that all plugins add to a log record. */
  logFields(): Record<string, unknown> {
    const fields = {};
    for (const plugin of this.#with('enrichLogContext')) {
      try {
        Object.assign(fields, plugin.enrichLogContext!());
      } catch (error) {
        this.#report({ plugin, hook: 'enrichLogContext' }, error);
      }
    }
    return fields;
  }

  #with(hook: HookName): DurableInstrumentationPlugin[] {
    let listening = this.#listening.get(hook);
    if (!listening) {
      listening = [...this.#active].filter((plugin) => typeof plugin[hook] === 'function');
      this.#listening.set(hook, listening);
    }
    return listening;
  }

  #tellOne(place: Place, info: () => unknown): Promise<void> | undefined {
    const ended = this.#ended(place, () => callHook(place, info()));
    return ended && this.#waitFor(place, ended);
  }

  async #wrapIn<T>(place: Place, info: () => unknown, inner: () => Promise<T>): Promise<T> {
    const body = new CalledOnce(inner);
    const wrapper = this.#ended(place, () => callHook(place, info(), body.call), body);
    if (wrapper && !body.isCalled) await this.#waitFor(place, Promise.race([wrapper, body.called]));
    const outcome = await body.call().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (wrapper) await this.#waitFor(place, wrapper);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /**
   * Calls a hook. @returns a promise that resolves when it has ended, whatever the result; nothing if it need not be
   * awaited
   */
  #ended(place: Place, call: () => unknown, body?: CalledOnce<unknown>): Promise<void> | undefined {
    const failed = (error: unknown) => {
      if (!body?.failedWith(error)) this.#report(place, error);
    };
    try {
      const returned = call() as PromiseLike<unknown> | undefined | null;
      if (typeof returned?.then !== 'function') return undefined;
      return Promise.resolve(returned).then(ignore, failed);
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  /** Waits as long as a plugin may take; after that it is not called again. */
  async #waitFor(place: Place, ended: Promise<void>): Promise<void> {
    if (!this.#active.has(place.plugin)) return;
    this.#options.onWaiting(1);
    const lateMs = await lateAfterMs(this.#options, LONGEST_WAIT_MS, ended);
    if (lateMs !== undefined) this.#giveUp(place, lateMs);
    this.#options.onWaiting(-1);
  }

  #giveUp(place: Place, limitMs: number): void {
    this.#active.delete(place.plugin);
    this.#listening.clear();
    this.#report(
      place,
      new Error(`It did not end within ${limitMs} ms; the plugin is not called again in this invocation.`),
    );
  }

  /** Reported once for each hook of a plugin: a hook that fails usually fails often. */
  #report({ plugin, hook }: Place, thrown: unknown): void {
    const reported = this.#reported.get(plugin) ?? new Set();
    if (reported.has(hook)) return;
    this.#reported.set(plugin, reported.add(hook));
    const { name: errorType, message: errorMessage } = normaliseThrown(thrown);
    const name = nameOf(plugin);
    const message = `${hook} of plugin ${name} failed; the execution continues without it.`;
    this.#options.onFailure({ message, plugin: name, hook, errorType, errorMessage });
  }
}

function nameOf(plugin: DurableInstrumentationPlugin): string {
  return plugin.constructor?.name ?? 'Object';
}

function callHook({ plugin, hook }: Place, ...args: unknown[]): unknown {
  return (plugin[hook] as (...args: unknown[]) => unknown).apply(plugin, args);
}

const ignore = () => undefined;
