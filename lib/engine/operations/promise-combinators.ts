import type { DurablePromiseCombinators } from '../context/durable-promise-combinators.js';
import { splitName, type Named } from '../context/call-arguments.js';
import { DurablePromise } from '../base/durable-promise.js';
import { ConfigValidationError } from '../base/errors/context-errors.js';
import { type DurableOperationError, PromiseCombinatorError } from '../base/errors/operation-errors.js';
import { wrapAs } from '../base/errors/rebuild-as.js';
import { shown } from '../base/errors/shown.js';
import type { InvocationScope, OperationDefinition, OperationScope } from '../scope.js';
import type { Serdes } from '../base/serdes/serdes.js';
import { settledSerdes } from '../base/serdes/settled-serdes.js';
import { leavePromise } from './call-checks.js';
import { ChildContext } from './child-context.js';

type Arguments<T> = Named<[ReadonlyArray<Promise<T>>]>;

/** Starts an operation of the context to which these combinators belong. */
type BeginOperation = <T>(name: string | undefined, definition: OperationDefinition<T>) => DurablePromise<T>;

/**
 * Combinators whose result is saved: on replay they do not wait again (docs/protocol.md#promise-combinators). They may
 * be called without the object that holds them, as in `const { all } = context.promise`.
 */
export class PromiseCombinators implements DurablePromiseCombinators {
  readonly #begin: BeginOperation;

  readonly #knowledge: InvocationScope['errorKnowledge'];

  constructor(begin: BeginOperation, knowledge: InvocationScope['errorKnowledge'] = () => undefined) {
    this.#begin = begin;
    this.#knowledge = knowledge;
  }

  readonly all = <T>(...args: Arguments<T>): DurablePromise<T[]> => this.#combine('all', args);

  readonly allSettled = <T>(...args: Arguments<T>): DurablePromise<Array<PromiseSettledResult<T>>> => {
    return this.#combine('allSettled', args, settledSerdes(this.#knowledge) as Serdes<Array<PromiseSettledResult<T>>>);
  };

  readonly any = <T>(...args: Arguments<T>): DurablePromise<T> => this.#combine('any', args);

  readonly race = <T>(...args: Arguments<T>): DurablePromise<T> => this.#combine('race', args);

  #combine<T, R>(method: keyof DurablePromiseCombinators, args: Arguments<T>, serdes?: Serdes<R>): DurablePromise<R> {
    const { name, rest } = splitName<[ReadonlyArray<Promise<T>>]>(args);
    const [given] = rest;
    const promises = Array.isArray(given) ? given : [];
    for (const promise of promises) observe(promise);
    const awaitsOthersOnly = promises.every((promise) => promise instanceof DurablePromise);
    const check = (operation: OperationScope) => {
      if (given !== promises) {
        throw new ConfigValidationError(`${operation.label} needs an array of promises, but received ${shown(given)}.`);
      }
      if (method !== 'race' || promises.length > 0) return;
      throw new ConfigValidationError(
        `${operation.label} received no promises, so it would never end. Give at least one.`,
      );
    };
    const calledAs = `context.promise.${method}()`;
    const settings = {
      calledAs,
      serdes,
      errorMapper: combinatorErrorOf,
      awaitsOthersOnly,
      awaitsOuterCode: true,
      check,
    };
    const combine = (Promise[method] as (all: ReadonlyArray<Promise<T>>) => Promise<unknown>).bind(Promise);
    return this.#begin(name, new ChildContext(() => combine(promises) as Promise<R>, settings));
  }
}

/**
 * On replay the promises are not used. They settle nevertheless: after the combinator, code that awaits them again finds
 * them as in the first run. Nothing waits for those that are still open, which may never end.
 */
function observe(promise: unknown): void {
  if (promise instanceof DurablePromise) promise.observe();
  else leavePromise(promise);
}

function combinatorErrorOf(failure: DurableOperationError): PromiseCombinatorError {
  return wrapAs(PromiseCombinatorError, failure);
}
