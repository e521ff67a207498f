import type { LocalLimits } from './limits.js';

/** A function that a chained invoke may name. */
export interface TargetFunction {
  name: string;
  durable?: { executionTimeoutSeconds: number; retentionPeriodInDays?: number } | undefined;
}

/** What a transition may know beside the state: given, so that transitions stay pure. */
export interface Environment {
  /** Epoch milliseconds. */
  nowMs: number;
  /** An unguessable UUID. */
  newId(): string;
  limits: LocalLimits;
  region: string;
  accountId: string;
  findFunction(name: string): TargetFunction | undefined;
}
