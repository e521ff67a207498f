import type { OperationUpdate } from '../../wire/operation.js';

/** One checkpoint that an invocation sends. */
export interface Write {
  arn: string;
  updates: readonly OperationUpdate[];
}

/** Called for every checkpoint request and response; may kill the invocation there. */
export interface WriteGate {
  before(write: Write): void | Promise<void>;
  after(write: Write): void | Promise<void>;
}
