import type { Observable } from 'rxjs';
import type { DurableContext } from '../../engine/context/durable-context.js';

// Parameters are contravariant: only `never[]` is accepted by every method.
type AnyMethod = (...args: never[]) => unknown;

/** The names of a class's public methods. */
export type MethodName<T> = { [K in keyof T]: T[K] extends AnyMethod ? K : never }[keyof T] & string;

/** The name of a method, left out when the class has only one. */
export type MethodArgument<T, K> = IsUnion<MethodName<T>> extends true ? [method: K] : [method?: K];

/** The input type of a method: its first parameter that is not a durable context. */
export type InputOf<F> = F extends (...args: infer Parameters) => unknown ? FirstInput<Parameters> : never;

/** The result type of a method. */
export type ResultOf<F> = F extends (...args: never[]) => infer R ? Emitted<Awaited<R>> : never;

type FirstInput<Parameters extends unknown[]> = Parameters extends [infer First, ...infer Rest]
  ? First extends DurableContext
    ? FirstInput<Rest>
    : First
  : undefined;

type Emitted<R> = R extends Observable<infer Value> ? Value : R;

type IsUnion<T, Member = T> = Member extends T ? ([T] extends [Member] ? false : true) : never;
