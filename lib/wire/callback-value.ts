import { jsonText } from './json-text.js';

/**
 * Marks a completion by this package, as opposed to another sender: `{"@durable-callback":<JSON>}`. Text of another
 * sender stays text, whatever it looks like, so that nothing is ever guessed. If the sender has asked for it, the W3C
 * form of its span follows: `{"@durable-callback":<JSON>,"traceparent":"00-…"}`, and text is
 * `{"@durable-callback-text":<JSON>,…}`.
 */
const MARK = '{"@durable-callback';
const HEAD = `${MARK}":`;
const TEXT_HEAD = `${MARK}-text":`;
const TAIL = '}';
const TRACE = /,"traceparent":"(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})"\}$/;

/** The result of a callback, as it arrives. */
export interface CallbackContent {
  /** The text of another sender, or what was sent as text. */
  readonly text: string | undefined;
  /** The JSON of a value that {@link callbackText} has written. */
  readonly json?: string;
  /** The span of the sender, if it was sent. */
  readonly traceparent?: string;
}

/**
 * The text that completes a callback so that exactly this value arrives. Text and `undefined` are sent unchanged. Empty
 * text needs the mark, because it would arrive as nothing.
 */
export function callbackText(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '' && !value.startsWith(MARK)) return value;
  const json = jsonText(value);
  return json === undefined ? undefined : HEAD + json + TAIL;
}

/** The same content with the span of the sender. @param text - as it would be sent without the span */
export function withTraceparent(text: string, traceparent: string): string {
  const { json, traceparent: stated } = readCallback(text);
  if (stated !== undefined) return text;
  const head = json === undefined ? TEXT_HEAD : HEAD;
  return `${head}${json ?? JSON.stringify(text)},"traceparent":"${traceparent}"${TAIL}`;
}

export function readCallback(text: string | undefined): CallbackContent {
  const head = [HEAD, TEXT_HEAD].find((one) => text?.startsWith(one));
  if (text === undefined || head === undefined) return { text };
  const [tail = TAIL, traceparent] = TRACE.exec(text) ?? [];
  if (!text.endsWith(tail) || (head === TEXT_HEAD && traceparent === undefined)) return { text };
  const json = text.slice(head.length, -tail.length);
  const value = parsed(json);
  if (!value) return { text };
  const sender = traceparent !== undefined && { traceparent };
  return head === HEAD ? { text, json, ...sender } : { text: String(value.is), ...sender };
}

function parsed(json: string): { is: unknown } | undefined {
  try {
    return { is: JSON.parse(json) as unknown };
  } catch {
    return undefined;
  }
}
