import type { ErrorShape } from './error-of-shape.js';

const branded = (name: string, ...parents: string[]): ErrorShape => ({
  name,
  flags: { brand: ['DurableExecutionsError', ...parents, name] },
});
const http = (status: number, flags: ErrorShape['flags'] = {}): ErrorShape => ({
  message: `answered ${status}`,
  status,
  flags,
});
const axios = (code: string, more: ErrorShape = {}): ErrorShape => ({
  name: 'AxiosError',
  code,
  ...more,
  flags: { isAxiosError: true, ...more.flags },
});
const aws = (name: string, flags: ErrorShape['flags'] = {}): ErrorShape => ({
  name,
  flags: { $fault: 'client', '$metadata.httpStatusCode': 400, ...flags },
});
const stripe = (type: string, more: ErrorShape = {}): ErrorShape => ({ ...more, flags: { type, ...more.flags } });
const model = (status: number | undefined, message = ''): ErrorShape => ({
  message,
  flags: { status, requestID: 'r', error: undefined },
});
const grpc = (code: number): ErrorShape => ({ code, flags: { details: 'd', metadata: {} } });
const mongo = (code: number, labels: string[] = []): ErrorShape => ({
  name: 'MongoServerError',
  code,
  flags: { errorLabels: labels },
});
const nest = (status: number): ErrorShape => ({ name: 'e', status, flags: { methods: ['getStatus', 'getResponse'] } });
const sqlState = (code: string): ErrorShape => ({ name: 'error', code, flags: { severity: 'ERROR' } });
const aggregate = (...members: ErrorShape[]): ErrorShape => ({
  name: 'AggregateError',
  causeShape: members.map((member) => ({ via: 'errors[]', ...member })),
});
const fetchFailed = (cause: ErrorShape): ErrorShape => ({
  name: 'TypeError',
  message: 'fetch failed',
  causeShape: [{ via: 'cause', ...cause }],
});
const text = (message: string): ErrorShape => ({ name: 'Error', message });

/** What each row of the table must recognise; names are as a minifier leaves them, if it changes them. */
export const ROW_EXAMPLES: Readonly<Record<string, readonly ErrorShape[]>> = {
  'durable-interrupted': [branded('StepInterruptedError'), branded('StepTimeoutError')],
  'durable-operation': [
    { ...branded('StepError', 'DurableOperationError'), causeShape: [{ via: 'cause', code: 'ECONNREFUSED' }] },
    { name: 'x', flags: { errorType: 'InvokeError' } },
    { message: 'around it', causeShape: [{ via: 'cause', flags: { errorType: 'StepError' } }] },
  ],
  'connect-refused': [
    { code: 'ECONNREFUSED' },
    { code: 'EAI_AGAIN' },
    { code: 'ERR_TLS_HANDSHAKE_TIMEOUT' },
    { code: 'ETIMEDOUT', flags: { syscall: 'connect' } },
    { name: 'TimeoutError', code: 'ETIMEDOUT', flags: { event: 'secureConnect' } },
    { code: 'ETIMEDOUT', flags: { timeoutType: 'GREETING_TIMEOUT', command: 'CONN' } },
    { code: 'ESOCKET', flags: { originalCode: 'ECONNREFUSED', command: 'CONN' } },
    // Octokit says 500, KafkaJS says that it must not be retried.
    {
      name: 'HttpError',
      status: 500,
      flags: { request: {} },
      causeShape: [{ via: 'cause', name: 'TypeError', next: [{ via: 'cause', code: 'ECONNREFUSED' }] }],
    },
    {
      name: 'KafkaJSNumberOfRetriesExceeded',
      flags: { retriable: false },
      causeShape: [{ via: 'cause', code: 'ECONNREFUSED' }],
    },
  ],
  'connect-unknown-host': [{ code: 'ENOTFOUND' }],
  'aggregate-ambiguous': [aggregate({ code: 'ECONNRESET' }, { code: 'ECONNREFUSED' })],
  'aggregate-transient': [
    aggregate({ code: 'ECONNREFUSED' }, { name: 'TypeError' }),
    aggregate({ name: 'Error', message: 'nobody knows it' }, { name: 'TypeError' }),
    fetchFailed(aggregate({ name: 'Error', message: 'connect ECONNREFUSED ::1:443' })),
  ],
  'aggregate-permanent': [aggregate({ name: 'TypeError' }, { status: 404 })],
  'axios-cancelled-by-timeout': [
    axios('ERR_CANCELED', { flags: { __CANCEL__: true, 'config.signal.reason.name': 'TimeoutError' } }),
  ],
  'axios-cancelled': [axios('ERR_CANCELED'), { flags: { __CANCEL__: true } }],
  'axios-not-sent': [
    axios('ERR_BAD_REQUEST', { message: 'Request body larger than maxBodyLength limit' }),
    axios('ERR_FR_TOO_MANY_REDIRECTS'),
    axios('ERR_NOT_SUPPORT'),
    axios('ERR_BAD_RESPONSE', { message: 'maxContentLength size of 10 exceeded', flags: { 'response.status': 200 } }),
  ],
  'axios-unanswered': [axios('ECONNABORTED'), axios('ERR_BAD_RESPONSE', { flags: { 'response.status': 200 } })],
  'got-unusable-answer': [
    { name: 'ParseError', code: 'ERR_BODY_PARSE_FAILURE', flags: { 'response.statusCode': 200 } },
  ],
  'node-fetch-permanent': [{ name: 'e', flags: { type: 'max-redirect' } }],
  'node-fetch-unanswered': [
    { name: 'e', flags: { type: 'request-timeout' } },
    { name: 'FetchError', flags: { type: 'invalid-json' } },
  ],
  'fetch-redirects': [fetchFailed({ message: 'redirect count exceeded' }), fetchFailed({ message: 'bad port' })],
  'aws-throttled': [
    aws('ThrottlingException'),
    aws('SlowDown', { $fault: 'server', '$metadata.httpStatusCode': 503 }),
    aws('LimitExceededException'),
    aws('Unheard', { '$retryable.throttling': true }),
  ],
  'aws-signature-expired': [
    { ...aws('InvalidSignatureException'), message: 'Signature expired: 20260101T000000Z is now earlier' },
    aws('ExpiredTokenException'),
    aws('RequestTimeout'),
    aws('RequestTimeTooSkewed'),
  ],
  'aws-conflict': [
    aws('TransactionConflictException'),
    aws('ConditionalRequestConflict', { '$metadata.httpStatusCode': 409 }),
  ],
  'dynamodb-transaction-refused': [
    aws('TransactionCanceledException', {
      'CancellationReasons[].Code': ['TransactionConflict', 'ConditionalCheckFailed'],
    }),
  ],
  'dynamodb-transaction-cancelled': [
    aws('TransactionCanceledException', { 'CancellationReasons[].Code': ['None', 'ThrottlingError'] }),
  ],
  'aws-credentials-unreachable': [
    { name: 'CredentialsProviderError', message: 'Error response received from instance metadata service' },
  ],
  'aws-credentials': [{ name: 'CredentialsProviderError', message: 'Could not load credentials from any providers' }],
  'aws-unreadable-answer': [{ name: 'SyntaxError', message: 'Unexpected token', flags: { '$metadata.attempts': 1 } }],
  'aws-refused': [
    aws('ConditionalCheckFailedException'),
    aws('NotFound', { '$metadata.httpStatusCode': 404 }),
    aws('Unknown', { '$metadata.httpStatusCode': 403 }),
  ],
  'aws-server-error': [aws('InternalServerError', { $fault: 'server', '$metadata.httpStatusCode': 500 })],
  'stripe-says-retry': [
    stripe('StripeAPIError', { statusCode: 500, flags: { headers: { 'stripe-should-retry': 'true' } } }),
  ],
  'stripe-says-no': [
    stripe('StripeAPIError', { statusCode: 500, flags: { headers: { 'stripe-should-retry': 'false' } } }),
  ],
  'stripe-try-later': [
    stripe('StripeRateLimitError', { statusCode: 429 }),
    stripe('StripeInvalidRequestError', { code: 'lock_timeout', statusCode: 400 }),
  ],
  'stripe-server-error': [stripe('StripeAPIError', { statusCode: 502 })],
  'stripe-refused': [
    stripe('StripeCardError', { code: 'card_declined', statusCode: 402 }),
    stripe('StripeSignatureVerificationError'),
  ],
  'twilio-try-later': [{ code: 20429, status: 429 }],
  'twilio-refused': [
    { code: 21211, status: 400 },
    { code: 20003, status: 401 },
  ],
  'slack-try-later': [
    { name: 'e', code: 'slack_webapi_rate_limited_error', flags: { retryAfter: 8 } },
    { name: 'e', code: 'slack_webapi_platform_error', flags: { 'data.error': 'internal_error' } },
  ],
  'slack-refused': [{ name: 'e', code: 'slack_webapi_platform_error', flags: { 'data.error': 'channel_not_found' } }],
  'model-quota-spent': [{ code: 'insufficient_quota', status: 429 }],
  'model-aborted': [model(undefined, 'Request was aborted.')],
  'model-try-again': [model(500), model(409), model(undefined, 'Request timed out.')],
  'ai-sdk-retryable': [
    { name: 'AI_APICallError', flags: { isRetryable: true } },
    {
      name: 'AI_RetryError',
      flags: { reason: 'maxRetriesExceeded', 'lastError.name': 'AI_APICallError', 'lastError.isRetryable': true },
    },
  ],
  'ai-sdk-no-output': [{ name: 'AI_NoObjectGeneratedError' }],
  'ai-sdk-refused': [
    { name: 'AI_APICallError', flags: { isRetryable: false, statusCode: 500 } },
    { name: 'AI_LoadAPIKeyError' },
  ],
  'grpc-try-later': [grpc(8), grpc(10)],
  'grpc-unanswered': [grpc(2), grpc(4), grpc(13), grpc(14), { code: 14, message: '14 UNAVAILABLE: gone' }],
  'grpc-refused': [1, 3, 5, 6, 7, 9, 11, 12, 15, 16].map(grpc),
  'kafka-unanswered': [
    { name: 'KafkaJSProtocolError', code: 7, flags: { retriable: true } },
    { name: 'KafkaJSRequestTimeoutError', flags: { retriable: true } },
  ],
  'kafka-try-later': [{ name: 'KafkaJSProtocolError', code: 3, flags: { retriable: true } }],
  'kafka-refused': [{ name: 'KafkaJSProtocolError', code: 29, flags: { retriable: false } }],
  'amqp-locked': [{ code: 405, flags: { classId: 50, methodId: 10 } }],
  'amqp-closed': [{ code: 320, flags: { classId: 0, methodId: 0 } }],
  'amqp-refused': [{ code: 406, flags: { classId: 50, methodId: 10 } }],
  'bullmq-moved': [text('bullmq:rateLimitExceeded'), text('bullmq:movedToDelayed')],
  'bullmq-unrecoverable': [
    { name: 'UnrecoverableError', message: 'no' },
    { name: 'e', message: 'bullmq:unrecoverable' },
  ],
  'mail-try-later': [
    { code: 'EENVELOPE', flags: { responseCode: 451, command: 'RCPT TO' } },
    { code: 'EAUTH', flags: { responseCode: 454, command: 'AUTH PLAIN' } },
  ],
  'mail-refused': [
    { code: 'EAUTH', flags: { responseCode: 535, command: 'AUTH PLAIN' } },
    { code: 'EENVELOPE', message: 'No recipients defined', flags: { command: 'API' } },
    { code: 'ENOAUTH' },
  ],
  'mongodb-commit-unknown': [mongo(50, ['UnknownTransactionCommitResult'])],
  'mongodb-rolled-back': [mongo(112, ['TransientTransactionError']), mongo(91, ['RetryableWriteError'])],
  'mongodb-no-connection': [
    { name: 'MongoServerSelectionError' },
    { name: 'MongoWaitQueueTimeoutError' },
    { name: 'MongoNetworkError', flags: { beforeHandshake: true } },
    { name: 'MongooseError', message: 'Operation `users.insertOne()` buffering timed out after 10000ms' },
  ],
  'mongodb-unanswered': [{ name: 'MongoNetworkTimeoutError' }, { name: 'MongoWriteConcernError', code: 64 }, mongo(50)],
  'mongodb-try-later': [mongo(10107), mongo(112)],
  'mongodb-refused': [mongo(11000), { name: 'MongoParseError' }, { name: 'BSONError' }],
  'mongoose-version': [{ name: 'VersionError' }],
  'mongoose-refused': [{ name: 'CastError' }, { name: 'DocumentNotFoundError' }],
  'mysql-rolled-back': [
    { code: 'ER_LOCK_DEADLOCK', errno: 1213 },
    { code: 'ER_CON_COUNT_ERROR', errno: 1040 },
    { flags: { kind: 'mysql', originalCode: '1205' } },
  ],
  'mysql-unanswered': [
    { code: 'PROTOCOL_CONNECTION_LOST', flags: { fatal: true } },
    { code: 'ER_SERVER_SHUTDOWN', errno: 1053 },
  ],
  'mysql-refused': [{ code: 'ER_DUP_ENTRY', errno: 1062 }, { code: 'PROTOCOL_INCORRECT_PACKET_SEQUENCE' }],
  'mssql-rolled-back': [{ name: 'RequestError', code: 'EREQUEST', flags: { number: 1205, class: 13, state: 1 } }],
  'mssql-no-connection': [{ name: 'ConnectionError', code: 'ESOCKET' }],
  'mssql-unanswered': [{ name: 'RequestError', code: 'ETIMEOUT' }],
  'mssql-refused': [
    { name: 'RequestError', code: 'EREQUEST', flags: { number: 2627, class: 14, state: 1 } },
    { name: 'ConnectionError', code: 'ELOGIN' },
  ],
  'sqlite-busy': [{ code: 'SQLITE_BUSY_SNAPSHOT' }, { code: 'ERR_SQLITE_ERROR', flags: { errcode: 261 } }],
  'sqlite-refused': [
    { flags: { kind: 'sqlite', extendedCode: 2067 } },
    { code: 'SQLITE_CONSTRAINT_UNIQUE' },
    { code: 'ERR_SQLITE_ERROR', flags: { errcode: 2067 } },
  ],
  'sequelize-try-later': [{ name: 'SequelizeConnectionAcquireTimeoutError' }, { name: 'SequelizeOptimisticLockError' }],
  'sequelize-refused': [
    { name: 'SequelizeForeignKeyConstraintError' },
    { name: 'SequelizeValidationError' },
    { name: 'SequelizeAccessDeniedError' },
    { name: 'SequelizeAggregateError' },
  ],
  'prisma-try-later': [
    { code: 'P2034', flags: { clientVersion: '7' } },
    { flags: { clientVersion: '6', errorCode: 'P1001' } },
  ],
  'prisma-unanswered': [{ code: 'P1017', flags: { clientVersion: '7' } }],
  'prisma-panic': [{ name: 'PrismaClientRustPanicError', flags: { clientVersion: '6' } }],
  'prisma-refused': [
    { code: 'P2002', flags: { clientVersion: '7' } },
    { name: 'PrismaClientValidationError', flags: { clientVersion: '7' } },
    { name: 'e', message: '\nInvalid `prisma.user.create()` invocation:\n\n{', flags: { clientVersion: '7' } },
    { code: 'P2010', flags: { clientVersion: '7', 'meta.driverAdapterError.cause.kind': 'UniqueConstraintViolation' } },
  ],
  'mikro-orm-rolled-back': [{ name: 'LockWaitTimeoutException' }],
  'mikro-orm-refused': [{ name: 'UniqueConstraintViolationException' }],
  'postgres-rolled-back': ['40001', '40P01', '55P03', '57P01', '53300', '08001', '25006', '25P02'].map(sqlState),
  'postgres-unanswered': ['08006', '40003', '57P02'].map(sqlState),
  'postgres-cancelled': ['57014', 'XX000', '58030', 'F0001'].map(sqlState),
  'postgres-refused': [
    ...['23505', '22P02', '28P01', '42703', '3D000', '0A000', 'P0001', '25001'].map(sqlState),
    { flags: { clientVersion: '6', 'meta.code': '23505' }, code: 'P2010' },
  ],
  'postgres-js-unanswered': [{ code: 'CONNECTION_CLOSED' }],
  'postgres-js-refused': [{ code: 'UNDEFINED_VALUE' }, { code: 'SASL_SIGNATURE_MISMATCH' }],
  'elasticsearch-refused': [{ name: 'RequestAbortedError', flags: { meta: {} } }],
  'nest-timeout': [nest(504), nest(408)],
  'nest-server-error': [nest(500), nest(502), nest(503)],
  'nest-intrinsic': [{ flags: { constructor: { name: 'IntrinsicException' } } }],
  'validation-failed': [
    { name: 'ValidationError' },
    { flags: { isJoi: true, details: [{}] } },
    { flags: { inner: [{}], errors: ['a is required'] } },
    { flags: { inner: [], errors: ['a is required'] } },
    { name: 'e', flags: { lists: ['issues'] } },
  ],
  'graphql-server-error': [{ flags: { locations: [], 'extensions.code': 'INTERNAL_SERVER_ERROR' } }],
  'graphql-refused': [
    { flags: { locations: [], 'extensions.code': 'BAD_USER_INPUT' } },
    { name: 'GraphQLError', message: 'Syntax Error', flags: { locations: [] } },
    { flags: { 'response.status': 200, 'response.errors': [{ message: 'm' }] } },
    { name: 'e', flags: { locations: [], nodes: [], extensions: {} } },
  ],
  'jwt-invalid': [{ name: 'TokenExpiredError' }],
  'rxjs-empty': [{ name: 'SequenceError' }, { name: 'EmptyError' }],
  'http-try-later': [
    ...[423, 425, 429, 503, 529].map((status) => http(status)),
    { flags: { 'response.status': 429, 'response.errors': [{ message: 'slow down' }] } },
  ],
  'http-quota': [
    http(403, { 'response.headers': { 'x-ratelimit-remaining': '0' } }),
    { code: 403, flags: { 'response.statusCode': 403, 'errors[0].reason': 'userRateLimitExceeded' } },
  ],
  'http-conflict': [http(409), http(412)],
  'http-unanswered': [408, 500, 502, 504, 520, 524].map((status) => http(status)),
  'http-refused': [400, 401, 402, 403, 404, 405, 406, 410, 413, 422, 451, 501, 505, 302].map((status) => http(status)),
  'node-unanswered': [
    { code: 'ECONNRESET' },
    { code: 'UND_ERR_BODY_TIMEOUT' },
    { code: 'HPE_INVALID_CONSTANT' },
    { name: 'HTTPParserError' },
    fetchFailed({ name: 'HTTPParserError', message: 'Expected HTTP/, RTSP/ or ICE/' }),
  ],
  'node-certificate': [{ code: 'EPROTO' }, { code: 'CERT_HAS_EXPIRED' }, { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
  'node-busy': [{ code: 'EMFILE' }],
  'node-file': [{ code: 'ENOENT' }],
  'node-process-timeout': [{ flags: { killed: true, signal: 'SIGTERM', cmd: 'sleep 1' } }],
  timeout: [
    { name: 'TimeoutError', code: 23 },
    { name: 'AbortError', code: 20, causeShape: [{ via: 'cause', name: 'TimeoutError' }] },
  ],
  aborted: [
    { name: 'AbortError', code: 20 },
    { name: 'AbortError', code: 'ABORT_ERR' },
  ],
  'node-misuse': [
    { name: 'TypeError', code: 'ERR_INVALID_URL' },
    { code: 'UND_ERR_DESTROYED' },
    { code: 'ERR_OSSL_BAD_DECRYPT' },
    { code: 'ERR_ASSERTION' },
  ],
  'connect-message': [text('connect ECONNREFUSED 127.0.0.1:9'), text('getaddrinfo EAI_AGAIN db')],
  'socket-message': [text('socket hang up'), text('aborted')],
  'pg-no-connection': [text('timeout expired'), text('timeout exceeded when trying to connect')],
  'pg-unanswered': [text('Connection terminated unexpectedly'), text('Query read timeout')],
  'pg-misuse': [text('The server does not support SSL connections'), text('Client was closed and is not queryable')],
  'mysql-no-connection': [text('Queue limit reached.')],
  'sqlite-locked-message': [text('database is locked')],
  'sqlite-refused-message': [
    text('UNIQUE constraint failed: users.email'),
    text('no such table: users'),
    text('file is not a database'),
  ],
  'knex-no-connection': [
    { name: 'KnexTimeoutError', message: 'Knex: Timeout acquiring a connection. The pool is probably full.' },
  ],
  'knex-query-timeout': [
    { name: 'KnexTimeoutError', message: 'Defined query timeout of 10ms exceeded when running query.' },
  ],
  'orm-lost-update': [
    { name: 'e', message: 'The optimistic lock on entity User failed, version 1 was expected, but is actually 2.' },
  ],
  'orm-not-found': [
    { name: 'e', message: 'Could not find any entity of type "User" matching: {}' },
    { name: 'e', message: 'User not found ({ id: 1 })' },
    { name: 'e', message: 'Query runner already released. Cannot run queries anymore.' },
  ],
  'redis-try-later': [text('LOADING Redis is loading the dataset in memory'), text('READONLY You can’t write')],
  'redis-refused': [text('WRONGTYPE Operation against a key'), text('NOAUTH Authentication required.')],
  'redis-not-sent': [text('The client is offline')],
  'redis-unanswered': [text('Connection is closed.'), text('Socket closed unexpectedly')],
  'redis-misuse': [text('The client is closed')],
  'http-client-unanswered': [
    axios('ERR_NETWORK'),
    { name: 'TypeError', message: 'terminated' },
    fetchFailed({ name: 'ProxyConnectionError', message: 'closed' }),
  ],
  'service-unanswered': [stripe('StripeConnectionError'), { code: 'slack_webapi_request_error' }],
  'messaging-unanswered': [
    { code: 'ECONNECTION', message: 'Connection closed unexpectedly', flags: { command: 'CONN' } },
    { name: 'KafkaJSNumberOfRetriesExceeded', flags: { retriable: false } },
    text('Channel ended, no reply will be forthcoming'),
  ],
  'amqp-not-sent': [text('Channel closed'), text('Socket closed abruptly during opening handshake')],
  'amqp-handshake': [text('Handshake terminated by server: 403 (ACCESS-REFUSED)')],
  'elasticsearch-no-connection': [{ name: 'NoLivingConnectionsError', flags: { meta: {} } }],
  'elasticsearch-unanswered': [{ name: 'ConnectionError', message: 'socket closed', flags: { meta: {} } }],
  bug: [{ name: 'TypeError', message: 'Cannot read properties of undefined' }, { name: 'DataCloneError' }],
};
