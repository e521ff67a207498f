import type { DurableMark } from '../decorators/durable-options.js';
import {
  DURABLE_METADATA,
  LAMBDA_EVENT_METADATA,
  MARKED_METADATA,
  NestMetadata,
  OPERATION_METADATA,
  PLACE_METADATA,
  WEBHOOK_METADATA,
} from '../durable-execution.constants.js';
import type { HandlerMethod } from './discovered-handler.js';

/**
 * Writes the metadata of a decorator twice: on the function, and under the name of the method on its class, because a
 * decorator above that wraps the function may lose it.
 */
export function markMethod(key: string, mark: unknown, { target, name, method }: MarkedPlace): void {
  Reflect.defineMetadata(key, mark, method);
  // Static methods are not searched.
  if (typeof target === 'function') return;
  const { constructor } = target;
  Reflect.defineMetadata(PLACE_METADATA, { className: constructor.name, methodName: String(name) }, method);
  const byName = Reflect.getOwnMetadata(key, constructor) as Record<string | symbol, unknown> | undefined;
  Reflect.defineMetadata(key, { ...byName, [name]: mark }, constructor);
  // Operations are called, and not looked for.
  if (key !== OPERATION_METADATA) Reflect.defineMetadata(MARKED_METADATA, true, constructor);
}

/**
 * Whether a class or one that it extends has methods that the boot looks for. The question is put to every provider of an
 * application, so it is answered by one look at each of these classes: inspecting all methods would be most of the boot.
 */
export function hasMarkedMethods(constructor: unknown): boolean {
  let level = constructor;
  while (typeof level === 'function' && level !== Function.prototype) {
    if (Reflect.hasOwnMetadata(MARKED_METADATA, level)) return true;
    level = Object.getPrototypeOf(level);
  }
  return false;
}

/** Of methods that are found by their names. */
const DECORATORS = {
  [DURABLE_METADATA]: '@Durable()',
  [LAMBDA_EVENT_METADATA]: '@LambdaEvent()',
  [WEBHOOK_METADATA]: '@CompletesCallback()',
};

/** The marked methods of which a decorator has made accessors, such as one that binds them: Nest lists methods only. */
export function* markedAccessorsOf(prototype: object): Generator<{ decorator: string; methodName: string }> {
  for (const [key, decorator] of Object.entries(DECORATORS)) {
    let level: object | null = prototype;
    for (; level; level = Object.getPrototypeOf(level) as object | null) {
      for (const methodName of Object.keys(
        (Reflect.getOwnMetadata(key, level.constructor) as object | undefined) ?? {},
      )) {
        // An override is not decorated.
        if (declaringPrototype(prototype, methodName) !== level) continue;
        if (Object.getOwnPropertyDescriptor(level, methodName)?.get) yield { decorator, methodName };
      }
    }
  }
}

export interface MarkedPlace {
  target: object;
  name: string | symbol;
  method: object;
}

/**
 * The metadata of a decorator on a method, also if it was lost from the function. Only the class that declares the
 * method is searched: a method that overrides a decorated one is not decorated.
 */
export function markOf<M>(key: string, { target, name, method }: MarkedPlace): M | undefined {
  const own = Reflect.getMetadata(key, method) as M | undefined;
  if (own !== undefined) return own;
  const declaring = declaringPrototype(target, name);
  const byName = declaring && (Reflect.getOwnMetadata(key, declaring.constructor) as Record<string | symbol, M>);
  return byName?.[name];
}

/** The prototype that has a method itself: a subclass inherits it. */
export function declaringPrototype(prototype: object | undefined, name: PropertyKey): object | undefined {
  let level: object | null | undefined = prototype;
  while (level && !Object.hasOwn(level, name)) level = Object.getPrototypeOf(level) as object | null;
  return level ?? undefined;
}

/** What decorators have said to Nest of the parameters of a method. */
export function describedParameters<P>(host: object, name: string | symbol): Record<string, P> {
  return (Reflect.getMetadata(NestMetadata.PARAMETERS, host, name) ?? {}) as Record<string, P>;
}

/** The metadata of `@Durable()` on a method as it is called. */
export function durableOptionsOf(method: HandlerMethod): DurableMark | undefined {
  return Reflect.getMetadata(DURABLE_METADATA, method) as DurableMark | undefined;
}

/** The same, also if a decorator above has lost it. */
export function durableMarkOf(method: HandlerMethod, target: object, name: string): DurableMark | undefined {
  return markOf(DURABLE_METADATA, { target, name, method });
}

/** The decorator that makes calls of a method operations, `@Step()` or `@ChildContext()`; `undefined` without one. */
export function operationMarkOf(method: HandlerMethod, target: object, name: string): string | undefined {
  return markOf(OPERATION_METADATA, { target, name, method });
}

export function isRoute(method: HandlerMethod): boolean {
  return Reflect.hasMetadata(NestMetadata.ROUTE_PATH, method);
}
