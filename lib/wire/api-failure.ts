import type { DurableApiErrorCategory } from './durable-api-error-category.js';
import { ERROR_CODES } from './error-codes.js';
import { asRecord, messageOf } from './thrown.js';

/** What is known of a failed call of the durable API, whoever threw it and in whatever shape. */
export interface ApiFailureFacts {
  /** AWS's error name, else the code of a socket (`ECONNRESET`), else the name of the error. */
  code?: string;
  /** Absent when no answer arrived. */
  httpStatus?: number;
  requestId?: string;
  message: string;
  /** The scope that a custom client states itself; one that is not understood counts as INVOCATION. */
  declaredScope?: DurableApiErrorCategory;
  /** The request was signed with a wrong clock, which the AWS client has put right since. */
  clockCorrected?: true;
}

/** Wrapped errors looked at, outermost first; a cycle of causes ends here too. */
const MAX_LINKS = 10;
/** Names that say nothing, beside a `code` that does. */
const GENERIC_NAMES: ReadonlySet<unknown> = new Set(['Error', 'AggregateError', 'TypeError']);
const KNOWN_CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

/**
 * Reads the facts by property, never by class: the error may come from another realm, another copy of the AWS client, a
 * custom client, or stand as a cause inside an error of the user's.
 */
export function describeApiFailure(thrown: unknown): ApiFailureFacts {
  const links = linksOf(thrown);
  const facts = links.map(factsOf);
  const told =
    facts.find(({ declaredScope, httpStatus }) => declaredScope !== undefined || httpStatus !== undefined) ??
    facts.find(({ code }) => KNOWN_CODES.has(code)) ??
    facts.find((_, at) => typeof asRecord(links[at]).code === 'string') ??
    factsOf(thrown);
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
  const end = /[.!?]$/.test(message) ? '' : '.';
  return `${apiName} failed with ${code ?? 'an unknown error'}${answer && ` (${answer})`}: ${message}${end}`;
}

/** A thrown value and what it wraps: causes, and the attempts inside an `AggregateError` (one per address of a host). */
function linksOf(thrown: unknown): unknown[] {
  const links = [thrown];
  for (let at = 0; at < links.length && at < MAX_LINKS; at++) {
    const { cause, errors } = asRecord(links[at]);
    const wrapped: unknown[] = [cause, ...(Array.isArray(errors) ? errors : [])];
    links.push(...wrapped.filter((link) => typeof link === 'object' && link !== null && !links.includes(link)));
  }
  return links;
}

function factsOf(thrown: unknown): ApiFailureFacts {
  const error = asRecord(thrown);
  const metadata = asRecord(error.$metadata);
  const response = asRecord(error.$response);
  return {
    code: codeOf(error),
    httpStatus: firstOf('number', metadata.httpStatusCode, response.statusCode),
    requestId: firstOf('string', metadata.requestId, asRecord(response.headers)['x-amzn-requestid']),
    message: messageOf(thrown),
    declaredScope: declaredScopeOf(error),
    clockCorrected: metadata.clockSkewCorrected === true || undefined,
  };
}

function codeOf({ name, code }: Readonly<Record<string, unknown>>): string | undefined {
  const inOrder = GENERIC_NAMES.has(name) || KNOWN_CODES.has(code) ? [code, name] : [name, code];
  return firstOf('string', ...inOrder);
}

function declaredScopeOf(error: Readonly<Record<string, unknown>>): DurableApiErrorCategory | undefined {
  if (error.isDurableExecutionClientError !== true) return undefined;
  return error.scope === 'EXECUTION' ? 'EXECUTION' : 'INVOCATION';
}

interface Primitives {
  string: string;
  number: number;
}

function firstOf<T extends keyof Primitives>(type: T, ...candidates: unknown[]): Primitives[T] | undefined {
  return candidates.find((candidate): candidate is Primitives[T] => typeof candidate === type && candidate !== '');
}
