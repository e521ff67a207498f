import { ServiceError } from '../core/service-error.js';
import {
  EXECUTION_NAME,
  FUNCTION_NAME_SHAPE,
  INVOCATION_TYPE,
  LOG_TYPE,
  QUALIFIER,
  TENANT_ID,
} from '../core/shapes.js';
import { validateShape } from '../core/validate-shape.js';
import type { FunctionResult } from '../functions/function-runtime.js';
import type { InvocationType, InvokeAnswer, InvokeApi } from '../service/invoke-api.js';
import { isObject } from '../../wire/read-records.js';
import type { Reply } from './reply.js';
import type { ApiRequest } from './request.js';
import { header, queryString } from './request.js';

/**
 * Invoke: the response to a synchronous call is the function's own output, whatever that is (docs/protocol.md#invoke).
 */
export async function handleInvoke(invoke: InvokeApi, request: ApiRequest): Promise<Reply> {
  const functionName = validateShape<string>(request.label, FUNCTION_NAME_SHAPE, 'functionName');
  const invocationType = header(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  const executionName = header(request, 'x-amz-durable-execution-name');
  const tenantId = header(request, 'x-amz-tenant-id');
  if (executionName !== undefined) validateShape(executionName, EXECUTION_NAME, 'durableExecutionName');
  if (tenantId !== undefined) validateShape(tenantId, TENANT_ID, 'tenantId');
  const logType = validateShape<string>(header(request, 'x-amz-log-type') ?? 'None', LOG_TYPE, 'logType');
  const answer = await invoke.invoke({
    functionName,
    qualifier: queryString(request, 'Qualifier', QUALIFIER),
    invocationType: validateShape<InvocationType>(invocationType, INVOCATION_TYPE, 'invocationType'),
    executionName,
    payload: payloadOf(request.body),
    clientContext: clientContextOf(request),
    tenantId,
    traceId: header(request, 'x-amzn-trace-id'),
  });
  return replyOf(answer, logType === 'Tail');
}

/** Passed on unchanged if it can be parsed. */
function clientContextOf(request: ApiRequest): string | undefined {
  const encoded = header(request, 'x-amz-client-context');
  if (encoded === undefined || isJsonObject(Buffer.from(encoded, 'base64').toString())) return encoded;
  const message = 'Client context must be a valid Base64-encoded JSON object.';
  throw new ServiceError('InvalidRequestContentException', 400, message);
}

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

function payloadOf(body: string): string | undefined {
  if (body === '') return undefined;
  try {
    JSON.parse(body);
    return body;
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new ServiceError('InvalidRequestContentException', 400, message);
  }
}

async function replyOf({ status, version, executionArn, result }: InvokeAnswer, tailsLog: boolean): Promise<Reply> {
  const headers: Record<string, string> = { 'x-amz-executed-version': version };
  if (executionArn !== undefined) headers['x-amz-durable-execution-arn'] = executionArn;
  if (!result) return { status, headers };
  if (result.kind === 'failed') headers['x-amz-function-error'] = 'Unhandled';
  if (tailsLog) headers['x-amz-log-result'] = await tailOf(result);
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body: bodyOf(result) };
}

/** The output before the function's response is available by now, but may be read only in this turn. */
async function tailOf({ logTail }: FunctionResult): Promise<string> {
  await new Promise(setImmediate);
  return Buffer.from(logTail?.() ?? '').toString('base64');
}

function bodyOf(result: FunctionResult): string {
  if (result.kind === 'returned') return result.payload;
  const { errorMessage, errorType, stackTrace } = result;
  return JSON.stringify({ errorMessage, errorType, stackTrace });
}
