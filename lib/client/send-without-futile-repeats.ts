import { classifyApiError, isWorthRepeating } from '../wire/classify-api-error.js';

/** The part of `LambdaClient` that is used, so that one from another copy of the AWS SDK fits too. */
export interface LambdaClientLike {
  send(command: never): Promise<unknown>;
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
 * Sends a command so that a failure which no repetition can mend costs exactly one request, while transient failures
 * keep the client's own retries with backoff and jitter.
 *
 * The standard retry goes by HTTP status and repeats every 502, the KMS failures among them (PROTOCOL §6.1). What is
 * futile is asked of the classification table instead, by a middleware of this one command between the client's retry
 * and its signature: it hands the retry a bare error, in which no strategy finds a reason to go on, and answers a
 * strategy that goes on nevertheless without sending again. So it holds for a client of the user's too, unchanged.
 */
export async function sendWithoutFutileRepeats<C extends SendableCommand>(
  client: LambdaClientLike,
  command: C,
): Promise<OutputOf<C>> {
  let permanent: { failure: unknown } | undefined;
  const stopAtPermanent = (next: Handler) => async (request: unknown) => {
    if (permanent) throw new FutileRepeat();
    try {
      return await next(request);
    } catch (failure) {
      if (isWorthRepeating(classifyApiError(failure))) throw failure;
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
    return (await client.send(command as never)) as OutputOf<C>;
  } catch (error) {
    throw permanent ? permanent.failure : error;
  }
}

/** Without status, code, cause or `$retryable` on purpose. Never leaves this file. */
class FutileRepeat extends Error {}
