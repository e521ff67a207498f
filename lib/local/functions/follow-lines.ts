import type { Readable } from 'node:stream';

/** A longer line is passed on in parts, so that output without line breaks cannot fill the memory of the service. */
const MAX_LINE_LENGTH = 256 * 1024;

/** A carriage return at the end may be half of a line break. */
const LINE_BREAK = /\r\n|\n|\r(?!$)/;

/**
 * Passes on the text of a stream line by line, also the last without a line break.
 *
 * @returns passes on the beginning of a line that has arrived so far
 */
export function followLines(readable: Readable, onLine: (line: string) => void): () => void {
  let rest = '';
  readable.setEncoding('utf8');
  readable.on('data', (text: string) => {
    const lines = (rest + text).split(LINE_BREAK);
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
    if (rest.length <= MAX_LINE_LENGTH) return;
    onLine(rest);
    rest = '';
  });
  const flush = (): void => {
    if (rest !== '') onLine(rest.replace(/\r$/, ''));
    rest = '';
  };
  readable.on('end', flush);
  return flush;
}
