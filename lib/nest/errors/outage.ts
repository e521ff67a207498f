import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { isHttpException } from '../pipeline/http-answer.js';

/** Statuses by which a response says that something was out of order, and may pass: 502, 503 and 504. */
export const OUTAGES: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * Whether an error is a failure that may pass by itself, by the rules of errors: a connection that was refused, a
 * database that is restarted. An `HttpException` below 500 refuses, whatever its status.
 */
export async function isOutage(
  invocation: Pick<DurableInvocation, 'errorKnowledge'>,
  thrown: unknown,
): Promise<boolean> {
  if (isHttpException(thrown) && thrown.getStatus() < 500) return false;
  const known = await invocation.errorKnowledge();
  const decision = known?.explain(thrown).decision;
  return decision !== undefined && decision.startsWith('retry-');
}
