import { type ApiErrorClassification, classifyApiError, isWorthRepeating } from '../wire/classify-api-error.js';
import type { DurableCallOptions } from '../wire/durable-execution-client.js';
import { memberOf } from '../wire/thrown.js';

/** The part of `LambdaClient` that is used, so that a client of another copy of the AWS SDK fits too. */
export interface LambdaClientLike {
  send(command: never, options?: never): Promise<unknown>;
}

/** A command of any copy of the AWS SDK: each is created for one call and has its own middleware. */
export interface SendableCommand {
  readonly middlewareStack: {
    addRelativeTo(middleware: never, place: { name: string; relation: 'after'; toMiddleware: string }): void;
  };
}

export type OutputOf<C> = C extends {
  resolveMiddleware(...context: never[]): (input: never) => Promise<{ output: infer Output }>;
}
  ? Output
  : never;

type Handler = (request: unknown) => Promise<unknown>;

/**
 * Sends a command. A failure that no retry can fix costs exactly one request. A temporary failure is retried with the
 * client's own backoff and jitter.
 *
 * The standard retry decides by HTTP status and its own list of names: it retries every 502, including the KMS
 * failures, and takes a 408 for final. So the classification table decides instead, in a middleware of this one command
 * between the client's retry and its signature. It marks failures that are worth retrying as the client's own errors
 * are marked. All others it replaces by a bare error, which no retry strategy retries; if a strategy retries
 * nevertheless, the middleware throws the error again without sending. This also works for a user's own client, which
 * stays unchanged.
 */
export async function sendWithoutFutileRepeats<C extends SendableCommand>(
  client: LambdaClientLike,
  command: C,
  options: Partial<DurableCallOptions> = {},
): Promise<OutputOf<C>> {
  const { abortSignal, apiErrorCodes } = options;
  let permanent: { failure: unknown } | undefined;
  const stopAtPermanent = (next: Handler) => async (request: unknown) => {
    if (permanent) throw new FutileRepeat();
    try {
      options.onAttempt?.();
      return await next(request);
    } catch (failure) {
      const classification = classifyApiError(failure, apiErrorCodes);
      if (!abortSignal?.aborted && isWorthRepeating(classification)) {
        options.onAttempt?.(failure);
        throw markedRepeatable(failure, classification);
      }
      permanent = { failure };
      throw new FutileRepeat();
    }
  };

  // Relative to the retry, the middleware that is added last is nearest to it: outside the signature, which learns the
  // time from failures.
  command.middlewareStack.addRelativeTo(stopAtPermanent as never, {
    name: 'stopAtPermanentFailure',
    relation: 'after',
    toMiddleware: 'retryMiddleware',
  });
  try {
    return (await client.send(command as never, abortSignal && ({ abortSignal } as never))) as OutputOf<C>;
  } catch (error) {
    throw permanent ? permanent.failure : error;
  }
}

/**
 * Marks a failure as the service's model marks its own errors; the client retries marked errors, whatever their name
 * and status.
 */
function markedRepeatable(failure: unknown, { rule }: ApiErrorClassification): unknown {
  if (memberOf(failure, '$retryable') !== undefined || !(failure instanceof Error)) return failure;
  // A frozen error stays unchanged: then the client's own decision counts.
  Reflect.set(failure, '$retryable', { throttling: rule.id === 'throttled' });
  return failure;
}

/** Has no status, code, cause or `$retryable` on purpose. Never leaves this file. */
class FutileRepeat extends Error {}
