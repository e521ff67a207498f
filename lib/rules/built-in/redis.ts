import type { BuiltInRule } from '../built-in-rule.js';
import { messageStarts } from '../built-in-rule.js';

const TRY_LATER = /^-?(LOADING|READONLY|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|MISCONF|OOM) /;
const REFUSED =
  /^-?(WRONGTYPE|ERR|NOAUTH|WRONGPASS|NOPERM|NOPROTO|NOSCRIPT|EXECABORT|CROSSSLOT|MOVED|ASK|BUSYGROUP|BUSYKEY|NOGROUP) /;

/** ioredis, node-redis: the first word of a reply is all that survives, and connection errors have not even that. */
export const redisMessages: readonly BuiltInRule[] = [
  {
    id: 'redis-try-later',
    verdict: 'transient',
    when: 'Redis replied LOADING, READONLY, BUSY, TRYAGAIN, CLUSTERDOWN, MASTERDOWN, NOREPLICAS, MISCONF, OOM',
    matches: (error) => TRY_LATER.test(error.message),
  },
  {
    id: 'redis-refused',
    verdict: 'permanent',
    when: 'Redis replied WRONGTYPE, ERR, NOAUTH, WRONGPASS, NOPERM, NOSCRIPT, EXECABORT, CROSSSLOT, MOVED, ASK',
    matches: (error) => REFUSED.test(error.message),
  },
  {
    id: 'redis-not-sent',
    verdict: 'transient',
    when: 'Redis: offline, or no connection within the time allowed, and nothing was sent',
    matches: (error) =>
      ['The client is offline', 'Connection timeout', 'connect ETIMEDOUT'].includes(error.message) ||
      messageStarts(
        error,
        "Stream isn't writeable and enableOfflineQueue options is false",
        'Failed to refresh slots cache',
        'All sentinels are unreachable',
        'All the root nodes are unavailable',
      ),
  },
  {
    id: 'redis-unanswered',
    verdict: 'ambiguous',
    when: 'Redis: the connection closed or a command timed out, or the retries of the client are spent',
    matches: (error) =>
      ['Connection is closed.', 'Command timed out', 'Socket closed unexpectedly', 'Disconnects client'].includes(
        error.message,
      ) || messageStarts(error, 'Reached the max retries per request limit', 'Socket timeout'),
  },
  {
    id: 'redis-misuse',
    verdict: 'permanent',
    when: 'node-redis: the client was closed before, or not connected',
    matches: (error) => error.message === 'The client is closed',
  },
];
