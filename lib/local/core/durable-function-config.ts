import { MAX_DELAY_SECONDS } from '../../wire/limits.js';

/** Makes a function durable, as `DurableConfig` does on AWS. */
export interface DurableFunctionConfig {
  /** Seconds that an execution may take: 1 to 31,622,400. */
  executionTimeoutSeconds: number;
  /** Days for which an execution is kept after its end: 1 to 90. @defaultValue 14 */
  retentionPeriodInDays?: number;
  /**
   * The customer-managed key of the executions' data. Nothing is encrypted here; executions report the key that the
   * function had when they started, as on AWS, and faults of the kinds `kms-…` make it fail.
   */
  kmsKeyArn?: string;
}

/** As code and config files write it: `true` allows an execution the maximum time of the service, 366 days. */
export type DurableSetting = boolean | DurableFunctionConfig;

/** @returns `undefined` for a function that is not durable */
export function durableConfigOf(setting: DurableSetting | undefined): DurableFunctionConfig | undefined {
  if (!setting) return undefined;
  return setting === true ? { executionTimeoutSeconds: MAX_DELAY_SECONDS } : setting;
}
