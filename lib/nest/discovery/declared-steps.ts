import type { ErrorRule } from '../../rules/error-rule.js';
import { STEP_METADATA } from '../durable-execution.constants.js';
import { type MarkedPlace, markMethod } from './method-marks.js';

/** The part of a `@Step()` that is checked when the application boots. */
export interface DeclaredStep {
  readonly name: string;
  readonly errors?: readonly ErrorRule[] | undefined;
  /** Whether a method must undo it. */
  readonly irreversible?: boolean | undefined;
}

/** Registers a step whose declaration may be wrong; most steps need no check. */
export function markStep(step: DeclaredStep, place: MarkedPlace): void {
  if (step.errors !== undefined || step.irreversible) markMethod(STEP_METADATA, step, place);
}
