import type { ErrorRule } from '../../rules/error-rule.js';
import type { DurableExecutionModuleOptions } from '../durable-execution.options.js';
import { rulesWithoutEffect, wrongRules } from '../durable-execution.messages.js';
import { DurableConfigurationError } from './durable-configuration-error.js';

/** Where rules stand in the code, and what they are. */
export interface DeclaredRules {
  /** Such as `@Step() on Payments.charge`. */
  readonly place: string;
  readonly errors: readonly ErrorRule[];
}

/**
 * Looks at the rules of methods when the application boots, and so loads what is known of errors where there are any.
 * @throws {DurableConfigurationError} when a rule can never do what it says, or no rules are asked
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
      throw new DurableConfigurationError(wrongRules(place, problem));
    }
  }
}
