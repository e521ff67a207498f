import { executionIdOf } from '../../../wire/durable-execution-arn.js';
import type { Operation } from '../../../wire/operation.js';
import { normaliseThrown } from '../../base/errors/error-object.js';
import type { Invocation } from '../invocation.js';
import type { LambdaContext } from '../../base/lambda-context.js';
import type { Ending } from '../outcome.js';
import { infosOf, isExecution, toDate } from './operation-info.js';
import type {
  InvocationBaseInfo,
  InvocationEndInfo,
  InvocationInfo,
  OperationChangeInfo,
  OperationInfo,
} from './plugin.js';

/** The infos about the whole invocation for plugins; created again for every plugin. */
export class InvocationInfos {
  /** What the service changed since the last invocation, as at the start of this one. */
  readonly updated: readonly Operation[];
  readonly #invocation: Invocation;
  /** Whether nothing had been recorded before. */
  readonly isFirstInvocation: boolean;

  constructor(invocation: Invocation, updatedOperationIds: readonly string[]) {
    const { state } = invocation;
    this.#invocation = invocation;
    this.isFirstInvocation = [...state.all()].every(isExecution);
    const updated = updatedOperationIds.map((id) => state.get(id));
    this.updated = updated
      .filter((operation) => operation !== undefined)
      .filter((operation) => !isExecution(operation));
  }

  start(): InvocationInfo {
    const { lambdaContext } = this.#invocation;
    const info = { ...this.#base(), ...xRayTraceIdOf(lambdaContext), updatedOperations: infosOf(this.updated) };
    return this.#withOperations(Object.defineProperty(info, 'context', { value: lambdaContext }));
  }

  end({ Status: status }: Ending): InvocationEndInfo {
    return this.#withOperations({ ...this.#base(), status, ...this.#outcome() });
  }

  /** @param changed - the newer records, which the state does not contain yet */
  change(changed: readonly Operation[]): OperationChangeInfo {
    const { arn: executionArn } = this.#invocation;
    return this.#withOperations({ executionArn, updatedOperations: infosOf(changed) }, changed);
  }

  #base(): Omit<InvocationBaseInfo, 'operations'> {
    const { requestId, arn, state } = this.#invocation;
    return {
      requestId,
      executionArn: arn,
      executionInput: this.#input(),
      executionStartTimestamp: toDate(state.executionOperation(executionIdOf(arn))?.StartTimestamp),
      isFirstInvocation: this.isFirstInvocation,
    };
  }

  /** An input that is not JSON fails the execution when the handler reads it, not here. */
  #input(): unknown {
    try {
      return this.#invocation.input;
    } catch {
      return undefined;
    }
  }

  #outcome(): Pick<InvocationEndInfo, 'executionResult' | 'executionError'> {
    const { outcome } = this.#invocation.settlement;
    return {
      executionResult: outcome?.kind === 'succeeded' ? outcome.value : undefined,
      executionError: outcome && 'error' in outcome ? normaliseThrown(outcome.error) : undefined,
    };
  }

  /** The current state; converted to infos only when a plugin reads it, because few do, and it may be large. */
  #withOperations<T extends object>(info: T, newer: readonly Operation[] = []) {
    const records = [...this.#invocation.state.all(), ...newer];
    let operations: Record<string, OperationInfo> | undefined;
    const get = () => (operations ??= infosOf(records));
    return Object.defineProperty(info, 'operations', { enumerable: true, configurable: true, get }) as T & {
      operations: Record<string, OperationInfo>;
    };
  }
}

/** If Lambda passes a header, it counts, even an empty one: then there is none, whatever the environment says. */
function xRayTraceIdOf(context: LambdaContext): { xRayTraceId?: string } {
  return 'xRayTraceId' in context ? { xRayTraceId: context.xRayTraceId ?? '' } : {};
}
