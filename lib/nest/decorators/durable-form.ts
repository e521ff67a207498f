export type AsyncMethod = (...args: never[]) => Promise<unknown>;

/** What makes another method the same operation. */
export interface DurableForm {
  (method: AsyncMethod): AsyncMethod;
  /** As it is recorded. */
  readonly operationName: string;
  /** Such as `@Step()`. */
  readonly decorator: string;
}
