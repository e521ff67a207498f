/** How failed invocations of a durable function are repeated; a successful invocation resets the count. */
export interface InvocationRetryPolicy {
  /** Invocations in a row that may fail; then the last error becomes the execution's. @defaultValue 10 */
  maxAttempts: number;
  /** How many failures of a crashed sandbox are repeated without delay. @defaultValue 3 */
  immediateAttempts: number;
  /** Seconds before the first delayed repetition. @defaultValue 1 */
  firstDelaySeconds: number;
  /** @defaultValue 2 */
  backoffRate: number;
  /** @defaultValue 60 */
  maxDelaySeconds: number;
  /** The number of outputs in a row that are not a legal envelope. @defaultValue 4 */
  maxInvalidOutputs: number;
}

export const DEFAULT_RETRY_POLICY: Readonly<InvocationRetryPolicy> = {
  maxAttempts: 10,
  immediateAttempts: 3,
  firstDelaySeconds: 1,
  backoffRate: 2,
  maxDelaySeconds: 60,
  maxInvalidOutputs: 4,
};

export type FailureKind = 'runtime' | 'handler' | 'invalid-output';

/** A broken sandbox is replaced immediately; a timeout is treated like an error of the handler. */
export function failureKindOf(errorType: string): FailureKind {
  return /^(Runtime|Sandbox|Extension)\./.test(errorType) && errorType !== 'Sandbox.Timedout' ? 'runtime' : 'handler';
}

/**
 * @param failures how many invocations have failed in a row, including the one that just ended
 * @returns milliseconds until the next attempt, or `undefined` when there is none
 */
export function retryDelayMs(policy: InvocationRetryPolicy, kind: FailureKind, failures: number): number | undefined {
  if (failures >= (kind === 'invalid-output' ? policy.maxInvalidOutputs : policy.maxAttempts)) return undefined;
  if (kind === 'runtime' && failures <= policy.immediateAttempts) return 0;
  const delayed = kind === 'runtime' ? failures - policy.immediateAttempts : failures;
  const seconds = policy.firstDelaySeconds * policy.backoffRate ** (delayed - 1);
  return Math.min(seconds, policy.maxDelaySeconds) * 1000;
}
