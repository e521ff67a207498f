import type { BuiltInRule } from '../built-in-rule.js';
import { messageStarts } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

/** REQUEST_TIMED_OUT, NOT_ENOUGH_REPLICAS_AFTER_APPEND, OUT_OF_ORDER_SEQUENCE_NUMBER. */
const KAFKA_MAY_HAVE_WRITTEN = [7, 20, 45];
/** Codes of nodemailer that no one else uses. */
const MAIL_ALONE = ['EAUTH', 'ENOAUTH', 'EOAUTH2', 'EENVELOPE', 'ETLS', 'EREQUIRETLS', 'ECONFIG'];
const BULLMQ_MOVED = /^bullmq:(rateLimitExceeded|movedTo)/;

/** Kafka, AMQP, BullMQ and mail. */
export const messagingRules: readonly BuiltInRule[] = [
  {
    id: 'kafka-unanswered',
    verdict: 'ambiguous',
    when: 'KafkaJS: REQUEST_TIMED_OUT, NOT_ENOUGH_REPLICAS_AFTER_APPEND, OUT_OF_ORDER_SEQUENCE_NUMBER, a request timeout',
    matches: (error) =>
      isKafka(error) &&
      (KAFKA_MAY_HAVE_WRITTEN.includes(error.number('code') ?? 0) || error.name === 'KafkaJSRequestTimeoutError'),
  },
  {
    id: 'kafka-try-later',
    verdict: 'transient',
    when: 'KafkaJS: `retriable` is true',
    matches: (error) => isKafka(error) && error.get('retriable') === true,
  },
  {
    id: 'kafka-refused',
    verdict: 'permanent',
    when: 'KafkaJS: `retriable` is false; KafkaJSNumberOfRetriesExceeded says so too and is classified by its cause',
    matches: (error) => isKafka(error) && !isKafkaGivenUp(error) && error.get('retriable') === false,
  },
  {
    id: 'amqp-locked',
    verdict: 'transient',
    when: 'AMQP 405 RESOURCE_LOCKED',
    matches: (error) => isAmqp(error) && error.number('code') === 405,
  },
  {
    id: 'amqp-closed',
    verdict: 'ambiguous',
    when: 'AMQP 320 CONNECTION_FORCED, 541 INTERNAL_ERROR',
    matches: (error) => isAmqp(error) && [320, 541].includes(error.number('code') ?? 0),
  },
  {
    id: 'amqp-refused',
    verdict: 'permanent',
    when: 'AMQP: any other reply code, such as 403 ACCESS_REFUSED, 404 NOT_FOUND, 406 PRECONDITION_FAILED',
    matches: isAmqp,
  },
  {
    id: 'bullmq-moved',
    verdict: 'transient',
    when: 'BullMQ: RateLimitError, DelayedError and others that move a job',
    matches: (error) => BULLMQ_MOVED.test(error.message),
  },
  {
    id: 'bullmq-unrecoverable',
    verdict: 'permanent',
    when: 'BullMQ: UnrecoverableError',
    matches: (error) => error.name === 'UnrecoverableError' || error.message === 'bullmq:unrecoverable',
  },
  {
    id: 'mail-try-later',
    verdict: 'transient',
    when: 'nodemailer: the mail server responded with 4xx',
    matches: (error) => isMail(error) && replyClass(error) === 4,
  },
  {
    id: 'mail-refused',
    verdict: 'permanent',
    when: 'nodemailer: the mail server responded with 5xx, the login was refused, the envelope is invalid',
    matches: (error) =>
      isMail(error) &&
      (replyClass(error) === 5 || error.get('permanent') === true || error.codeIs(...MAIL_ALONE, 'EMESSAGE')),
  },
];

/** Known by text alone, or wrappers with no further error inside. */
export const messagingFallbacks: readonly BuiltInRule[] = [
  {
    id: 'messaging-unanswered',
    verdict: 'ambiguous',
    when: 'nodemailer ECONNECTION, ESOCKET, ETIMEDOUT; KafkaJSNumberOfRetriesExceeded; AMQP `Channel ended`, `Connection closed`',
    matches: (error) =>
      (error.has('command') && error.codeIs('ECONNECTION', 'ESOCKET', 'EDNS', 'ETIMEDOUT')) ||
      isKafkaGivenUp(error) ||
      messageStarts(error, 'Channel ended, no reply will be forthcoming', 'Unexpected close', 'Connection closed: '),
  },
  {
    id: 'amqp-not-sent',
    verdict: 'transient',
    when: 'amqplib: the channel or the connection was closed before anything was sent; open a new one',
    matches: (error) =>
      ['Channel closed', 'Channel closing', 'Connection closed', 'Connection closing'].includes(error.message) ||
      messageStarts(error, 'Socket closed abruptly during opening handshake'),
  },
  {
    id: 'amqp-handshake',
    verdict: 'permanent',
    when: 'amqplib: the handshake was refused',
    matches: (error) => messageStarts(error, 'Handshake terminated by server'),
  },
];

function isKafka(error: ErrorLink): boolean {
  return error.name.startsWith('KafkaJS');
}

function isKafkaGivenUp(error: ErrorLink): boolean {
  return error.name === 'KafkaJSNumberOfRetriesExceeded';
}

function isAmqp(error: ErrorLink): boolean {
  return [error.get('code'), error.get('classId'), error.get('methodId')].every((part) => typeof part === 'number');
}

function isMail(error: ErrorLink): boolean {
  if (MAIL_ALONE.includes(error.code)) return true;
  return error.code.startsWith('E') && (error.has('command') || error.has('responseCode'));
}

function replyClass(error: ErrorLink): number {
  return Math.floor((error.number('responseCode') ?? 0) / 100);
}
