import type { BuiltInRule } from '../built-in-rule.js';
import { aggregateRules } from './aggregate.js';
import { aiRules } from './ai.js';
import { awsRules } from './aws.js';
import { connectionRules } from './connections.js';
import { durableRules } from './durable.js';
import { httpClientFallbacks, httpClientRules } from './http-clients.js';
import { httpRules } from './http.js';
import { messagingFallbacks, messagingRules } from './messaging.js';
import { mongodbRules } from './mongodb.js';
import { mssqlRules } from './mssql.js';
import { mysqlMessages, mysqlRules } from './mysql.js';
import { nestRules } from './nest.js';
import { languageRules, nodeMessages, nodeRules } from './node.js';
import { ormMessages, ormRules } from './orms.js';
import { postgresMessages, postgresRules } from './postgres.js';
import { redisMessages } from './redis.js';
import { rpcRules } from './rpc.js';
import { searchFallbacks, searchRules } from './search.js';
import { serviceFallbacks, serviceRules } from './services.js';
import { sqliteMessages, sqliteRules } from './sqlite.js';
import { validationRules } from './validation.js';

/**
 * The table in passes. Each pass checks the whole chain, outermost error first, before the next pass starts. A request
 * that was never sent overrides the status that a wrapper invents; then a library's own mark overrides a status, a
 * status overrides the code of a socket, and a code overrides a text. Bugs come last.
 */
export const BUILT_IN_PASSES: ReadonlyArray<readonly BuiltInRule[]> = [
  durableRules,
  connectionRules,
  [
    ...aggregateRules,
    ...httpClientRules,
    ...awsRules,
    ...serviceRules,
    ...aiRules,
    ...rpcRules,
    ...messagingRules,
    ...mongodbRules,
    ...mysqlRules,
    ...mssqlRules,
    ...sqliteRules,
    ...ormRules,
    ...postgresRules,
    ...searchRules,
    ...nestRules,
    ...validationRules,
  ],
  httpRules,
  nodeRules,
  [...nodeMessages, ...postgresMessages, ...mysqlMessages, ...sqliteMessages, ...ormMessages, ...redisMessages],
  [...httpClientFallbacks, ...serviceFallbacks, ...messagingFallbacks, ...searchFallbacks],
  languageRules,
];

/** Every row, in the order in which they are checked. */
export const BUILT_IN_RULES: readonly BuiltInRule[] = BUILT_IN_PASSES.flat();
