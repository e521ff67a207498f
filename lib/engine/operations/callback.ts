import type { OperationStatus, CallbackOptions, Operation } from '../../wire/operation.js';
import { Completion } from '../context/completion.js';
import { DurablePromise } from '../durable-promise.js';
import { type Duration, toDelaySeconds, toSeconds } from '../duration.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { CallbackError, CallbackExternalError, CallbackTimeoutError } from '../errors/operation-errors.js';
import { rebuildAs } from '../errors/rebuild-as.js';
import { decode } from '../serdes/conversion.js';
import type { CreateCallbackConfig, CreateCallbackResult } from './callback-config.js';
import { DurableOperation, type OperationPlace } from './operation.js';

/** The longest callback timeout that was seen to be taken, in seconds (PROTOCOL §2.2). */
const MAX_TIMEOUT_SECONDS = 99_999_999;

/**
 * A result that comes from outside (PROTOCOL §5.5). The operation itself ends when its id is known; the result is a
 * promise of its own, so that a failure surfaces only where the result is awaited.
 */
export class CallbackOperation<T> extends DurableOperation<CreateCallbackResult<T>> {
  readonly type = 'CALLBACK';
  readonly subType = 'Callback';
  readonly #config: CreateCallbackConfig<T>;
  readonly #creation: Completion<CreateCallbackResult<T>>;
  readonly #result: Completion<T>;

  constructor(place: OperationPlace, config: CreateCallbackConfig<T> = {}) {
    super(place);
    this.#config = config;
    this.#creation = this.completion;
    this.#result = new Completion(place.context);
  }

  protected start(): void {
    const CallbackOptions = this.#options();
    this.busy();
    this.save('START', { CallbackOptions }, () => {
      const { record } = this;
      if (record) this.replay(record);
      else this.#creationFailed();
      this.idle();
    });
  }

  protected replay(existing: Operation): void {
    const callbackId = existing.CallbackDetails?.CallbackId;
    if (callbackId === undefined) return this.#creationFailed();
    const result = new DurablePromise(() => this.#result.follow());
    this.#creation.settle(() => [result, callbackId]);
    this.#followResult(existing);
  }

  #followResult(existing: Operation): void {
    const { Result, Error: recorded } = existing.CallbackDetails ?? {};
    switch (existing.Status) {
      case 'SUCCEEDED':
        return this.#result.settle(() => this.#decode(Result));
      case 'TIMED_OUT':
        return this.#fail(rebuildAs(CallbackTimeoutError, recorded));
      case 'FAILED':
      case 'CANCELLED':
      case 'STOPPED':
        return this.#fail(rebuildAs(CallbackExternalError, recorded));
      case 'STARTED':
      case 'PENDING':
      case 'READY':
        return this.#awaitOutside(existing.Status);
      default:
        return existing.Status satisfies never;
    }
  }

  #awaitOutside(status: OperationStatus): void {
    this.awaitService({ status, completion: this.#result });
  }

  #decode(text: string | undefined): T | Promise<T> {
    const serdes = this.#config.serdes ?? this.context.defaultCallbackDeserializer;
    return (serdes ? decode(text, serdes, this) : text) as T | Promise<T>;
  }

  #fail(error: CallbackError): void {
    this.#result.settle(() => {
      throw error;
    });
  }

  /** Without an id nobody could ever complete it. */
  #creationFailed(): void {
    this.#creation.settle(() => {
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
