/** A text with a full stop, so that another sentence may follow. */
export function asSentence(given: string): string {
  // OpenSSL's end with a line break.
  const text = given.trimEnd();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
