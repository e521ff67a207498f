import type { ErrorLink } from './error-link.js';
import { readPath } from './error-link.js';
import { statusOf } from './http-facts.js';

type Plain = string | number | boolean;
type Members = Record<string, Plain | readonly Plain[]>;

/** Members that are small and contain no user input. */
const KEPT = [
  'code',
  'errno',
  'syscall',
  'type',
  'rawType',
  'decline_code',
  'advice_code',
  'param',
  'requestId',
  'requestID',
  '$fault',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'schema_name',
  'table_name',
  'column_name',
  'constraint_name',
  'sqlState',
  'codeName',
  'retriable',
  'isRetryable',
  'permanent',
  'responseCode',
  'clientVersion',
] as const;

const LONGEST_TEXT = 200;
const MOST_ITEMS = 20;

/** The members that may be recorded of a library's error: an allow-list, because all others may contain secrets. */
export function keptMembers(error: ErrorLink): Members {
  const members: Members = {};
  for (const key of KEPT) {
    const value = error.get(key);
    if (isPlain(value)) members[key] = value;
  }
  const status = statusOf(error);
  if (status !== undefined) members.status = status;
  const reasons = error.list('CancellationReasons').slice(0, MOST_ITEMS);
  if (reasons.length > 0) members.cancellationReasons = reasons.map((reason) => String(readPath(reason, 'Code')));
  return { ...members, ...listOf(error, 'cancellationReasons') };
}

/** An error that was rebuilt from its record has the list itself. */
function listOf(error: ErrorLink, key: string): Members {
  const list = error.list(key).slice(0, MOST_ITEMS).filter(isPlain);
  return list.length > 0 ? { [key]: list } : {};
}

function isPlain(value: unknown): value is Plain {
  if (typeof value === 'string') return value !== '' && value.length <= LONGEST_TEXT;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
