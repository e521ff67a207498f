import { asSentence } from './as-sentence.js';
import type { DurableApiErrorCategory } from './durable-api-error-category.js';
import { isKnownName, nameOf } from './error-name.js';
import { listOf, memberOf, messageOf } from './thrown.js';

/** What is known of a failed call of the durable API, independent of the client and the shape of the error. */
export interface ApiFailureFacts {
  /** AWS's error name, else the code of a socket (`ECONNRESET`), else the name of the error. */
  code?: string;
  /** Absent when no response arrived. */
  httpStatus?: number;
  requestId?: string;
  message: string;
  /** The scope that a custom client states itself; an unknown scope counts as INVOCATION. */
  declaredScope?: DurableApiErrorCategory;
  /** The request was signed with a wrong clock, which the AWS client has corrected since. */
  clockCorrected?: true;
  /** The service's model says that the call may be repeated, or that it was throttled. */
  declaredRetryable?: 'throttled' | 'transient';
}

type IsOwn = (code: string | undefined) => boolean;

/** The maximum number of wrapped errors, outermost first; it also ends a cycle of causes. */
const MAX_LINKS = 10;

/**
 * Reads the facts by property, never by class: the error may come from another realm, another copy of the AWS client,
 * or a custom client, or be the cause of a user's error.
 *
 * @param isOwn - whether the configuration lists a code
 */
export function describeApiFailure(thrown: unknown, isOwn: IsOwn = () => false): ApiFailureFacts {
  const links = linksOf(thrown);
  const facts = links.map((link) => factsOf(link, isOwn));
  const told =
    facts.find(({ declaredScope, httpStatus }) => declaredScope !== undefined || httpStatus !== undefined) ??
    facts.find(({ code }) => isOwn(code) || isKnownName(code)) ??
    facts.find((_, at) => typeof memberOf(links[at], 'code') === 'string') ??
    facts[0]!;
  return {
    ...told,
    message: told.message || facts.find(({ message }) => message)?.message || (told.code ?? 'no reason given'),
  };
}

/** The facts as a sentence that starts with the call that failed. */
export function tellApiFailure(apiName: string, { code, httpStatus, requestId, message }: ApiFailureFacts): string {
  const answer = [httpStatus && `HTTP ${httpStatus}`, requestId && `request id ${requestId}`]
    .filter(Boolean)
    .join(', ');
  return `${apiName} failed with ${code ?? 'an unknown error'}${answer && ` (${answer})`}: ${asSentence(message)}`;
}

/** A thrown value and what it wraps: causes, and the attempts inside an `AggregateError` (one per address of a host). */
function linksOf(thrown: unknown): unknown[] {
  const links = [thrown];
  for (let at = 0; at < links.length && at < MAX_LINKS; at++) {
    const wrapped = [memberOf(links[at], 'cause'), ...listOf(memberOf(links[at], 'errors'))];
    links.push(...wrapped.filter((link) => typeof link === 'object' && link !== null && !links.includes(link)));
  }
  return links;
}

function factsOf(thrown: unknown, isOwn: IsOwn): ApiFailureFacts {
  const metadata = memberOf(thrown, '$metadata');
  const response = memberOf(thrown, '$response');
  const headers = memberOf(response, 'headers');
  return {
    code: nameOf(thrown, isOwn),
    httpStatus: firstOf('number', memberOf(metadata, 'httpStatusCode'), memberOf(response, 'statusCode')),
    requestId: firstOf('string', memberOf(metadata, 'requestId'), memberOf(headers, 'x-amzn-requestid')),
    message: messageOf(thrown),
    declaredScope: declaredScopeOf(thrown),
    clockCorrected: memberOf(metadata, 'clockSkewCorrected') === true || undefined,
    declaredRetryable: declaredRetryableOf(memberOf(thrown, '$retryable')),
  };
}

function declaredScopeOf(thrown: unknown): DurableApiErrorCategory | undefined {
  if (memberOf(thrown, 'isDurableExecutionClientError') !== true) return undefined;
  return memberOf(thrown, 'scope') === 'EXECUTION' ? 'EXECUTION' : 'INVOCATION';
}

/** The AWS client puts the trait on errors that the service's model marks; it repeats them, whatever the status. */
function declaredRetryableOf(trait: unknown): ApiFailureFacts['declaredRetryable'] {
  if (typeof trait !== 'object' || trait === null) return undefined;
  return memberOf(trait, 'throttling') === true ? 'throttled' : 'transient';
}

interface Primitives {
  string: string;
  number: number;
}

function firstOf<T extends keyof Primitives>(type: T, ...candidates: unknown[]): Primitives[T] | undefined {
  return candidates.find((candidate): candidate is Primitives[T] => typeof candidate === type && candidate !== '');
}
