import type { ErrorKnowledge } from '../../engine/base/errors/error-knowledge.js';
import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import type { ErrorRule } from '../../rules/error-rule.js';
import { HandlerKnowledge } from './handler-knowledge.js';

type ErrorSource = NonNullable<EngineConfig['errors']>;

/** By what the application knows, and by the rules of a handler: made once for all executions of it. */
const made = new WeakMap<ErrorSource, WeakMap<readonly ErrorRule[], ErrorSource>>();

/** What is known of errors in executions of a handler that has rules of its own. */
export function handlerErrors(ofApplication: ErrorSource, rules: readonly ErrorRule[]): ErrorSource {
  const byRules = made.get(ofApplication) ?? new WeakMap<readonly ErrorRule[], ErrorSource>();
  made.set(ofApplication, byRules);
  const source = byRules.get(rules) ?? sourceOf(ofApplication, rules);
  byRules.set(rules, source);
  return source;
}

function sourceOf(ofApplication: ErrorSource, rules: readonly ErrorRule[]): ErrorSource {
  let own: ErrorKnowledge | undefined;
  const withRules = (known: ErrorKnowledge): ErrorKnowledge => (own ??= new HandlerKnowledge(known, rules));
  return () => {
    if (own) return own;
    const known = ofApplication();
    return known instanceof Promise ? known.then(withRules) : withRules(known);
  };
}
