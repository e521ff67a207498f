/** Names, as a message lists them. */
export const list = (names: readonly string[]): string => (names.length ? names.join(', ') : 'none');
