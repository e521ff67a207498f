import { isFailedInvocation } from './failed-invocations/failure-records.js';
import type { Failure } from './settlement.js';
import type { ExecutionState } from '../state/execution-state.js';

/**
 * The outcome of an invocation for a mistake in the deployment or configuration of its function, before user code has
 * run. An execution without operations fails, so that its caller sees the error. For a running execution the error is
 * thrown, so that a corrected deployment can continue it; so it is if the state cannot be read to its end, or lacks the
 * EXECUTION operation.
 */
export async function refusalOf(problem: unknown, state: ExecutionState): Promise<Failure> {
  await state.completion.catch(() => undefined);
  const [execution, ...others] = [...state.all()].filter((operation) => !isFailedInvocation(operation));
  const isNew = state.isComplete && execution?.Type === 'EXECUTION' && others.length === 0;
  return { kind: isNew ? 'failed' : 'retried', error: problem, path: 'deployment' };
}
