import { readCallback } from '../../wire/callback-value.js';
import { type CallbackOptions, isTerminalStatus, type Operation } from '../../wire/operation.js';
import { UnreadableAnswerError } from '../../wire/unreadable-answer.js';
import type { DurablePromise } from '../base/durable-promise.js';
import { type Duration, secondsOf, toDelaySeconds } from '../base/duration.js';
import { CheckpointError } from '../base/errors/checkpoint-error.js';
import { CallbackError, CallbackExternalError, CallbackTimeoutError } from '../base/errors/operation-errors.js';
import { rebuildAs } from '../base/errors/rebuild-as.js';
import type { Next, OperationDefinition, OperationScope } from '../scope.js';
import { decodeJson } from '../base/serdes/conversion.js';
import { decodeFor } from './asked-functions.js';
import { aSerdes, assertConfig, aSubType } from './call-checks.js';
import type { CreateCallbackConfig, CreateCallbackResult } from './callback-config.js';
import { answer, end, save } from './next.js';
import { formOf, recordedOrAwaited, type ResultForm } from './result-form.js';

/** The longest callback timeout that the service is known to accept, in seconds (docs/protocol.md#shapes-and-sizes). */
const MAX_TIMEOUT_SECONDS = 99_999_999;

const CHECKS = [aSerdes('serdes', 'deserialize'), aSubType];

/**
 * A result from outside. The operation itself resolves when its id is known; the result is a separate promise, so that
 * a failure surfaces only where the result is awaited.
 */
export class Callback<T> implements OperationDefinition<CreateCallbackResult<T>> {
  readonly type = 'CALLBACK';
  readonly subType: string;
  readonly #config: CreateCallbackConfig<T>;
  readonly #form: ResultForm;

  constructor(config: CreateCallbackConfig<T> | null = {}) {
    this.#config = config ?? {};
    this.subType = this.#config.subType ?? 'Callback';
    this.#form = resultFormOf(this.#config);
  }

  /** The record has the id, also if the callback has not completed. */
  isAnswered(existing: Operation | undefined): boolean {
    return existing !== undefined;
  }

  start(operation: OperationScope): Next<CreateCallbackResult<T>> {
    assertConfig(this.#config, operation, CHECKS);
    return save('START', { CallbackOptions: callbackOptionsOf(this.#config, operation) }, () => {
      const { record } = operation;
      return record && hasIdOrEnd(record) ? { does: 'replay', record } : notAnswered(operation);
    });
  }

  replay(operation: OperationScope, record: Operation): Next<CreateCallbackResult<T>> {
    const callbackId = record.CallbackDetails?.CallbackId;
    if (!callbackId) return creationFailed(operation);
    const next = () => recordedOrAwaited<T>(this.#form, operation, record);
    return answer((result) => [result as DurablePromise<T>, callbackId], next);
  }
}

/**
 * The timeouts of a callback, in the form that the service accepts.
 *
 * @throws {ConfigValidationError} when one is not a duration
 */
export function callbackOptionsOf(
  { timeout, heartbeatTimeout }: Pick<CreateCallbackConfig, 'timeout' | 'heartbeatTimeout'>,
  { label }: Pick<OperationScope, 'label'>,
): CallbackOptions {
  return {
    ...(timeout !== undefined && { TimeoutSeconds: timeoutSeconds(`The timeout of ${label}`, timeout) }),
    ...(heartbeatTimeout !== undefined && {
      HeartbeatTimeoutSeconds: timeoutSeconds(`The heartbeatTimeout of ${label}`, heartbeatTimeout),
    }),
  };
}

/** 0 is no timeout. */
function timeoutSeconds(what: string, timeout: Duration): number {
  const seconds = secondsOf(timeout, what, MAX_TIMEOUT_SECONDS);
  return seconds === 0 ? 0 : toDelaySeconds(seconds, MAX_TIMEOUT_SECONDS);
}

/** A value that this package has sent arrives as that value; a serdes receives its JSON. */
function resultFormOf<T>({ serdes }: CreateCallbackConfig<T>): ResultForm {
  const serdesOf = ({ defaultCallbackDeserializer }: OperationScope) => serdes ?? defaultCallbackDeserializer;
  return {
    ...formOf(undefined),
    runsUserCode: (operation) => serdesOf(operation) !== undefined,
    decode(recorded, operation) {
      const serdesInUse = serdesOf(operation);
      const { text, json } = readCallback(recorded);
      if (serdesInUse) return decodeFor(operation, json ?? text, serdesInUse);
      return json === undefined ? text : decodeJson(json, operation);
    },
    errorOf: (recorded, status) =>
      rebuildAs<CallbackError>(status === 'TIMED_OUT' ? CallbackTimeoutError : CallbackExternalError, recorded),
  };
}

function hasIdOrEnd({ Status, CallbackDetails }: Operation): boolean {
  return isTerminalStatus(Status) || Boolean(CallbackDetails?.CallbackId);
}

/**
 * The response does not have the callback or its id, but the state of the next invocation will: an error that code could
 * catch would exist only now.
 */
function notAnswered({ label }: OperationScope): never {
  const problem = `The response to CheckpointDurableExecution does not contain the id of ${label}, which the call has started.`;
  throw CheckpointError.fromException(new UnreadableAnswerError(problem));
}

/** Without an id it could never be completed. */
function creationFailed<T>({ label }: OperationScope): Next<T> {
  return end<T>(() => {
    throw new CallbackError(`The service returned no callback id for ${label}.`);
  });
}
