/**
 * What a callback was completed with by this package, rather than by a stranger: `{"@durable-callback":<JSON>}`. A stranger's
 * text stays text, whatever it looks like, so that nothing is ever guessed.
 */
const HEAD = '{"@durable-callback":';
const TAIL = '}';

/** The text to complete a callback with, so that this very value arrives; text and nothing are sent as they are. */
export function callbackText(value: unknown): string | undefined {
  if (typeof value === 'string' && !value.startsWith(HEAD)) return value;
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined ? undefined : HEAD + json + TAIL;
}

/** The JSON of a value that {@link callbackText} has written; `undefined` for any other text. */
export function callbackJson(text: string | undefined): string | undefined {
  if (!text?.startsWith(HEAD) || !text.endsWith(TAIL)) return undefined;
  const json = text.slice(HEAD.length, -TAIL.length);
  return isJson(json) ? json : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
