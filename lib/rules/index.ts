export { explain } from './explain.js';
export { tellExplanation } from './tell-explanation.js';
export type { ExplainOptions } from './explain.js';
export { ErrorRules } from './error-rules.js';
export type { ErrorClass, ErrorRule, StatusClass } from './error-rule.js';
export type { ErrorDecision, ErrorExplanation, Verdict } from './verdict.js';
export { KnownErrors } from './error-knowledge.js';
