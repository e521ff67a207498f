import { ExecutionStatus } from '../../client/control-types.js';
import { assertParentheses } from '../decorators/decorated-method.js';
import { unknownStatus } from './events.messages.js';
import { assertOptions, type OptionTypes } from '../errors/assert-options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { lambdaEventMethod } from './lambda-event.decorator.js';
import { type ExecutionStatusChange, statusChangeOf } from './status-change.js';

export interface OnExecutionStatusOptions {
  /** @defaultValue all */
  statuses?: readonly ExecutionStatus[];
  /** The name of the function whose executions are selected, without a version. @defaultValue any */
  functionName?: string;
}

const OPTIONS: OptionTypes<OnExecutionStatusOptions> = { functionName: 'string', statuses: 'array' };

/**
 * Calls a provider's method for status events of executions: EventBridge's events `Durable Execution Status Change` of
 * `aws.lambda`, if a rule sends them to this function. It is called with the {@link ExecutionStatusChange} and Lambda's
 * context, through guards, interceptors and pipes; with parameter decorators, `@DurableInput()` is the change, and
 * `@LambdaPayload()` the event. All matching methods are called; if one throws, the invocation fails, and EventBridge
 * delivers the event again.
 *
 * Let the rule exclude this function, or give it no DurableConfig: each event starts an execution of a durable
 * function, and each execution causes further events.
 *
 * @throws {DurableConfigurationError} for a status that does not exist; at boot, on a `@Durable()` method
 * @example
 * ```ts
 * @OnExecutionStatus({ statuses: ['FAILED', 'TIMED_OUT'], functionName: 'orders' })
 * async orderFailed({ executionArn, status }: ExecutionStatusChange) {}
 * ```
 */
export function OnExecutionStatus(options: OnExecutionStatusOptions = {}): MethodDecorator {
  assertParentheses('@OnExecutionStatus()', options);
  assertOptions('@OnExecutionStatus()', options, OPTIONS);
  const { statuses, functionName } = options;
  const unknown = statuses?.find((status) => !Object.hasOwn(ExecutionStatus, status));
  if (unknown !== undefined) throw new DurableConfigurationError(unknownStatus(unknown, Object.keys(ExecutionStatus)));
  const isFor = ({ status, functionArn }: ExecutionStatusChange): boolean =>
    (statuses?.includes(status) ?? true) && (functionName === undefined || nameIn(functionArn) === functionName);
  return lambdaEventMethod('@OnExecutionStatus()', {
    matches: (event: unknown) => {
      const change = statusChangeOf(event);
      return change !== undefined && isFor(change);
    },
    readsAs: statusChangeOf,
  });
}

/** `arn:aws:lambda:<region>:<account>:function:<name>:<version>` */
function nameIn(functionArn: string | undefined): string | undefined {
  return functionArn?.split(':')[6];
}
