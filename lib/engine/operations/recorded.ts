import type { ErrorExplanation } from '../../rules/verdict.js';
import type { ErrorObject } from '../../wire/operation.js';
import type { ErrorKnowledge } from '../base/errors/error-knowledge.js';
import { recordedError } from '../base/errors/recorded-error.js';
import type { Next, OperationScope } from '../scope.js';
import { whenKnown } from './next.js';

interface Thrown {
  thrown: unknown;
  /** What the rules have said of it, where they were asked. */
  explanation?: ErrorExplanation | undefined;
}

/** Goes on with what is recorded of a thrown value: at once, unless what is known of errors has to be loaded first. */
export function whenRecorded<T>(
  { context }: OperationScope,
  { thrown, explanation }: Thrown,
  then: (recorded: ErrorObject) => Next<T>,
): Next<T> {
  return whenKnown(context.invocation.errorKnowledge(), (known) => {
    return then(recordedError(thrown, known && explanation ? havingExplained(known, explanation) : known));
  });
}

function havingExplained(known: ErrorKnowledge, explanation: ErrorExplanation): ErrorKnowledge {
  return {
    describe: (error) => known.describe(error),
    explain: () => explanation,
    ...(known.redact && { redact: (text) => known.redact!(text) }),
  };
}
