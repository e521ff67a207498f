import type { DurableContext } from '../../engine/context/durable-context.js';
import { ambientDurableContext } from '../pipeline/ambient-durable-context.js';

type AsyncMethod = (...args: never[]) => Promise<unknown>;

/** A decorator of methods that return a promise: inside an execution their results come from what was saved. */
export type AsyncMethodDecorator = <T extends AsyncMethod>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<T>,
) => void;

/** Runs the method as an operation of the context in which it was called. */
export type RunAsOperation = (context: DurableContext, name: string, body: () => Promise<unknown>) => Promise<unknown>;

/**
 * Makes a method a durable operation when it is called where operations may be called, and leaves it a plain method
 * everywhere else: outside executions, in guards, and inside a step, of which it is then a part.
 */
export function ambientOperation(name: string | undefined, run: RunAsOperation): AsyncMethodDecorator {
  return (_target, key, descriptor) => {
    const method = descriptor.value as unknown as AsyncMethod;
    const operation = function (this: unknown, ...args: never[]): Promise<unknown> {
      const context = ambientDurableContext();
      const body = async () => method.apply(this, args);
      return context ? run(context, name ?? String(key), body) : method.apply(this, args);
    };
    descriptor.value = dressedAs(method, operation) as typeof descriptor.value;
  };
}

/** What other decorators have said of the method, and its name, stay with it. */
function dressedAs(method: AsyncMethod, operation: AsyncMethod): AsyncMethod {
  for (const key of Reflect.getOwnMetadataKeys(method)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), operation);
  }
  return Object.defineProperties(operation, {
    name: { value: method.name, configurable: true },
    length: { value: method.length, configurable: true },
  });
}
