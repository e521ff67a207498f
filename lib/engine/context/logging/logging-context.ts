import { type CallFrame, currentFrame } from '../call-frame.js';
import type { NamedOperation } from '../../scope.js';
import type { DurableLogData, DurableLoggingContext } from './durable-logger.js';

/** What a record says of the operation that writes it. */
export interface LoggingOperation {
  operationId: string;
  operationName?: string;
  attempt?: number;
}

export function loggingOperationOf(
  { id, name }: Pick<NamedOperation, 'id' | 'name'>,
  attempt?: number,
): LoggingOperation {
  return {
    operationId: id.wire,
    ...(name !== undefined && { operationName: name }),
    ...(attempt !== undefined && { attempt }),
  };
}

/** Whose code is logging: a context's body, or an attempt in it. */
export type Speaker = Pick<CallFrame, 'context' | 'attempt'>;

/** Whoever's code runs now, or, outside of any such code, the given one. */
export function speakerOr(owner: Speaker): Speaker {
  return currentFrame() ?? owner;
}

/**
 * Tells a logger who is logging: whoever's code runs at the moment of the call, so that one logger may serve all
 * operations, and all invocations of a warm sandbox. Outside of any such code it is the context of which it was made.
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
