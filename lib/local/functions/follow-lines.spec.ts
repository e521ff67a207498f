import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { followLines } from './follow-lines.js';

/** The lines of a stream that receives these chunks, one after the other. */
async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  followLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  return lines;
}

describe('followLines', () => {
  it.each([
    ['every kind of line break', ['a\nb\r\nc\rd'], ['a', 'b', 'c', 'd']],
    ['a line break between two chunks', ['a\r', '\nb\n'], ['a', 'b']],
    ['a carriage return as the last of a chunk', ['a\r', 'b\r'], ['a', 'b']],
    ['a line over several chunks', ['a', 'b', 'c\n'], ['abc']],
    ['empty lines', ['\n\na\n\n'], ['', '', 'a', '']],
    ['a character between two chunks', [Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])], ['é']],
    ['nothing', [], []],
  ])('knows %s', async (_, chunks, lines) => {
    expect(await linesOf(...chunks)).toEqual(lines);
  });

  it('passes on the beginning of a line on request, and then only the rest of it', async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    const flush = followLines(stream, (line) => lines.push(line));
    stream.write('a\nb');
    flush();
    flush();
    stream.end('c\n');
    await finished(stream);
    expect(lines).toEqual(['a', 'b', 'c']);
  });

  it('passes on output without a line break in parts, and loses nothing of it', async () => {
    const chunk = 'x'.repeat(100_000);
    const lines = await linesOf(...Array<string>(100).fill(chunk));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.join('')).toBe(chunk.repeat(100));
  });
});
