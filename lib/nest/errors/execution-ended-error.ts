import type { ExecutionStatus, RecordedError } from '../../client/control-types.js';
import { DurableExecutionsError } from '../../wire/durable-executions-error.js';
import { brand } from '../../wire/error-brand.js';

export interface EndedExecution {
  executionArn: string;
  status: Extract<ExecutionStatus, 'FAILED' | 'TIMED_OUT' | 'STOPPED'>;
  error?: RecordedError;
}

/** An awaited execution has ended without a result. */
export class ExecutionEndedError extends DurableExecutionsError {
  readonly executionArn: string;
  readonly status: EndedExecution['status'];
  /** The error of the execution. */
  readonly error: RecordedError;

  static {
    brand(this, 'ExecutionEndedError', 'EXECUTION_ENDED');
  }

  constructor({ executionArn, status, error = {} }: EndedExecution) {
    super([`The execution ${executionArn} is ${status}`, error.type, error.message].filter(Boolean).join(': '));
    this.executionArn = executionArn;
    this.status = status;
    this.error = error;
  }
}
