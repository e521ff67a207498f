import { asRecord } from '../../wire/thrown.js';
import { classifyApiError } from './classify-api-error.js';
import type { ApiErrorClassification } from './classify-api-error.js';
import { DurableApiErrorCategory } from './durable-api-error-category.js';
import { brand, brandOf } from './error-brand.js';
import { InvocationError } from './invocation-error.js';
import type { TerminationReason } from './termination-reason.js';

/** The two calls that the engine makes, by the names of their IAM actions. */
export type DurableApiName = 'CheckpointDurableExecution' | 'GetDurableExecutionState';

export interface DurableApiErrorOptions {
  apiName: DurableApiName;
  terminationReason: TerminationReason;
}

/** A call of the durable API has failed; {@link category} says how far that reaches (PROTOCOL §6.1). */
export abstract class DurableApiError extends InvocationError {
  readonly category: DurableApiErrorCategory;
  readonly apiName: DurableApiName;
  override readonly code: string;
  /** Absent when no answer arrived. */
  readonly httpStatus?: number;
  readonly requestId?: string;
  /** The id of the row of the classification table that decided. */
  readonly rule: string;
  /** Whether a newer invocation has taken over: expected, so never logged as an error. */
  readonly isStaleToken: boolean;
  /** The facts as JSON text: recorded as `ErrorData` when the execution fails. */
  readonly errorData: string;

  static {
    brand(this, { name: 'DurableApiError', code: 'DURABLE_API_ERROR' });
  }

  protected constructor(failure: unknown, { apiName, terminationReason }: DurableApiErrorOptions) {
    const cause = originOf(failure);
    const { category, rule, facts } = classifyApiError(cause);
    super(sentence(apiName, { category, rule, facts }), { cause, terminationReason });
    this.category = category;
    this.apiName = apiName;
    this.code = facts.code ?? 'UnknownError';
    this.httpStatus = facts.httpStatus;
    this.requestId = facts.requestId;
    this.rule = rule.id;
    this.isStaleToken = rule.isStaleToken === true;
    const { code, httpStatus, requestId } = this;
    this.errorData = JSON.stringify({ code, httpStatus, requestId, apiName });
  }

  override isRetryable(): boolean {
    return this.category === DurableApiErrorCategory.INVOCATION;
  }
}

/** An error that was wrapped before, maybe by another copy of the package, is judged by what it wraps. */
function originOf(failure: unknown): unknown {
  return brandOf(failure).includes('DurableApiError') ? (asRecord(failure).cause ?? failure) : failure;
}

function sentence(apiName: DurableApiName, { rule, facts }: ApiErrorClassification): string {
  const { code = 'an unknown error', httpStatus, requestId, message } = facts;
  const answer = [httpStatus && `HTTP ${httpStatus}`, requestId && `request id ${requestId}`].filter(Boolean).join(', ');
  return `${apiName} failed with ${code}${answer && ` (${answer})`}: ${endSentence(message)} ${rule.why} ${rule.remedy}`;
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
