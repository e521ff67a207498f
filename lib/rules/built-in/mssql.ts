import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

/** Deadlock victim, snapshot conflict, lock timeout, and what Azure SQL says while it moves a database. */
const TRANSIENT = [1205, 3960, 1222, 40197, 40501, 40613, 49918, 49919, 49920];
const NO_ANSWER = ['ESOCKET', 'ETIMEOUT', 'ECONNCLOSED', 'ETIMEDOUT'];

export const mssqlRules: readonly BuiltInRule[] = [
  {
    id: 'mssql-rolled-back',
    verdict: 'transient',
    when: 'SQL Server: deadlock victim, snapshot conflict, lock timeout, a database of Azure that moves',
    matches: (error) => isServerError(error) && TRANSIENT.includes(error.number('number') ?? 0),
  },
  {
    id: 'mssql-no-connection',
    verdict: 'transient',
    when: 'SQL Server: no connection was made (ConnectionError)',
    matches: (error) => error.name === 'ConnectionError' && error.codeIs(...NO_ANSWER),
  },
  {
    id: 'mssql-unanswered',
    verdict: 'ambiguous',
    when: 'SQL Server: a request without a response (RequestError, TransactionError)',
    matches: (error) => error.nameIs('RequestError', 'TransactionError') && error.codeIs(...NO_ANSWER),
  },
  {
    id: 'mssql-refused',
    verdict: 'permanent',
    when: 'SQL Server: any other error number, such as a duplicate key, and a refused login',
    matches: (error) => isServerError(error) || (error.name === 'ConnectionError' && error.code === 'ELOGIN'),
  },
];

function isServerError(error: ErrorLink): boolean {
  return (
    (error.number('number') ?? 0) > 0 && (error.number('class') !== undefined || error.number('state') !== undefined)
  );
}
