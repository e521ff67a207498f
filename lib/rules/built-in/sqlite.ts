import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

const PASSING = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|PROTOCOL|NOMEM)/;
/** The same as primary result codes: BUSY, LOCKED, NOMEM, IOERR, FULL, PROTOCOL. */
const PASSING_NUMBERS = [5, 6, 7, 10, 13, 15];

const SQLITE_REFUSALS =
  /^(no such (table|column): |table .* has no column named |near ".*": syntax error$|unrecognized token: |incomplete input$|attempt to write a readonly database|file is not a database$|database disk image is malformed$|datatype mismatch$|unable to open database file)/;

export const sqliteRules: readonly BuiltInRule[] = [
  {
    id: 'sqlite-busy',
    verdict: 'transient',
    when: 'SQLite: SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_FULL',
    matches: (error) => PASSING.test(error.code) || PASSING_NUMBERS.includes(nodeSqliteCode(error)),
  },
  {
    id: 'sqlite-refused',
    verdict: 'permanent',
    when: 'SQLite: any other code, such as SQLITE_CONSTRAINT or SQLITE_READONLY',
    matches: (error) => error.code.startsWith('SQLITE_') || nodeSqliteCode(error) !== 0,
  },
];

/** sql.js leaves nothing but the message. */
export const sqliteMessages: readonly BuiltInRule[] = [
  {
    id: 'sqlite-locked-message',
    verdict: 'transient',
    when: 'sql.js: `database is locked`, `database table is locked`',
    matches: (error) => /^database (table )?is locked/.test(error.message),
  },
  {
    id: 'sqlite-refused-message',
    verdict: 'permanent',
    when: 'sql.js: a violated constraint, a missing table or column, a syntax error, a file that is no database',
    matches: (error) =>
      /^(UNIQUE|NOT NULL|CHECK|FOREIGN KEY|PRIMARY KEY) constraint failed/.test(error.message) ||
      SQLITE_REFUSALS.test(error.message),
  },
];

/** `node:sqlite` gives an extended result code; its lowest byte is the primary one. */
function nodeSqliteCode(error: ErrorLink): number {
  // An adapter of Prisma.
  if (error.text('kind') === 'sqlite') return (error.number('extendedCode') ?? 0) & 0xff;
  return error.code === 'ERR_SQLITE_ERROR' ? (error.number('errcode') ?? 1) & 0xff : 0;
}
