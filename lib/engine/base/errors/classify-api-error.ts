// The table stands in `wire` because the AWS client's retries must obey it too (docs/adr: one classification table).
export { API_ERROR_RULES, classifyApiError } from '../../../wire/classify-api-error.js';
export type { ApiErrorClassification, ApiErrorCodes, ClassificationRule } from '../../../wire/classify-api-error.js';
export { describeApiFailure } from '../../../wire/api-failure.js';
export type { ApiFailureFacts } from '../../../wire/api-failure.js';
