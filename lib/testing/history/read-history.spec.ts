import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonOption } from '../../local/cli/option-values.js';
import { readHistory } from './read-history.js';

const text = '{"Events":[{"EventType":"ExecutionStarted","EventId":1,"Name":"Grüße"}]}';
let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'durable-text-'))));
afterEach(() => rm(directory, { recursive: true }));

describe('a file of the command line', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, as Windows PowerShell writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ])('may be %s', async (_, bytes) => {
    const file = join(directory, 'history.json');
    await writeFile(file, bytes);
    expect(jsonOption({ input: `@${file}` }, 'input')).toBe(text);
    await expect(readHistory(file)).resolves.toMatchObject([{ Name: 'Grüße' }]);
  });
});
