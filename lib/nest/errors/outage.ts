import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { isHttpException } from '../pipeline/http-answer.js';

/**
 * Whether an error is a failure that may pass by itself, by the rules of errors: a connection that was refused, a
 * database that is restarted. An `HttpException` is an answer, so it refuses, whatever its status.
 */
export async function isOutage(
  invocation: Pick<DurableInvocation, 'errorKnowledge'>,
  thrown: unknown,
): Promise<boolean> {
  if (isHttpException(thrown)) return false;
  const known = await invocation.errorKnowledge();
  const decision = known?.explain(thrown).decision;
  return decision !== undefined && decision.startsWith('retry-');
}
