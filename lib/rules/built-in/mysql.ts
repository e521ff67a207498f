import type { BuiltInRule } from '../built-in-rule.js';
import { messageStarts } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

/** Deadlock, lock wait timeout, NOWAIT, too many connections, read-only, interrupted, max_execution_time, killed, disk full. */
const TRANSIENT = [1213, 1205, 3572, 1040, 1203, 1226, 1290, 1836, 1317, 3024, 1927, 1021, 1037, 1041];
/** Shutdown, gone away, lost during a query, commit, network; 45009 and 45013 are the mariadb client's own. */
const UNKNOWN_OUTCOME = [1053, 1180, 1158, 1159, 1160, 1161, 2006, 2013, 45009, 45013];
/** The mariadb client: no connection was made, or none was free in its pool. */
const NO_CONNECTION = [45012, 45028];
const LOST = ['PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 'PROTOCOL_PACKETS_OUT_OF_ORDER'];

export const mysqlRules: readonly BuiltInRule[] = [
  {
    id: 'mysql-rolled-back',
    verdict: 'transient',
    when: 'MySQL: deadlock, lock wait timeout, too many connections, read-only, interrupted, out of resources',
    matches: (error) => [...TRANSIENT, ...NO_CONNECTION].includes(errnoOf(error)),
  },
  {
    id: 'mysql-unanswered',
    verdict: 'ambiguous',
    when: 'MySQL: the server went away or the connection was lost (2006, 2013, 1053, PROTOCOL_CONNECTION_LOST)',
    matches: (error) => error.codeIs(...LOST) || UNKNOWN_OUTCOME.includes(errnoOf(error)),
  },
  {
    id: 'mysql-refused',
    verdict: 'permanent',
    when: 'MySQL: any other error of the server, such as a duplicate entry, an unknown column, a refused login',
    matches: (error) => errnoOf(error) !== 0 || error.code.startsWith('PROTOCOL_'),
  },
];

export const mysqlMessages: readonly BuiltInRule[] = [
  {
    id: 'mysql-no-connection',
    verdict: 'transient',
    when: 'mysql2: the pool has no connection free, or the connection was closed before',
    matches: (error) =>
      messageStarts(
        error,
        'Queue limit reached',
        'No connections available',
        "Can't add new command when connection is",
      ),
  },
];

/** 0 where the error is none of MySQL. */
function errnoOf(error: ErrorLink): number {
  const errno = error.number('errno') ?? 0;
  const isMysql = error.code.startsWith('ER_') || (error.has('sqlState') && errno > 0);
  if (isMysql) return errno || 1;
  return error.text('kind') === 'mysql' ? Number(error.text('originalCode')) || error.number('code') || 0 : 0;
}
