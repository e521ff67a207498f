import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

/** WriteConflict, ShutdownInProgress, PrimarySteppedDown, NotWritablePrimary, InterruptedAtShutdown and their kin. */
const TRANSIENT = [112, 91, 189, 10107, 11600, 11602, 13435, 13436];
/** MaxTimeMSExpired, and codes of a network that broke inside the cluster. */
const UNKNOWN_OUTCOME = [50, 6, 7, 64, 89, 262, 9001];
const NO_CONNECTION =
  /^(MongoServerSelectionError|MongooseServerSelectionError|MongoWaitQueueTimeoutError|MongoPoolClear(ed|edOnNetwork)Error)$/;
const NETWORK = /^Mongo(Network|NetworkTimeout|OperationTimeout|WriteConcern)Error$/;

export const mongodbRules: readonly BuiltInRule[] = [
  {
    id: 'mongodb-commit-unknown',
    verdict: 'ambiguous',
    when: 'MongoDB: the label UnknownTransactionCommitResult; repeat the commit, not the body',
    matches: (error) => hasLabel(error, 'UnknownTransactionCommitResult'),
  },
  {
    id: 'mongodb-rolled-back',
    verdict: 'transient',
    when: 'MongoDB: the label TransientTransactionError or RetryableWriteError',
    matches: (error) => hasLabel(error, 'TransientTransactionError') || hasLabel(error, 'RetryableWriteError'),
  },
  {
    id: 'mongodb-no-connection',
    verdict: 'transient',
    when: 'MongoDB, mongoose: no server could be selected, no connection was free, or it broke before the handshake',
    matches: (error) =>
      NO_CONNECTION.test(error.name) ||
      (NETWORK.test(error.name) && error.get('beforeHandshake') === true) ||
      /^Operation `.+` buffering timed out/.test(error.message),
  },
  {
    id: 'mongodb-unanswered',
    verdict: 'ambiguous',
    when: 'MongoDB: the network failed, a time limit passed, or a write was not replicated as asked',
    matches: (error) => NETWORK.test(error.name) || (isMongo(error) && UNKNOWN_OUTCOME.includes(codeOf(error))),
  },
  {
    id: 'mongodb-try-later',
    verdict: 'transient',
    when: 'MongoDB: a write conflict, a primary that steps down, a server that shuts down',
    matches: (error) => isMongo(error) && TRANSIENT.includes(codeOf(error)),
  },
  {
    id: 'mongodb-refused',
    verdict: 'permanent',
    when: 'MongoDB, BSON: any other error, such as a duplicate key or a failed validation of the document',
    matches: (error) => isMongo(error) || error.name.startsWith('BSON'),
  },
  {
    id: 'mongoose-version',
    verdict: 'transient',
    when: 'mongoose VersionError: another client has saved the document; read it again',
    matches: (error) => error.name === 'VersionError',
  },
  {
    id: 'mongoose-refused',
    verdict: 'permanent',
    when: 'mongoose: CastError, DocumentNotFoundError, StrictModeError, a missing or overwritten model',
    matches: (error) =>
      error.nameIs(
        'CastError',
        'DocumentNotFoundError',
        'StrictModeError',
        'ObjectExpectedError',
        'ParallelSaveError',
      ) || error.nameIs('MissingSchemaError', 'OverwriteModelError', 'StrictPopulateError', 'DivergentArrayError'),
  },
];

function isMongo(error: ErrorLink): boolean {
  return /^Mongo[A-Z]/.test(error.name) || error.isFunction('hasErrorLabel');
}

function codeOf(error: ErrorLink): number {
  return error.number('code') ?? 0;
}

function hasLabel(error: ErrorLink, label: string): boolean {
  const set = error.get('errorLabelSet');
  return (set instanceof Set && set.has(label)) || error.list('errorLabels').includes(label);
}
