import { type Operation, OperationStatus, OperationType } from '../../../lib/wire/operation.js';
import { FAILING } from '../support/run-program.js';
import { StrictService } from '../support/strict-service.js';

/** The service and its surroundings: invoked functions that respond, callbacks that complete, time that passes. */
export class OutsideWorld extends StrictService {
  /** Lets everything happen that executions wait for. */
  goOn(): void {
    for (const operation of [...this.operations.values()]) {
      if (operation.Status !== OperationStatus.STARTED) continue;
      if (operation.Type === OperationType.CHAINED_INVOKE) this.#answer(operation);
      if (operation.Type === OperationType.CALLBACK) this.#callBack(operation);
    }
    this.passTime();
  }

  /** Functions return what they were given, but those that are called `failing`. */
  #answer({ Id, Name }: Operation): void {
    const { Payload, ChainedInvokeOptions } = this.updates.find((update) => update.Id === Id)!;
    const fails = ChainedInvokeOptions!.FunctionName.startsWith('failing') || Name?.endsWith(FAILING);
    // Any other type would be lost under the official SDK: the cause of its `InvokeError` is always a plain error.
    const Error = { ErrorType: 'Error', ErrorMessage: 'no paper' };
    const ChainedInvokeDetails = fails ? { Error } : { Result: Payload };
    this.change(Id, { Status: fails ? OperationStatus.FAILED : OperationStatus.SUCCEEDED, ChainedInvokeDetails });
  }

  /** Callbacks succeed, except those that are called `refused`, or whose context is. */
  #callBack({ Id, Name, ParentId, CallbackDetails }: Operation): void {
    const name = Name ?? this.operations.get(ParentId ?? '')?.Name;
    const isRefused = name === 'refused' || name?.endsWith(FAILING);
    const Error = { ErrorType: 'Refusal', ErrorMessage: 'refused', ErrorData: '{"by":"clerk"}' };
    const details = isRefused ? { Error } : { Result: '{"approved":true}' };
    const Status = isRefused ? OperationStatus.FAILED : OperationStatus.SUCCEEDED;
    this.change(Id, { Status, CallbackDetails: { ...CallbackDetails, ...details } });
  }

  /** All that is recorded of the execution's operations, by id, without what differs from run to run. */
  get record(): Operation[] {
    return [...this.operations.values()]
      .filter(({ Type }) => Type !== OperationType.EXECUTION)
      .map(
        ({ StartTimestamp: _started, EndTimestamp: _ended, ...operation }) =>
          JSON.parse(withoutStacks(JSON.stringify(operation))) as Operation,
      )
      .sort((one, other) => one.Id.localeCompare(other.Id));
  }
}

/** Stacks within payloads, whose quotes are escaped. */
function withoutStacks(text: string): string {
  return text.replace(/\\"stack\\":\\"(?:[^"\\]|\\\\.)*\\"/g, '\\"stack\\":\\"\\"');
}
