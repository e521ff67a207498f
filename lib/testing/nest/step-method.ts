import type { Type } from '@nestjs/common';
import { durableFormOf } from '../../nest/decorators/ambient-operation.js';
import type { AsyncMethod, DurableForm } from '../../nest/decorators/durable-form.js';
import { operationMarkOf } from '../../nest/discovery/method-marks.js';
import { methodsOf } from './methods-of.js';

/** The names of a class's methods that can be steps. */
export type StepMethod<T> = { [K in keyof T]: T[K] extends AsyncMethod ? K : never }[keyof T] & string;

/** A body in the place of a method's: with its arguments, and its result. */
export type StepBody<F> = F extends (...args: infer Args) => Promise<infer R>
  ? (...args: Args) => R | Promise<R>
  : never;

/** What the steps of a method result in. */
export type StepResult<F> = F extends (...args: never[]) => Promise<infer R> ? R : never;

/** A class, also an abstract one. */
export type Host<T extends object> = Type<T> | (abstract new (...args: never[]) => T);

/**
 * The name under which the calls of a `@Step()` method are recorded, for whatever takes names: `until({ step })`, `once`,
 * `compensations`.
 * @throws {Error} when the method is no step; the message lists those there are
 * @example
 * ```ts
 * await run.until({ step: stepName(Payments, 'charge') });
 * ```
 */
export function stepName<T extends object>(host: Host<T>, method: StepMethod<T>): string {
  return formOf(host, method).operationName;
}

/** The same for what takes either: a name, or a class and the name of its method. */
export function nameOfStep(step: string | Host<object>, method?: string): string {
  return typeof step === 'string' ? step : formOf(step, method ?? '').operationName;
}

/** What a method is made a step by. @throws {Error} when it is no step */
export function formOf(host: Host<object>, method: string): DurableForm {
  assertClass(host);
  const { name } = host;
  const prototype = host.prototype as object;
  const member = (prototype as Record<string, unknown>)[method];
  const form = typeof member === 'function' ? durableFormOf(member) : undefined;
  if (form && form.decorator !== '@Step()') {
    throw new Error(
      `${name}.${method} is a ${form.decorator}: only steps have a body of their own. Name a step in it.`,
    );
  }
  if (form) return form;
  if (typeof member === 'function' && operationMarkOf(member as never, prototype, method) !== undefined) {
    throw new Error(
      `${name}.${method} is a step, and another decorator above @Step() hides it. Put @Step() above, or give the name of the step.`,
    );
  }
  throw new Error(`${name}.${method} is no @Step(). The steps of ${name}: ${listed(stepsOf(prototype))}.`);
}

/** @throws {TypeError} for what is no class, such as an import of two files that import each other */
export function assertClass(host: unknown): void {
  if (typeof host === 'function') return;
  throw new TypeError(`A step is named by its name, or by a class and its method, and not by ${String(host)}.`);
}

/** The steps of a class, its bases included, by the names of their methods. */
export function stepsOf(prototype: object): Map<string, DurableForm> {
  const found = new Map<string, DurableForm>();
  for (const { name, form } of methodsOf(prototype)) {
    if (form?.decorator === '@Step()' && !found.has(name)) found.set(name, form);
  }
  return found;
}

export function listed(steps: ReadonlyMap<string, DurableForm>): string {
  const texts = [...steps].map(([method, { operationName }]) =>
    operationName === method ? method : `${method} (${JSON.stringify(operationName)})`,
  );
  return texts.join(', ') || 'none';
}
