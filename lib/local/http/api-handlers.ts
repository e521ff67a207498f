import type { ErrorObject, OperationUpdate } from '../../wire/operation.js';
import type { ExecutionStatus } from '../core/execution-state.js';
import {
  CALLBACK_ID,
  CHECKPOINT_REQUEST,
  CHECKPOINT_TOKEN,
  DURABLE_EXECUTION_ARN,
  ERROR_OBJECT,
  EXECUTION_NAME,
  EXECUTION_STATUS,
  FUNCTION_NAME_SHAPE,
  MAX_ITEMS,
  PAUSE_REQUEST,
  QUALIFIER,
  RESUME_REQUEST,
} from '../core/shapes.js';
import { validateShape } from '../core/validate-shape.js';
import type { CallbackApi } from '../service/callback-api.js';
import type { CheckpointApi } from '../service/checkpoint-api.js';
import type { ControlApi } from '../service/control-api.js';
import type { ExecutionApi } from '../service/execution-api.js';
import { isObject } from '../../wire/read-records.js';
import type { InvokeApi } from '../service/invoke-api.js';
import { handleInvoke } from './invoke-handler.js';
import type { Reply } from './reply.js';
import { json } from './reply.js';
import type { ApiRequest } from './request.js';
import { parseJson, queryBoolean, queryInteger, queryMoment, queryString } from './request.js';
import { ApiName } from './router.js';
import { eventForm, executionDetailForm, listedExecutionForm, operationForm, toSeconds } from './wire-form.js';

export interface Apis {
  invoke: InvokeApi;
  checkpoint: CheckpointApi;
  execution: ExecutionApi;
  control: ControlApi;
  callback: CallbackApi;
  /** Whether data is included if a call does not say. */
  includesData: boolean;
}

export type ApiHandler = (apis: Apis, request: ApiRequest) => Promise<Reply>;

/** One handler per operation of the API: reads the request, checks its shape, builds the response. */
export const API_HANDLERS: Readonly<Record<ApiName, ApiHandler>> = {
  [ApiName.INVOKE]: ({ invoke }, request) => handleInvoke(invoke, request),
  [ApiName.CHECKPOINT]: handleCheckpoint,
  [ApiName.STATE]: handleState,
  [ApiName.GET]: handleGet,
  [ApiName.HISTORY]: handleHistory,
  [ApiName.LIST]: handleList,
  [ApiName.STOP]: handleStop,
  [ApiName.PAUSE]: handlePause,
  [ApiName.RESUME]: handleResume,
  [ApiName.DELETE]: handleDelete,
  [ApiName.CALLBACK_SUCCESS]: handleCallbackSuccess,
  [ApiName.CALLBACK_FAILURE]: handleCallbackFailure,
  [ApiName.CALLBACK_HEARTBEAT]: handleCallbackHeartbeat,
};

interface CheckpointBody {
  DurableExecutionArn: string;
  CheckpointToken: string;
  ClientToken?: string;
  Updates?: OperationUpdate[];
}

async function handleCheckpoint({ checkpoint }: Apis, { label, body }: ApiRequest): Promise<Reply> {
  const given = parseJson(body);
  const whole = isObject(given) ? { ...given, DurableExecutionArn: label } : given;
  const request = validateShape<CheckpointBody>(whole, CHECKPOINT_REQUEST);
  const answer = await checkpoint.checkpoint({
    arn: label,
    token: request.CheckpointToken,
    clientToken: request.ClientToken,
    updates: request.Updates ?? [],
  });
  return json(200, {
    CheckpointToken: answer.token,
    NewExecutionState: {
      Operations: answer.operations.map(({ operation }) => operationForm(operation)),
      NextMarker: answer.nextMarker,
    },
  });
}

async function handleState({ checkpoint }: Apis, request: ApiRequest): Promise<Reply> {
  const arn = executionArn(request);
  const token = validateShape<{ CheckpointToken: string }>(
    { CheckpointToken: request.query.get('CheckpointToken') ?? undefined },
    { type: 'structure', required: ['CheckpointToken'], members: { CheckpointToken: CHECKPOINT_TOKEN } },
  ).CheckpointToken;
  const page = checkpoint.state({
    arn,
    token,
    marker: queryString(request, 'Marker'),
    maxItems: queryInteger(request, 'MaxItems', MAX_ITEMS),
  });
  const Operations = page.records.map(({ operation }) => operationForm(operation));
  return json(200, { Operations, NextMarker: page.nextMarker });
}

async function handleGet({ execution, includesData }: Apis, request: ApiRequest): Promise<Reply> {
  const found = await execution.get(executionArn(request));
  return json(200, executionDetailForm(found, queryBoolean(request, 'IncludeExecutionData') ?? includesData));
}

async function handleHistory({ execution, includesData }: Apis, request: ApiRequest): Promise<Reply> {
  const { items, nextMarker } = await execution.history({
    arn: executionArn(request),
    marker: queryString(request, 'Marker'),
    maxItems: queryInteger(request, 'MaxItems', MAX_ITEMS),
    reverseOrder: queryBoolean(request, 'ReverseOrder'),
  });
  const included = queryBoolean(request, 'IncludeExecutionData') ?? includesData;
  return json(200, { Events: items.map((event) => eventForm(event, included)), NextMarker: nextMarker });
}

async function handleList({ execution }: Apis, request: ApiRequest): Promise<Reply> {
  const functionName = validateShape<string>(request.label, FUNCTION_NAME_SHAPE, 'functionName');
  const statuses = validateShape<ExecutionStatus[]>(
    request.query.getAll('Statuses'),
    { type: 'list', member: EXECUTION_STATUS },
    'statuses',
  );
  const { items, nextMarker } = await execution.list({
    functionName,
    qualifier: queryString(request, 'Qualifier', QUALIFIER),
    executionName: queryString(request, 'DurableExecutionName', EXECUTION_NAME),
    statuses,
    startedAfterMs: queryMoment(request, 'StartedAfter'),
    startedBeforeMs: queryMoment(request, 'StartedBefore'),
    reverseOrder: queryBoolean(request, 'ReverseOrder'),
    marker: queryString(request, 'Marker'),
    maxItems: queryInteger(request, 'MaxItems', MAX_ITEMS),
  });
  return json(200, { DurableExecutions: items.map(listedExecutionForm), NextMarker: nextMarker });
}

async function handleStop({ control }: Apis, request: ApiRequest): Promise<Reply> {
  const arn = executionArn(request);
  const error = validateShape<ErrorObject>(parseJson(request.body), ERROR_OBJECT, 'error');
  return json(200, { StopTimestamp: toSeconds(await control.stop(arn, error)) });
}

interface ControlBody {
  ClientToken?: string;
  ExecutionTimeoutPaused?: boolean;
  Reason?: string;
}

async function handlePause({ control }: Apis, request: ApiRequest): Promise<Reply> {
  const arn = executionArn(request);
  const body = validateShape<ControlBody>(parseJson(request.body), PAUSE_REQUEST);
  const { ClientToken: clientToken, Reason: reason, ExecutionTimeoutPaused: executionTimeoutPaused } = body;
  await control.pause(arn, { clientToken, reason, executionTimeoutPaused });
  return json(200, {});
}

async function handleResume({ control }: Apis, request: ApiRequest): Promise<Reply> {
  const arn = executionArn(request);
  const body = validateShape<ControlBody>(parseJson(request.body), RESUME_REQUEST);
  await control.resume(arn, { clientToken: body.ClientToken, reason: body.Reason });
  return json(200, {});
}

async function handleDelete({ control }: Apis, request: ApiRequest): Promise<Reply> {
  return json(202, { DeletionRequestTimestamp: toSeconds(await control.delete(executionArn(request))) });
}

async function handleCallbackSuccess({ callback }: Apis, request: ApiRequest): Promise<Reply> {
  await callback.succeed(callbackId(request), request.body === '' ? undefined : request.body);
  return json(200, {});
}

async function handleCallbackFailure({ callback }: Apis, request: ApiRequest): Promise<Reply> {
  const id = callbackId(request);
  await callback.fail(id, validateShape<ErrorObject>(parseJson(request.body), ERROR_OBJECT, 'error'));
  return json(200, {});
}

async function handleCallbackHeartbeat({ callback }: Apis, request: ApiRequest): Promise<Reply> {
  await callback.heartbeat(callbackId(request));
  return json(200, {});
}

function executionArn({ label }: ApiRequest): string {
  return validateShape<string>(label, DURABLE_EXECUTION_ARN, 'durableExecutionArn');
}

function callbackId({ label }: ApiRequest): string {
  return validateShape<string>(label, CALLBACK_ID, 'callbackId');
}
