import type { ErrorExplanation } from '../../rules/verdict.js';
import type { ErrorObject } from '../../wire/operation.js';
import type { ErrorKnowledge } from '../base/errors/error-knowledge.js';
import { recordedError } from '../base/errors/recorded-error.js';
import type { Next, OperationScope } from '../scope.js';
import type { UpdateContent } from './update-content.js';
import { whenKnown } from './next.js';

interface Thrown {
  thrown: unknown;
  /** The explanation of the rules, if they applied. */
  explanation?: ErrorExplanation | undefined;
}

/** Continues with the record of a thrown value: synchronously, unless the knowledge of errors must be loaded first. */
export function whenRecorded<T>(
  { context }: OperationScope,
  { thrown, explanation }: Thrown,
  then: (recorded: ErrorObject) => Next<T>,
): Next<T> {
  return whenKnown(context.invocation.errorKnowledge(), (known) => {
    return then(recordedError(thrown, known && explanation ? havingExplained(known, explanation) : known));
  });
}

/** A copy for the request: a client may change what it sends, but code receives what was recorded, as on a replay. */
export function contentOf(recorded: ErrorObject): UpdateContent {
  return { Error: { ...recorded } };
}

function havingExplained(known: ErrorKnowledge, explanation: ErrorExplanation): ErrorKnowledge {
  return {
    describe: (error) => known.describe(error),
    explain: () => explanation,
    ...(known.redact && { redact: (text) => known.redact!(text) }),
  };
}
