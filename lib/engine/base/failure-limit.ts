/** Whether an execution can be limited to so many failed invocations; `Infinity` is no limit. */
export function isFailureLimit(most: unknown): boolean {
  return most === Infinity || (Number.isSafeInteger(most) && (most as number) >= 1);
}
