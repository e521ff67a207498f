/*
 * The engine's entry for the Nest layer: besides types, it imports nothing else of the engine. It is small, because
 * every function loads it, durable or not. The code that runs invocations has an entry of its own.
 */
export { registerErrorCodec } from './base/errors/error-codec.js';
export { normaliseThrown } from './base/errors/error-object.js';
export { ExecutionError } from './base/errors/execution-error.js';
export { repeatedByRule } from './base/errors/repeated-by-rule.js';
export { InvocationError } from './base/errors/invocation-error.js';
export { isOperationError, isRetryableError, isUnrecoverableError } from './base/errors/recognise.js';
export { takenVerdictOf } from './base/errors/settled-failure.js';
export { shown } from './base/errors/shown.js';
export { isFailureLimit } from './base/failure-limit.js';
export { handled } from './base/handled.js';
export { asksNoRules } from './base/retry/counting-strategies.js';
export { defaultRetryStrategy } from './base/retry/default-retry-strategy.js';
export { currentFrame } from './context/call-frame.js';
export { currentAttempt, currentDurableContext, currentInvocation } from './context/current.js';
export { errorMembers, isErrorLike } from './context/logging/error-members.js';
export { guarded } from './context/logging/guarded.js';
export { JsonLogger } from './context/logging/json-logger.js';
export { LoggingContext } from './context/logging/logging-context.js';
export { plainValue } from './context/logging/plain-value.js';
export { loggedMembers } from './context/logging/safe-members.js';
