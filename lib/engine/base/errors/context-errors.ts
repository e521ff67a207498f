import { DurableExecutionsError } from '../../../wire/durable-executions-error.js';
import { brand } from '../../../wire/error-brand.js';
import { ExecutionError } from './execution-error.js';
import { InvocationError } from './invocation-error.js';

/** What makes two operations the same; an absent name counts as much as a name. */
export interface OperationIdentity {
  type: string;
  name?: string;
  subType?: string;
}

export interface NonDeterminismFacts {
  operationId: string;
  /** The operation recorded under this id. */
  stored: OperationIdentity;
  /** The operation that the code calls now. */
  called: OperationIdentity;
}

const KEEP_ORDER =
  'Operations must come in the same order on every run: move time, randomness and outside reads into steps, and deploy ' +
  'changes to the order of operations as a new version behind the alias.';

/** Of `deprecatePatch()`. */
const KEEP_PATCH =
  'It passed this place without the patch: keep patched() and both paths until the executions that started without it have ended.';

/** The code took another path than the recorded one; the execution fails, because no replay can fix that. */
export class NonDeterministicExecutionError extends ExecutionError {
  readonly operationId: string;
  readonly stored: OperationIdentity;
  readonly called: OperationIdentity;

  static {
    brand(this, 'NonDeterministicExecutionError', 'NON_DETERMINISTIC_EXECUTION');
  }

  constructor({ operationId, stored, called }: NonDeterminismFacts) {
    super(
      `Non-deterministic execution: operation ${operationId} was recorded as ${describe(stored)}, but the code now ` +
        `calls ${describe(called)}. ${called.subType === 'Patch' ? KEEP_PATCH : KEEP_ORDER}`,
      { terminationReason: 'NON_DETERMINISM' },
    );
    this.operationId = operationId;
    this.stored = stored;
    this.called = called;
  }
}

/** A context was used in a wrong place, such as the parent's inside a child or a step; the execution fails. */
export class ContextValidationError extends ExecutionError {
  static {
    brand(this, 'ContextValidationError', 'CONTEXT_MISUSED');
  }

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, terminationReason: 'CONTEXT_VALIDATION' });
  }
}

/** An operation or the function was configured with values that no retry can make valid; the execution fails. */
export class ConfigValidationError extends ExecutionError {
  static {
    brand(this, 'ConfigValidationError', 'CONFIG_INVALID');
  }

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, terminationReason: 'CONFIG_VALIDATION' });
  }
}

/** A serdes threw; the invocation is retried, because a serdes may use other systems. */
export class SerdesFailedError extends InvocationError {
  static {
    brand(this, 'SerdesFailedError', 'SERDES_FAILED');
  }

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, terminationReason: 'SERDES_FAILED' });
  }
}

/** The function was invoked without a durable envelope, so there is no execution to record anything in. */
export class NotDurableError extends DurableExecutionsError {
  static {
    brand(this, 'NotDurableError', 'NOT_DURABLE');
  }

  constructor(functionName?: string, missing?: string) {
    super(
      `${functionName ? `Function ${functionName}` : 'This function'} was invoked without a durable execution. Set ` +
        'DurableConfig (ExecutionTimeout, RetentionPeriodInDays) when the function is created, and invoke a qualified ' +
        'ARN: a version, an alias or $LATEST.' +
        (missing
          ? ` The event has no ${missing} as text: only the durable service can make events of executions.`
          : ''),
    );
  }
}

function describe({ type, subType, name }: OperationIdentity): string {
  const kind = subType === undefined ? type : `${type} (${subType})`;
  return name === undefined ? `${kind} without a name` : `${kind} "${name}"`;
}
