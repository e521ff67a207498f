/**
 * The result of an execution. Results of `@Durable()` methods are JSON; an absent text means `undefined`.
 * @throws {SyntaxError} when it is not JSON, so that a function without this package has written it
 */
export function decodeResult(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Without the text itself, which may be private.
    const message =
      'The execution has succeeded, but its result is not JSON, as results of @Durable() methods are. Read it as text: ' +
      '(await execution.describe()).result.';
    throw new SyntaxError(message, { cause });
  }
}
