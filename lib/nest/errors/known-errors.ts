import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import type { ErrorKnowledge } from '../../engine/base/errors/error-knowledge.js';
import type { ErrorRule } from '../../rules/error-rule.js';

/**
 * The error knowledge of an application: the declared rules, then the built-in ones. It is loaded with the first error,
 * so that no start pays for it.
 */
export function knownErrors(rules: readonly ErrorRule[] = []): NonNullable<EngineConfig['errors']> {
  let known: ErrorKnowledge | undefined;
  return () => known ?? load(rules).then((loaded) => (known = loaded));
}

async function load(rules: readonly ErrorRule[]): Promise<ErrorKnowledge> {
  const { KnownErrors } = await import('../../rules/error-knowledge.js');
  return new KnownErrors(rules);
}

/** Derives one source of knowledge from another: once, and not before that is loaded. */
export function derivedErrors(
  source: NonNullable<EngineConfig['errors']>,
  derive: (known: ErrorKnowledge) => ErrorKnowledge,
): NonNullable<EngineConfig['errors']> {
  let own: ErrorKnowledge | undefined;
  const derived = (known: ErrorKnowledge): ErrorKnowledge => (own ??= derive(known));
  return () => {
    if (own) return own;
    const known = source();
    return known instanceof Promise ? known.then(derived) : derived(known);
  };
}
