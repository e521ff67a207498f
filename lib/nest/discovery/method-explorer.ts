import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { OPERATION_METADATA } from '../durable-execution.constants.js';
import type { HandlerMethod, InstanceWrapper } from './discovered-handler.js';
import { hasMarkedMethods, markOf } from './method-marks.js';

/** A method with metadata of a decorator. */
export interface MarkedMethod<M> {
  readonly mark: M;
  readonly host: InstanceWrapper;
  readonly tokens: readonly unknown[];
  readonly prototype: object;
  readonly className: string;
  readonly methodName: string;
  readonly method: HandlerMethod;
}

const explorers = new WeakMap<ModulesContainer, MethodExplorer>();

/** A provider or controller whose class has, or inherits, marked methods. */
export interface Candidate {
  readonly host: InstanceWrapper;
  /** Under which the instance is provided. */
  readonly tokens: readonly unknown[];
  readonly prototype: object;
  /** Of the methods to look through: none where all marked methods are operations. */
  readonly methodNames: readonly string[];
}

/**
 * Walks the container for methods that decorators have marked. It returns data and does nothing else. A boot asks it a
 * dozen times, and few classes have marks: so it walks the container once for all of these questions.
 */
export class MethodExplorer {
  readonly #scanner = new MetadataScanner();
  #providers: readonly Candidate[] = [];
  #controllers: readonly Candidate[] = [];

  private constructor(private readonly modules: ModulesContainer) {
    this.#look(false);
  }

  /** The one explorer of an application. */
  static of(modules: ModulesContainer): MethodExplorer {
    let explorer = explorers.get(modules);
    if (!explorer) explorers.set(modules, (explorer = new MethodExplorer(modules)));
    return explorer;
  }

  /** Factories have made their instances since the last walk. */
  lookAgain(): void {
    this.#look(true);
  }

  #look(haveFactoriesRun: boolean): void {
    const modules = [...this.modules.values()];
    this.#providers = distinct(modules.flatMap(({ providers }) => this.#candidatesOf(providers, haveFactoriesRun)));
    this.#controllers = modules.flatMap(({ controllers }) => this.#candidatesOf(controllers, haveFactoriesRun));
  }

  get classes(): readonly Candidate[] {
    return [...this.#providers, ...this.#controllers];
  }

  /** @param key - of the metadata of a decorator @typeParam M - that metadata */
  ofProviders<M>(key: string): MarkedMethod<M>[] {
    return markedMethods(this.#providers, key);
  }

  ofControllers<M>(key: string): MarkedMethod<M>[] {
    return markedMethods(this.#controllers, key);
  }

  ofAll<M>(key: string): MarkedMethod<M>[] {
    return [...this.ofProviders<M>(key), ...this.ofControllers<M>(key)];
  }

  #candidatesOf(hosts: ReadonlyMap<unknown, InstanceWrapper>, haveFactoriesRun: boolean): Candidate[] {
    const candidates: Candidate[] = [];
    for (const host of hosts.values()) {
      const prototype = prototypeOf(host) ?? (haveFactoriesRun ? prototypeOfScoped(host) : undefined);
      if (!prototype) continue;
      const isMarked = hasMarkedMethods(prototype.constructor);
      if (!isMarked && !Reflect.hasMetadata(OPERATION_METADATA, prototype.constructor)) continue;
      const methodNames = isMarked ? this.#scanner.getAllMethodNames(prototype) : [];
      candidates.push({ host, tokens: [host.token], prototype, methodNames });
    }
    return candidates;
  }
}

/** A factory, a value or an alias may provide an instance under a further token: Nest makes the enhancers of its class. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const found = new Map<unknown, Candidate>();
  const isAlias = ({ host }: Candidate) => host.isAlias;
  for (const candidate of [...candidates.filter((one) => !isAlias(one)), ...candidates.filter(isAlias)]) {
    const key: unknown = candidate.host.instance ?? candidate;
    const other = found.get(key);
    // Each alias of a transient provider has an instance of its own.
    if (!other && isAlias(candidate)) continue;
    const isOfClass = candidate.host.metatype === candidate.prototype.constructor;
    const tokens = [...(other?.tokens ?? []), ...candidate.tokens];
    found.set(key, { ...(isOfClass || !other ? candidate : other), tokens });
  }
  return [...found.values()];
}

function markedMethods<M>(candidates: readonly Candidate[], key: string): MarkedMethod<M>[] {
  return candidates.flatMap(({ host, tokens, prototype, methodNames }) =>
    methodNames.flatMap((methodName) => {
      const method = (prototype as Record<string, HandlerMethod>)[methodName] as HandlerMethod;
      const mark = markOf<M>(key, { target: prototype, name: methodName, method });
      return mark === undefined
        ? []
        : [{ mark, host, tokens, prototype, className: prototype.constructor.name, methodName, method }];
    }),
  );
}

/**
 * Where the methods of a provider are. A factory that has not run yet, a value without a prototype and a missing
 * instance have no methods to list.
 */
function prototypeOf({ instance, metatype, inject }: InstanceWrapper): object | undefined {
  if (typeof instance === 'object' && instance !== null)
    return (Object.getPrototypeOf(instance) as object | null) ?? undefined;
  const isClass = typeof metatype === 'function' && !inject;
  return isClass ? (metatype.prototype as object | undefined) : undefined;
}

/** A factory that runs for each call has made nothing yet: what it makes is taken for an instance of its token. */
function prototypeOfScoped(host: InstanceWrapper): object | undefined {
  const { isAlias, token } = host;
  if (isAlias || typeof token !== 'function' || (host.isDependencyTreeStatic() && !host.isTransient)) return undefined;
  return token.prototype as object | undefined;
}
