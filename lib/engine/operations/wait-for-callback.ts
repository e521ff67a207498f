import type { ChildFunc, DurableContext } from '../context/durable-context.js';
import { CallbackError, CallbackSubmitterError, type DurableOperationError } from '../base/errors/operation-errors.js';
import { readKept } from '../base/errors/kept-text.js';
import { childContextErrorOf, wrapAs } from '../base/errors/rebuild-as.js';
import { defaultSerdes } from '../base/serdes/default-serdes.js';
import type { AnySerdes, AnySerdesDeserializer, SerdesConfig } from '../base/serdes/serdes.js';
import type { OperationScope } from '../scope.js';
import { aFunction, aSerdes, assertConfig, assertFunction } from './call-checks.js';
import { callbackOptionsOf } from './callback.js';
import type { WaitForCallbackConfig, WaitForCallbackSubmitterFunc } from './callback-config.js';
import type { ChildConfig } from './child-context-config.js';

const rawText: Pick<AnySerdes, 'serialize' | 'deserialize'> = {
  serialize: (text: string | undefined) => Promise.resolve(text),
  deserialize: (text) => Promise.resolve(text),
};

const CHECKS = [aFunction('retryStrategy'), aSerdes('serdes', 'deserialize')];

/** Looks at all that its operations will be given, so that what is wrong is told of the call itself. */
export function assertCanWaitForCallback<T>(
  submitter: WaitForCallbackSubmitterFunc,
  config: WaitForCallbackConfig<T> | null | undefined,
  operation: OperationScope,
): void {
  assertFunction(submitter, operation, 'a function that hands the callback id to whoever will answer');
  assertConfig(config, operation, CHECKS);
  callbackOptionsOf(config ?? {}, operation);
}

/** The body of `waitForCallback`: a callback, the step that hands out its id, and the result. */
export function waitForCallbackBody<T>(
  submitter: WaitForCallbackSubmitterFunc,
  { timeout, heartbeatTimeout, retryStrategy }: WaitForCallbackConfig<T>,
  isConverted: boolean,
): ChildFunc<T> {
  return async (context: DurableContext) => {
    const serdes = isConverted ? rawText : undefined;
    const [result, callbackId] = await context.createCallback({ timeout, heartbeatTimeout, serdes });
    await context.step((attempt) => submitter(callbackId, attempt), { retryStrategy });
    // Where it is converted, the text itself: the context's own serdes does that, on the first run as on every replay.
    return result as Promise<T>;
  };
}

/**
 * The callback's text is stored like any text; where a deserializer for callbacks is configured, as it came (so does
 * the official SDK). It is converted once, by whoever awaits the operation.
 */
export function waitForCallbackConfig<T>(
  deserializer: AnySerdesDeserializer | undefined,
  { defaultSerdes: storing = defaultSerdes, defaultCallbackDeserializer }: SerdesConfig,
): ChildConfig<T> {
  const converting = deserializer ?? defaultCallbackDeserializer;
  const stored = defaultCallbackDeserializer ? rawText : storing;
  return {
    subType: 'WaitForCallback',
    serdes: converting && {
      serialize: (text, context) => stored.serialize(text, context),
      deserialize: async (text, context): Promise<T | undefined> =>
        (await converting.deserialize((await stored.deserialize(text, context)) as string | undefined, context)) as T,
    },
    errorMapper: callbackErrorOf,
  };
}

/** A callback's own errors pass as they are, and a failed step can only have been the submitter. */
function callbackErrorOf(failure: DurableOperationError): DurableOperationError {
  if (failure instanceof CallbackError) return failure;
  // What is kept of a cause is what user code threw, and here the submitter is the only one to throw.
  const isOfStep = failure.cause?.name === 'StepError' || readKept(failure.errorData) !== undefined;
  return isOfStep ? wrapAs(CallbackSubmitterError, failure) : childContextErrorOf(failure);
}
