import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import type { ErrorRule } from '../../rules/error-rule.js';
import { HandlerKnowledge } from './handler-knowledge.js';
import { derivedErrors } from './known-errors.js';

type ErrorSource = NonNullable<EngineConfig['errors']>;

/** By the knowledge of the application and by the rules of a handler: created once for all executions of it. */
const made = new WeakMap<ErrorSource, WeakMap<readonly ErrorRule[], ErrorSource>>();

/** What is known of errors in executions of a handler that has its own rules. */
export function handlerErrors(ofApplication: ErrorSource, rules: readonly ErrorRule[]): ErrorSource {
  const byRules = made.get(ofApplication) ?? new WeakMap<readonly ErrorRule[], ErrorSource>();
  made.set(ofApplication, byRules);
  const source = byRules.get(rules) ?? derivedErrors(ofApplication, (known) => new HandlerKnowledge(known, rules));
  byRules.set(rules, source);
  return source;
}
