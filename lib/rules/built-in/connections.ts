import type { BuiltInRule } from '../built-in-rule.js';
import { FEW_ATTEMPTS } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CONNECT_TIMEOUT',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
]);

/** Where got was when its time was over. */
const GOT_PHASES_BEFORE_SENDING = ['lookup', 'connect', 'secureConnect'];

/**
 * A request that found no connection was never sent, whatever the errors around it say: some report a status of 500,
 * others that it must not be retried.
 */
export const connectionRules: readonly BuiltInRule[] = [
  {
    id: 'connect-refused',
    verdict: 'transient',
    when: 'No connection was made: ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EAI_AGAIN, a timeout while connecting',
    matches: (error) => codesOf(error).some((code) => NEVER_CONNECTED.has(code)) || timedOutConnecting(error),
  },
  {
    id: 'connect-unknown-host',
    verdict: 'transient',
    when: 'ENOTFOUND: nothing was sent, but a wrong host name stays wrong',
    matches: (error) => codesOf(error).includes('ENOTFOUND'),
    maxAttempts: FEW_ATTEMPTS,
  },
];

function codesOf(error: ErrorLink): readonly string[] {
  // `errno` is text in node-fetch and postgres.js; `originalCode` is nodemailer's.
  return [error.code, error.text('errno'), error.text('originalCode')];
}

function timedOutConnecting(error: ErrorLink): boolean {
  if (error.code !== 'ETIMEDOUT') return false;
  return (
    error.text('syscall') === 'connect' ||
    error.message.startsWith('connect ETIMEDOUT') ||
    GOT_PHASES_BEFORE_SENDING.includes(error.text('event')) ||
    /^(CONNECTION|GREETING)_/.test(error.text('timeoutType'))
  );
}
