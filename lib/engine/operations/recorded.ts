import type { ErrorObject } from '../../wire/operation.js';
import { recordedError } from '../base/errors/recorded-error.js';
import type { Next, OperationScope } from '../scope.js';
import { whenKnown } from './next.js';

/** Goes on with what is recorded of a thrown value: at once, unless what is known of errors has to be loaded first. */
export function whenRecorded<T>(
  { context }: OperationScope,
  thrown: unknown,
  then: (recorded: ErrorObject) => Next<T>,
): Next<T> {
  return whenKnown(context.invocation.errorKnowledge(), (known) => then(recordedError(thrown, known)));
}
