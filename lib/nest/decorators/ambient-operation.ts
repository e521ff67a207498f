import { handled } from '../../engine/adapter.js';
import type { DurableContext } from '../../engine/context/durable-context.js';
import { markMethod } from '../discovery/method-marks.js';
import { OPERATION_METADATA } from '../durable-execution.constants.js';
import { operationOutsideHandler } from './decorators.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { ambientDurableContext, executionWithoutHandler } from '../pipeline/ambient-durable-context.js';
import { decoratedMethod, placeOfMember } from './decorated-method.js';
import { inPlaceOf } from './carried-metadata.js';
import type { AsyncMethod, DurableForm } from './durable-form.js';
import { standIns } from './stand-ins.js';

/** The key under which a durable method keeps its decorator, for replacements of the method. */
const DURABLE_FORM = Symbol.for('nestjs-durable-execution:durable-form');

/** A decorator of methods that return a promise: inside an execution their results come from what was saved. */
export type AsyncMethodDecorator = <T extends AsyncMethod>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<T>,
) => void;

/** A call of a durable method. */
export interface AmbientCall {
  body(): Promise<unknown>;
  /** The instance on which it was called. */
  self: unknown;
  args: readonly never[];
}

export interface AmbientOperation {
  /** The decorator's name in messages, such as `@Step()`. */
  decorator: string;
  /** @defaultValue the name of the method */
  name: string | undefined;
  /** Runs the method as an operation of the caller's context. */
  run(context: DurableContext, name: string, call: AmbientCall): Promise<unknown>;
}

/**
 * Makes a method a durable operation when it is called in a durable method. Outside executions it stays a plain method.
 * Inside a step it is a plain method too, and part of that step.
 *
 * Anywhere else in an execution, the call could not be saved and would run again in each invocation. So it rejects, and
 * the execution fails even if the error is caught.
 */
export function ambientOperation({ decorator, name, run }: AmbientOperation): AsyncMethodDecorator {
  return (target, key, descriptor) => {
    const decorated = { target, key, descriptor: descriptor as never };
    const plain = decoratedMethod<AsyncMethod>(decorator, decorated, { mayBeStatic: true });
    const place = placeOfMember(target, key);
    const operationName = name ?? String(key);
    const make = (method: AsyncMethod): AsyncMethod => {
      const operation = function (this: unknown, ...args: never[]): Promise<unknown> {
        const context = ambientDurableContext();
        const body = async () => (standIns.of?.(form) ?? method).apply(this, args);
        if (context) return run(context, operationName, { body, self: this, args });
        return refusalWithoutHandler(decorator, place) ?? method.apply(this, args);
      };
      return Object.defineProperty(inPlaceOf(method, operation), DURABLE_FORM, { value: form });
    };
    const form: DurableForm = Object.assign(make, { operationName, decorator });
    const durable = form(plain);
    markMethod(OPERATION_METADATA, decorator, { target, name: key, method: durable });
    descriptor.value = durable as typeof descriptor.value;
  };
}

/** What makes another method the same operation as this one; `undefined` for a method that is none. */
export function durableFormOf(method: object): DurableForm | undefined {
  return (method as { [DURABLE_FORM]?: DurableForm })[DURABLE_FORM];
}

/** In an execution, outside its durable method: a promise that rejects, because the method promises to throw nothing. */
function refusalWithoutHandler(decorator: string, place: string): Promise<never> | undefined {
  const invocation = executionWithoutHandler();
  if (!invocation) return undefined;
  const error = new DurableConfigurationError(operationOutsideHandler(decorator, place));
  const refused = Promise.reject(error);
  // The execution fails with it, also if nothing awaits it, unless it has ended: then only the caller can tell.
  if (!invocation.isSettled) void handled(refused);
  invocation.proposeFailure(error);
  return refused;
}
