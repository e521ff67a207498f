/** Results of `@Durable()` methods are JSON; an absent text means `undefined`. */
export function decodeResult(text: string | undefined): unknown {
  return text === undefined || text === '' ? undefined : JSON.parse(text);
}
