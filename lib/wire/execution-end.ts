/** The statuses of an execution that has ended. */
export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT';

const ENDS: ReadonlySet<string> = new Set<EndStatus>(['SUCCEEDED', 'FAILED', 'STOPPED', 'TIMED_OUT']);

/** Whether an execution of this status has ended. A pause does not end it, and neither does an unknown status. */
export function isEnd(status: string): status is EndStatus {
  return ENDS.has(status);
}
