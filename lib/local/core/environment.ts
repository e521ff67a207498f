import type { DurableFunctionConfig } from './durable-function-config.js';
import type { LocalLimits } from './limits.js';

/** A function that a chained invoke may name. */
export interface TargetFunction {
  name: string;
  durable?: DurableFunctionConfig | undefined;
}

/** What a transition may know beside the state: passed in, so that transitions stay pure. */
export interface Environment {
  /** Epoch milliseconds. */
  nowMs: number;
  /** The same without skipped time: retention uses it. */
  unskippedMs: number;
  /** An unguessable UUID. */
  newId(): string;
  limits: LocalLimits;
  region: string;
  accountId: string;
  findFunction(name: string): TargetFunction | undefined;
}
