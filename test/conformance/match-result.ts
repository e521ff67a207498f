import type { Bindings } from './bindings.js';
import { type Difference, findDifference } from './match-value.js';

export interface ExpectedResult {
  ExecutionStatus: string;
  Result?: unknown;
}

/** How an execution ended; `Result` is the text the service holds. */
export interface ExecutionEnd {
  Status: string;
  Result?: string | undefined;
}

/** Compares how an execution ended: its status always, its result when it succeeded and one is expected. */
export function findResultDifference(
  expected: ExpectedResult,
  actual: ExecutionEnd,
  bindings: Bindings,
): Difference | undefined {
  const status = findDifference(expected.ExecutionStatus, actual.Status, { bindings, path: 'ExecutionStatus' });
  if (status || actual.Status !== 'SUCCEEDED' || !('Result' in expected)) return status;
  return findDifference(expected.Result, decodedOnce(actual.Result), { bindings, path: 'Result' });
}

/** No result and `null` are the same for a requirement; text that is not JSON is compared as text. */
function decodedOnce(result: string | undefined): unknown {
  if (result === undefined || result === '') return null;
  try {
    return JSON.parse(result);
  } catch {
    return result;
  }
}
