import { open } from 'lmdb';
import { assertWhole } from './stored-value.js';

/**
 * The program that reads a whole database before the service does: LMDB maps files into memory, so a truncated or
 * damaged one can end the process that reads it.
 */
function checkData(path: string): void {
  const database = open<Buffer, string[]>({ path, readOnly: true, encoding: 'binary' });
  const { entryCount } = database.getStats() as { entryCount: number };
  let count = 0;
  for (const { value } of database.getRange()) {
    assertWhole(value);
    count += 1;
    if (count > entryCount) break;
  }
  if (count !== entryCount) throw new Error(`There are ${count} entries instead of ${entryCount}.`);
}

checkData(String(process.argv[2]));
// An orderly close would only cost time.
process.exit(0);
