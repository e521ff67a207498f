import type { ErrorRule } from '../../rules/error-rule.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { problemAt, rulesWithoutEffect } from './errors.messages.js';
import { DurableConfigurationError } from './durable-configuration-error.js';

/** Rules, and their place in the code. */
export interface DeclaredRules {
  /** Such as `@Step() on Payments.charge`. */
  readonly place: string;
  readonly errors: readonly ErrorRule[];
}

/**
 * Checks the rules of methods when the application boots, and loads the knowledge of errors only if there are rules.
 * @throws {DurableConfigurationError} when a rule can never have its declared effect, or rules are turned off
 */
export async function checkDeclaredRules(
  { engine, errors }: DurableExecutionModuleOptions,
  declared: readonly DeclaredRules[],
): Promise<void> {
  for (const { place, errors: rules } of declared) {
    if (errors === false) throw new DurableConfigurationError(rulesWithoutEffect(place));
    const known = await engine?.errors?.();
    try {
      known?.check?.(rules);
    } catch (problem) {
      throw new DurableConfigurationError(problemAt(place, problem));
    }
  }
}
