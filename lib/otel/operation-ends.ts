import type { OperationInfo } from '../engine/invocation/plugins/plugin.js';

/** Types that may complete while no code of the execution runs. */
const ENDED_BY_SERVICE: ReadonlySet<string> = new Set(['WAIT', 'CALLBACK', 'CHAINED_INVOKE']);

const IS_END: ReadonlySet<string | undefined> = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'STOPPED', 'CANCELLED']);

export function isEndedByService({ type }: OperationInfo): boolean {
  return ENDED_BY_SERVICE.has(type);
}

export function hasEnded({ status }: OperationInfo): boolean {
  return IS_END.has(status);
}
