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

/** Checks all arguments of its operations, so that a mistake is reported for the call itself. */
export function assertCanWaitForCallback<T>(
  submitter: WaitForCallbackSubmitterFunc,
  config: WaitForCallbackConfig<T> | null | undefined,
  operation: OperationScope,
): void {
  assertFunction(submitter, operation, 'a function that sends the callback id to the system that will complete it');
  assertConfig(config, operation, CHECKS);
  callbackOptionsOf(config ?? {}, operation);
}

/** The body of `waitForCallback`: a callback, the step that sends out its id, and the result. */
export function waitForCallbackBody<T>(
  submitter: WaitForCallbackSubmitterFunc,
  { timeout, heartbeatTimeout, retryStrategy }: WaitForCallbackConfig<T>,
  isConverted: boolean,
): ChildFunc<T> {
  return async (context: DurableContext) => {
    const serdes = isConverted ? rawText : undefined;
    const [result, callbackId] = await context.createCallback({ timeout, heartbeatTimeout, serdes });
    // Without its result, which nobody receives: often a response of an HTTP client, which cannot be saved.
    await context.step(async (attempt) => void (await submitter(callbackId, attempt)), { retryStrategy });
    // If it is converted, the result is the text itself: the context's own serdes converts it, on the first run as on
    // every replay.
    return result as Promise<T>;
  };
}

/**
 * The callback's text is stored like any text; if a deserializer for callbacks is configured, it is stored unchanged
 * (as in the official SDK). It is converted once, for the code that awaits the operation.
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

/** A callback's own errors stay unchanged, and a failed step can only have been the submitter. */
function callbackErrorOf(failure: DurableOperationError): DurableOperationError {
  if (failure instanceof CallbackError) return failure;
  // The recorded cause is what user code threw, and here only the submitter can throw.
  const isOfStep = failure.cause?.name === 'StepError' || readKept(failure.errorData) !== undefined;
  return isOfStep ? wrapAs(CallbackSubmitterError, failure) : childContextErrorOf(failure);
}
