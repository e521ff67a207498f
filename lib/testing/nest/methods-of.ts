import { durableFormOf } from '../../nest/decorators/ambient-operation.js';
import type { DurableForm } from '../../nest/decorators/durable-form.js';
import type { HandlerMethod } from '../../nest/discovery/discovered-handler.js';

export interface FoundMethod {
  /** The prototype that declares it. */
  owner: object;
  name: string;
  method: HandlerMethod;
  /** Absent: the method is not a durable operation, or another decorator hides that it is. */
  form: DurableForm | undefined;
}

/** The methods of a class and of those that it extends; one that is overridden comes after the one that overrides it. */
export function* methodsOf(prototype: object | null): Generator<FoundMethod> {
  for (
    let owner = prototype;
    owner && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof value !== 'function' || name === 'constructor') continue;
      yield { owner, name, method: value as HandlerMethod, form: durableFormOf(value as HandlerMethod) };
    }
  }
}
