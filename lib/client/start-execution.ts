import { nodeModule } from '../node-module.js';
import type { InvocationType, InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { asRecord } from '../wire/thrown.js';
import { NOT_DURABLE } from './control-error.js';
import type { FinishedExecution, RecordedError, StartedExecution, StartExecutionRequest } from './control-types.js';
import { parsedJson } from '../wire/parsed-json.js';

const { randomUUID } = nodeModule('node:crypto');

/** A start whose input is JSON text already: the caller may change the value as soon as it has called. */
export type StatedStart = Omit<StartExecutionRequest, 'input'> & { input: string | undefined };

export type NamedInvoke = InvokeCommandInput & { DurableExecutionName: string };

/**
 * The Invoke that starts an execution. It always has a name: the AWS client retries an Invoke whose response was lost,
 * and without a name the retry would start a second execution (docs/protocol.md#invoke).
 */
export function invokeOf(request: StatedStart, type: InvocationType): NamedInvoke {
  const { functionName, qualifier, executionName = randomUUID(), input } = request;
  return {
    FunctionName: functionName,
    Qualifier: qualifier,
    InvocationType: type,
    DurableExecutionName: executionName,
    Payload: input === undefined ? undefined : new TextEncoder().encode(input),
  };
}

/** @throws an error with the code `NotDurable` when the function ran as an ordinary function */
export function readStarted({ DurableExecutionName }: NamedInvoke, answer: InvokeCommandOutput): StartedExecution {
  if (answer.DurableExecutionArn !== undefined) {
    return { executionName: DurableExecutionName, executionArn: answer.DurableExecutionArn };
  }
  throw Object.assign(new Error('The function is not durable.'), {
    code: NOT_DURABLE,
    $metadata: answer.$metadata,
  });
}

/** Reads how an awaited execution has ended. */
export function readFinished(invoke: NamedInvoke, answer: InvokeCommandOutput): FinishedExecution {
  const started = readStarted(invoke, answer);
  const text = answer.Payload?.length ? new TextDecoder().decode(answer.Payload) : undefined;
  return answer.FunctionError === undefined
    ? { ...started, succeeded: true, result: text }
    : { ...started, succeeded: false, error: readFunctionError(text ?? '') };
}

/** Parses Lambda's own error body; any other text is returned unchanged. */
function readFunctionError(text: string): RecordedError {
  const { errorType, errorMessage, stackTrace } = asRecord(parsedJson(text)) as LambdaErrorBody;
  if (errorType === undefined && errorMessage === undefined) return { message: text };
  return { type: errorType, message: errorMessage, stackTrace };
}

interface LambdaErrorBody {
  errorType?: string;
  errorMessage?: string;
  stackTrace?: string[];
}
