/** Results of `@Durable()` methods are JSON; nothing stands for `undefined`. */
export function decodeResult(text: string | undefined): unknown {
  return text === undefined || text === '' ? undefined : JSON.parse(text);
}
