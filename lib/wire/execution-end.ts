/** How an execution can have ended, in the service's words. */
export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT';

const ENDS: ReadonlySet<string> = new Set<EndStatus>(['SUCCEEDED', 'FAILED', 'STOPPED', 'TIMED_OUT']);

/** Whether an execution of this status has ended. A pause is no end, and neither is a status that nobody knows. */
export function isEnd(status: string): status is EndStatus {
  return ENDS.has(status);
}
