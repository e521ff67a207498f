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
