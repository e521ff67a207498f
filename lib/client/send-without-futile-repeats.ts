import { type ApiErrorClassification, classifyApiError, isWorthRepeating } from '../wire/classify-api-error.js';
import type { DurableCallOptions } from '../wire/durable-execution-client.js';
import { memberOf } from '../wire/thrown.js';

/** The part of `LambdaClient` that is used, so that one from another copy of the AWS SDK fits too. */
export interface LambdaClientLike {
  send(command: never, options?: never): Promise<unknown>;
}

/** A command of any copy of the AWS SDK: each is made for one call and holds middleware of its own. */
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
 * Sends a command. A failure that no repetition can mend costs exactly one request. One that may pass is repeated with
 * the client's own backoff and jitter.
 *
 * The standard retry goes by HTTP status and its own list of names: it repeats every 502, the KMS failures among them,
 * and takes a 408 for final. The classification table is asked instead, by a middleware of this one command between the
 * client's retry and its signature: it marks what is worth repeating as the client's own errors are marked. For the
 * rest it gives the retry a bare error, in which no strategy finds a reason to go on; one that goes on nevertheless is
 * answered without sending again. So it holds for a client of the user's too, unchanged.
 */
export async function sendWithoutFutileRepeats<C extends SendableCommand>(
  client: LambdaClientLike,
  command: C,
  { abortSignal, apiErrorCodes }: Partial<DurableCallOptions> = {},
): Promise<OutputOf<C>> {
  let permanent: { failure: unknown } | undefined;
  const stopAtPermanent = (next: Handler) => async (request: unknown) => {
    if (permanent) throw new FutileRepeat();
    try {
      return await next(request);
    } catch (failure) {
      const classification = classifyApiError(failure, apiErrorCodes);
      if (!abortSignal?.aborted && isWorthRepeating(classification)) throw markedRepeatable(failure, classification);
      permanent = { failure };
      throw new FutileRepeat();
    }
  };

  // Relative to the retry, the last one added stands nearest to it: outside the signature, which learns from failures
  // what time it is.
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

/** Marked as the service's model marks its own errors; the client repeats what is marked, whatever its name and status. */
function markedRepeatable(failure: unknown, { rule }: ApiErrorClassification): unknown {
  if (memberOf(failure, '$retryable') !== undefined || !(failure instanceof Error)) return failure;
  // A frozen error stays as it is: then the client's own judgement counts.
  Reflect.set(failure, '$retryable', { throttling: rule.id === 'throttled' });
  return failure;
}

/** Without status, code, cause or `$retryable` on purpose. Never leaves this file. */
class FutileRepeat extends Error {}
