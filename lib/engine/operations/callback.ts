import { callbackJson } from '../../wire/callback-value.js';
import type { CallbackOptions, ErrorObject, Operation, OperationStatus } from '../../wire/operation.js';
import { Completion } from '../context/completion.js';
import { DurablePromise } from '../durable-promise.js';
import { type Duration, toDelaySeconds, toSeconds } from '../duration.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { CallbackError, CallbackExternalError, CallbackTimeoutError } from '../errors/operation-errors.js';
import { rebuildAs } from '../errors/rebuild-as.js';
import { decode, decodeJson } from '../serdes/conversion.js';
import type { CreateCallbackConfig, CreateCallbackResult } from './callback-config.js';
import type { OperationPlace } from './operation.js';
import { ResultOperation } from './result-operation.js';

/** The longest callback timeout that was seen to be taken, in seconds (PROTOCOL §2.2). */
const MAX_TIMEOUT_SECONDS = 99_999_999;

/**
 * A result that comes from outside (PROTOCOL §5.5). The operation itself ends when its id is known; the result is a
 * promise of its own, so that a failure surfaces only where the result is awaited.
 */
export class CallbackOperation<T> extends ResultOperation<CreateCallbackResult<T>> {
  readonly type = 'CALLBACK';
  readonly subType = 'Callback';
  readonly #config: CreateCallbackConfig<T>;
  readonly #result: Completion<T>;

  constructor(place: OperationPlace, config: CreateCallbackConfig<T> = {}) {
    super(place);
    this.#config = config;
    this.#result = new Completion(place.context);
  }

  protected start(): void {
    const CallbackOptions = this.#options();
    this.busy();
    this.saveStart({ CallbackOptions }, () => this.#creationFailed());
  }

  protected override replay(existing: Operation): void {
    const callbackId = existing.CallbackDetails?.CallbackId;
    if (!callbackId) return this.#creationFailed();
    const result = new DurablePromise(() => this.#result.follow());
    this.completion.settle(() => [result, callbackId]);
    super.replay(existing);
  }

  protected override get outcome(): Completion<T> {
    return this.#result;
  }

  /** What this package has completed a callback with arrives as that value; a serdes is given its JSON. */
  protected override decode(text: string | undefined): unknown {
    const serdes = this.#config.serdes ?? this.context.defaultCallbackDeserializer;
    const json = callbackJson(text);
    if (serdes) return decode(json ?? text, serdes, this);
    return json === undefined ? text : decodeJson(json, this);
  }

  protected override errorOf(recorded: ErrorObject, status: OperationStatus): CallbackError {
    return rebuildAs<CallbackError>(status === 'TIMED_OUT' ? CallbackTimeoutError : CallbackExternalError, recorded);
  }

  /** Without an id nobody could ever complete it. */
  #creationFailed(): void {
    this.completion.settle(() => {
      throw new CallbackError(`The service gave ${this.label} no callback id.`);
    });
  }

  #options(): CallbackOptions {
    const { timeout, heartbeatTimeout } = this.#config;
    return {
      ...(timeout && { TimeoutSeconds: this.#seconds('timeout', timeout) }),
      ...(heartbeatTimeout && { HeartbeatTimeoutSeconds: this.#seconds('heartbeatTimeout', heartbeatTimeout) }),
    };
  }

  #seconds(setting: string, duration: Duration): number {
    const seconds = toSeconds(duration);
    if (seconds === 0) return 0;
    if (seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return toDelaySeconds(seconds, MAX_TIMEOUT_SECONDS);
    throw new ConfigValidationError(
      `${this.label} has a ${setting} of ${seconds} seconds. Give 1 to ${MAX_TIMEOUT_SECONDS} seconds as ` +
        '{ days, hours, minutes, seconds }, or leave it out for none.',
    );
  }
}
