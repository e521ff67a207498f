import type { BuiltInRule } from '../built-in-rule.js';
import { FEW_ATTEMPTS, messageStarts } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

const SEQUELIZE_TRANSIENT =
  /^Sequelize(ConnectionAcquireTimeout|ConnectionRefused|HostNotFound|HostNotReachable|ConnectionTimedOut|OptimisticLock)Error$/;
const SEQUELIZE_PERMANENT =
  /^Sequelize(\w*Constraint|Validation|EmptyResult|AccessDenied|InvalidConnection|Association|EagerLoading|Instance|Query|Scope|Aggregate|BulkRecord)\w*Error$/;

const TYPEORM_PERMANENT =
  /^(Could not find any entity of type|No metadata for|Property ".*" was not found in|Cannot perform update query because|Query runner already released|Cannot execute operation on ".*" connection because)/;
const LOST_UPDATE = /^(The optimistic lock on entity|The optimistic lock failed|Optimistic lock)/;

const PRISMA_PASSING_KINDS = [
  'TransactionWriteConflict',
  'TooManyConnections',
  'DatabaseNotReachable',
  'SocketTimeout',
];
const PRISMA_TRANSIENT = ['P2034', 'P2028', 'P1001', 'P1002', 'P1008', 'P2024', 'P2037'];

/** Of an adapter, where a raw query leaves no code that says as much. */
const PRISMA_REFUSED =
  /^(\w+ConstraintViolation|TableDoesNotExist|ColumnNotFound|Database(DoesNotExist|AlreadyExists|AccessDenied)|AuthenticationFailed|LengthMismatch|ValueOutOfRange|InvalidInputValue|InvalidIsolationLevel|InconsistentColumnData|UnsupportedNativeDataType|MissingFullTextSearchIndex)$/;

const MIKRO_TRANSIENT = ['DeadlockException', 'LockWaitTimeoutException', 'ConnectionException'];
const MIKRO_PERMANENT =
  /^(\w+ConstraintViolationException|TableNotFoundException|TableExistsException|SyntaxErrorException|InvalidFieldNameException|NonUniqueFieldNameException|ReadOnlyException)$/;

/** What ORMs add to the errors of the drivers below them, which have rules of their own. */
export const ormRules: readonly BuiltInRule[] = [
  {
    id: 'sequelize-try-later',
    verdict: 'transient',
    when: 'Sequelize: no connection, none free in the pool, an optimistic lock that failed',
    matches: (error) => SEQUELIZE_TRANSIENT.test(error.name),
  },
  {
    id: 'sequelize-refused',
    verdict: 'permanent',
    when: 'Sequelize: a violated constraint, a failed validation, an empty result, access denied',
    matches: (error) => SEQUELIZE_PERMANENT.test(error.name),
  },
  {
    id: 'prisma-try-later',
    verdict: 'transient',
    when: 'Prisma: P2034 write conflict, P2028 transaction expired, P1001, P1002, P1008, P2024, P2037 no connection',
    matches: (error) =>
      PRISMA_TRANSIENT.includes(prismaCode(error)) || PRISMA_PASSING_KINDS.includes(error.text('kind')),
  },
  {
    id: 'prisma-unanswered',
    verdict: 'ambiguous',
    when: 'Prisma: P1017, the server closed the connection',
    matches: (error) => prismaCode(error) === 'P1017' || error.text('kind') === 'ConnectionClosed',
  },
  {
    id: 'prisma-panic',
    verdict: 'transient',
    when: 'Prisma: its engine panicked',
    matches: (error) => error.name === 'PrismaClientRustPanicError',
    maxAttempts: 2,
  },
  {
    id: 'prisma-refused',
    verdict: 'permanent',
    when: 'Prisma: any other code except P2010, which is classified by the error of the database, and a failed validation',
    matches: (error) =>
      (/^P\d{4}$/.test(prismaCode(error)) && prismaCode(error) !== 'P2010') ||
      isInvalidCall(error) ||
      PRISMA_REFUSED.test(error.text('kind')),
  },
  {
    id: 'mikro-orm-rolled-back',
    verdict: 'transient',
    when: 'MikroORM: DeadlockException, LockWaitTimeoutException, ConnectionException',
    matches: (error) => error.nameIs(...MIKRO_TRANSIENT),
  },
  {
    id: 'mikro-orm-refused',
    verdict: 'permanent',
    when: 'MikroORM: a violated constraint, an unknown table or column, a syntax error',
    matches: (error) => MIKRO_PERMANENT.test(error.name),
  },
];

/** Names that minifiers change; so the messages count. */
export const ormMessages: readonly BuiltInRule[] = [
  {
    id: 'knex-no-connection',
    verdict: 'transient',
    when: 'Knex: no connection free in the pool within the time allowed',
    matches: (error) => messageStarts(error, 'Knex: Timeout acquiring a connection'),
  },
  {
    id: 'knex-query-timeout',
    verdict: 'ambiguous',
    when: 'Knex: a query took too long (KnexTimeoutError), Sequelize: SequelizeTimeoutError',
    matches: (error) => error.nameIs('KnexTimeoutError', 'SequelizeTimeoutError'),
  },
  {
    id: 'orm-lost-update',
    verdict: 'transient',
    when: 'TypeORM, MikroORM: an optimistic lock that failed; read again',
    matches: (error) => LOST_UPDATE.test(error.message) || error.name === 'OptimisticLockVersionMismatchError',
    maxAttempts: FEW_ATTEMPTS,
  },
  {
    id: 'orm-not-found',
    verdict: 'permanent',
    when: 'TypeORM: no such entity, no metadata; MikroORM: no such entity',
    matches: (error) =>
      TYPEORM_PERMANENT.test(error.message) ||
      /^Entity\w*NotFoundError$/.test(error.name) ||
      (error.has('entityClass') && error.has('criteria')) ||
      error.name === 'NotFoundError' ||
      /^\w+ not found \([^]*\)$/.test(error.message),
  },
];

/** Prisma prints the call before what is wrong with it; a bundler may have renamed the class. */
export function isInvalidCall(error: ErrorLink): boolean {
  if (error.nameIs('PrismaClientValidationError', 'PrismaClientConstructorValidationError')) return true;
  return prismaCode(error) === '' && error.has('clientVersion') && /^\s*Invalid `/.test(error.message);
}

/** Empty where the error is none of Prisma. */
function prismaCode(error: ErrorLink): string {
  if (!error.has('clientVersion')) return '';
  return error.code || error.text('errorCode');
}
