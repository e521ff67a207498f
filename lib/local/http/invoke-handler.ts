import { ServiceError } from '../core/service-error.js';
import { EXECUTION_NAME, FUNCTION_NAME_SHAPE, INVOCATION_TYPE, QUALIFIER, TENANT_ID } from '../core/shapes.js';
import { validateShape } from '../core/validate-shape.js';
import type { FunctionResult } from '../functions/function-runtime.js';
import type { InvocationType, InvokeAnswer, InvokeApi } from '../service/invoke-api.js';
import type { Reply } from './reply.js';
import type { ApiRequest } from './request.js';
import { header, queryString } from './request.js';

/** Invoke: a synchronous call answers with the function's own output, whatever that is (PROTOCOL §2.10). */
export async function handleInvoke(invoke: InvokeApi, request: ApiRequest): Promise<Reply> {
  const functionName = validateShape<string>(request.label, FUNCTION_NAME_SHAPE, 'functionName');
  const invocationType = header(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  const executionName = header(request, 'x-amz-durable-execution-name');
  const tenantId = header(request, 'x-amz-tenant-id');
  if (executionName !== undefined) validateShape(executionName, EXECUTION_NAME, 'durableExecutionName');
  if (tenantId !== undefined) validateShape(tenantId, TENANT_ID, 'tenantId');
  const answer = await invoke.invoke({
    functionName,
    qualifier: queryString(request, 'Qualifier', QUALIFIER),
    invocationType: validateShape<InvocationType>(invocationType, INVOCATION_TYPE, 'invocationType'),
    executionName,
    payload: payloadOf(request.body),
    clientContext: header(request, 'x-amz-client-context'),
    tenantId,
    traceId: header(request, 'x-amzn-trace-id'),
  });
  return replyOf(answer);
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

function replyOf({ status, version, executionArn, result }: InvokeAnswer): Reply {
  const headers: Record<string, string> = { 'x-amz-executed-version': version };
  if (executionArn !== undefined) headers['x-amz-durable-execution-arn'] = executionArn;
  if (!result) return { status, headers };
  if (result.kind === 'failed') headers['x-amz-function-error'] = 'Unhandled';
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body: bodyOf(result) };
}

function bodyOf(result: FunctionResult): string {
  if (result.kind === 'returned') return result.payload;
  const { errorMessage, errorType, stackTrace } = result;
  return JSON.stringify({ errorMessage, errorType, stackTrace });
}
