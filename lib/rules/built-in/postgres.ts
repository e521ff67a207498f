import type { BuiltInRule } from '../built-in-rule.js';
import { FEW_ATTEMPTS, messageStarts } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

/** What the SQLSTATEs begin with that an application meets. */
const CLASSES = /^(08|0A|2[2358BD]|3[BDF]|4[024]|5[34578]|F0|P0|XX)[0-9A-Z]{3}$/;
const TRANSIENT = /^(4000[01]|40P01|55P03|55006|57P0[135]|53...|0800[14]|25006|25P02)$/;
const UNKNOWN_OUTCOME = /^(08...|40003|57P02)$/;
const FEW = /^(57014|XX...|58...|F0...)$/;

export const postgresRules: readonly BuiltInRule[] = [
  {
    id: 'postgres-rolled-back',
    verdict: 'transient',
    when: 'Postgres: serialization failure, deadlock, lock not available, shutting down or starting, out of resources, read-only',
    matches: (error) => TRANSIENT.test(sqlStateOf(error)),
  },
  {
    id: 'postgres-unanswered',
    verdict: 'ambiguous',
    when: 'Postgres: the connection was lost (class 08, 40003, 57P02), so a COMMIT may have happened',
    matches: (error) => UNKNOWN_OUTCOME.test(sqlStateOf(error)),
  },
  {
    id: 'postgres-cancelled',
    verdict: 'transient',
    when: 'Postgres: 57014 (statement timeout) and failures of the server itself (classes XX, 58, F0)',
    matches: (error) => FEW.test(sqlStateOf(error)),
    maxAttempts: FEW_ATTEMPTS,
  },
  {
    id: 'postgres-refused',
    verdict: 'permanent',
    when: 'Postgres: any other SQLSTATE, such as a violated constraint (23), a syntax error (42), a failed login (28)',
    matches: (error) => sqlStateOf(error) !== '',
  },
  {
    id: 'postgres-js-unanswered',
    verdict: 'ambiguous',
    when: 'postgres.js: CONNECTION_CLOSED, CONNECTION_DESTROYED',
    matches: (error) => error.codeIs('CONNECTION_CLOSED', 'CONNECTION_DESTROYED'),
  },
  {
    id: 'postgres-js-refused',
    verdict: 'permanent',
    when: 'postgres.js: CONNECTION_ENDED, UNDEFINED_VALUE, NOT_TAGGED_CALL, MAX_PARAMETERS_EXCEEDED and the like',
    matches: (error) =>
      error.codeIs('CONNECTION_ENDED', 'UNDEFINED_VALUE', 'NOT_TAGGED_CALL', 'MAX_PARAMETERS_EXCEEDED') ||
      error.codeIs('SASL_SIGNATURE_MISMATCH', 'AUTH_TYPE_NOT_IMPLEMENTED', 'MESSAGE_NOT_SUPPORTED'),
  },
];

/** What pg says of its connections and its pool has no code. */
export const postgresMessages: readonly BuiltInRule[] = [
  {
    id: 'pg-no-connection',
    verdict: 'transient',
    when: 'pg: no connection, or none free in the pool, within the time allowed',
    matches: (error) =>
      error.message === 'timeout expired' ||
      messageStarts(
        error,
        'timeout exceeded when trying to connect',
        'Connection terminated due to connection timeout',
      ),
  },
  {
    id: 'pg-unanswered',
    verdict: 'ambiguous',
    when: 'pg: `Connection terminated`, `Query read timeout`',
    matches: (error) => messageStarts(error, 'Connection terminated', 'Query read timeout'),
  },
  {
    id: 'pg-misuse',
    verdict: 'permanent',
    when: 'pg: the server speaks no TLS, or the client or pool was closed before',
    matches: (error) =>
      messageStarts(error, 'The server does not support SSL connections', 'Cannot use a pool after calling end') ||
      /^Client (was closed|has already been connected|has encountered a connection error)/.test(error.message),
  },
];

/**
 * The SQLSTATE of Postgres; empty where there is none. Drivers put a severity beside it, copies of their errors often do
 * not, and codes of Prisma look much the same.
 */
function sqlStateOf(error: ErrorLink): string {
  if (error.has('clientVersion')) {
    // Of a raw query, Prisma up to 6.
    const raw = error.code === 'P2010' ? error.text('meta.code') : '';
    return CLASSES.test(raw) ? raw : '';
  }
  const code = error.code || error.text('originalCode');
  if (error.text('severity') && /^[0-9A-Z]{5}$/.test(code)) return code;
  return CLASSES.test(code) ? code : '';
}
