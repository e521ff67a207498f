/** The record of a failure around the handler, for which something is undone. It has no position. */
export const FAILURE_AROUND = { name: 'failure around the method', subType: 'FailureAround' } as const;
