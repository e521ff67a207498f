import { isFailedInvocation } from './failed-invocations/failure-records.js';
import type { Failure } from './settlement.js';
import type { ExecutionState } from '../state/execution-state.js';

/**
 * How an invocation ends for a mistake in how its function is deployed or configured, before user code has run. An
 * execution that has no operation yet fails, so that whoever started it is told. One under way is thrown, so that a
 * corrected deployment carries it on; so is one whose state cannot be read to its end.
 */
export async function refusalOf(problem: unknown, state: ExecutionState): Promise<Failure> {
  await state.completion.catch(() => undefined);
  const isNew =
    state.isComplete &&
    [...state.all()].every((operation) => operation.Type === 'EXECUTION' || isFailedInvocation(operation));
  return { kind: isNew ? 'failed' : 'retried', error: problem, path: 'deployment' };
}
