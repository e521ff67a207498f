import { tellApiFailure } from '../../../wire/api-failure.js';
import { type ApiErrorCodes, classifyApiError } from '../../../wire/classify-api-error.js';
import type { DurableApiErrorCategory } from './durable-api-error-category.js';
import { brand, brandOf } from '../../../wire/error-brand.js';
import { InvocationError } from './invocation-error.js';
import type { TerminationReason } from './termination-reason.js';

/** The two calls of the engine, by the names of their IAM actions. */
export type DurableApiName = 'CheckpointDurableExecution' | 'GetDurableExecutionState';

const TERMINATION_REASONS = {
  CheckpointDurableExecution: 'CHECKPOINT_FAILED',
  GetDurableExecutionState: 'STATE_LOAD_FAILED',
} as const satisfies Record<DurableApiName, TerminationReason>;

/** A call of the durable API has failed; {@link category} is the scope of the failure. */
export abstract class DurableApiError extends InvocationError {
  readonly category: DurableApiErrorCategory;
  readonly apiName: DurableApiName;
  override readonly code: string;
  /** Absent when no response arrived. */
  readonly httpStatus?: number;
  readonly requestId?: string;
  /** The id of the row of the classification table that decided. */
  readonly rule: string;
  /** Whether a newer invocation has taken over: expected, so never logged as an error. */
  readonly isStaleToken: boolean;
  /** The facts as JSON text: recorded as `ErrorData` when the execution fails. */
  readonly errorData: string;

  static {
    brand(this, 'DurableApiError');
  }

  /**
   * @param codes - of the function's configuration, whose scope differs from the table's
   * @param waiting - what has waited for the call, as a sentence
   */
  protected constructor(
    failure: unknown,
    apiName: DurableApiName,
    { codes, waiting }: { codes?: ApiErrorCodes | undefined; waiting?: string | undefined },
  ) {
    // Wrapped before, maybe by another copy of the package: classify the inner error, and keep the name of the original
    // call.
    const wrapped = brandOf(failure).includes('DurableApiError') ? (failure as DurableApiError) : undefined;
    const cause = wrapped?.cause ?? failure;
    const { category, rule, facts } = classifyApiError(cause, codes);
    const { code = 'UnknownError', httpStatus, requestId } = facts;
    const calledApi = wrapped?.apiName ?? apiName;
    super([tellApiFailure(calledApi, facts), waiting, rule.why, rule.remedy].filter(Boolean).join(' '), {
      cause,
      terminationReason: TERMINATION_REASONS[apiName],
    });
    this.category = category;
    this.apiName = calledApi;
    this.code = code;
    this.httpStatus = httpStatus;
    this.requestId = requestId;
    this.rule = rule.id;
    this.isStaleToken = rule.isStaleToken === true;
    this.errorData = JSON.stringify({ code, httpStatus, requestId, apiName: calledApi });
  }

  override isRetryable(): boolean {
    return this.category === 'INVOCATION';
  }
}
