import { type CallFrame, currentFrame } from '../call-frame.js';
import type { NamedOperation } from '../named-operation.js';
import type { DurableLogData, DurableLoggingContext } from './durable-logger.js';

/** The members of a record about the operation that writes it. */
export interface LoggingOperation {
  operationId: string;
  operationName?: string;
  attempt?: number;
}

function loggingOperationOf({ id, name }: Pick<NamedOperation, 'id' | 'name'>, attempt?: number): LoggingOperation {
  return {
    operationId: id.wire,
    ...(name !== undefined && { operationName: name }),
    ...(attempt !== undefined && { attempt }),
  };
}

/** The code that logs: a context's body, or an attempt in it. */
export type Speaker = Pick<CallFrame, 'context' | 'attempt'>;

/** The running code, or the given owner outside any body. */
export function speakerOr(owner: Speaker): Speaker {
  return currentFrame() ?? owner;
}

/**
 * Tells a logger which code logs: the code that runs at the time of the call, so that one logger may serve all
 * operations, and all invocations of a warm sandbox. Outside any body it is the context for which it was created.
 */
export class LoggingContext implements DurableLoggingContext {
  readonly #owner: Speaker;

  constructor(owner: Speaker) {
    this.#owner = owner;
  }

  getDurableLogData = (): DurableLogData => {
    const { context, attempt } = speakerOr(this.#owner);
    const { requestId, arn, lambdaContext, plugins } = context.invocation;
    const { tenantId } = lambdaContext;
    const { operation } = context;
    return {
      requestId,
      executionArn: arn,
      ...(tenantId !== undefined && { tenantId }),
      ...(attempt ? loggingOperationOf(attempt.operation, attempt.number) : operation && loggingOperationOf(operation)),
      ...plugins?.logFields(),
    };
  };
}
