/** Constraints of the API's model (docs/protocol.md#shapes-and-sizes), as data. */
export type Shape =
  | { type: 'string'; min?: number; max?: number; pattern?: RegExp; values?: readonly string[] }
  | { type: 'integer' | 'number'; min?: number; max?: number }
  | { type: 'boolean' }
  | { type: 'list'; member: Shape; max?: number }
  | { type: 'structure'; members: Readonly<Record<string, Shape>>; required?: readonly string[] };

const ARN =
  /^arn:([a-zA-Z0-9-]+):lambda:([a-zA-Z0-9-]+):(\d{12}):function:([a-zA-Z0-9_-]+):(\$LATEST(?:\.PUBLISHED)?|[0-9]+)\/durable-execution\/([a-zA-Z0-9_-]+)\/([a-zA-Z0-9_-]+)$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const WORD = /^[a-zA-Z0-9-_]+$/;
const PRINTABLE = /^[\x20-\x7E]+$/;
const FUNCTION_NAME =
  /^(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

const DELAY_SECONDS = { type: 'integer', min: 1, max: 31_622_400 } as const;
const PAYLOAD = { type: 'string', max: 6_291_456 } as const;

export const DURABLE_EXECUTION_ARN: Shape = { type: 'string', min: 1, max: 1024, pattern: ARN };
export const CHECKPOINT_TOKEN: Shape = { type: 'string', min: 1, max: 2048, pattern: BASE64 };
export const CALLBACK_ID: Shape = { type: 'string', min: 1, max: 1024, pattern: BASE64 };
export const EXECUTION_NAME: Shape = { type: 'string', min: 1, max: 64, pattern: WORD };
export const FUNCTION_NAME_SHAPE: Shape = { type: 'string', min: 1, max: 256, pattern: FUNCTION_NAME };
export const QUALIFIER: Shape = { type: 'string', min: 1, max: 128, pattern: /^[a-zA-Z0-9$_.-]+$/ };
export const TENANT_ID: Shape = { type: 'string', min: 1, max: 256, pattern: /^[a-zA-Z0-9._:/=+\-@ ]+$/ };
export const MAX_ITEMS: Shape = { type: 'integer', min: 0, max: 1000 };
export const EXECUTION_STATUS: Shape = {
  type: 'string',
  values: ['RUNNING', 'PAUSING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'STOPPED', 'DELETING'],
};
export const LOG_TYPE: Shape = { type: 'string', values: ['None', 'Tail'] };
export const INVOCATION_TYPE: Shape = { type: 'string', values: ['Event', 'RequestResponse', 'DryRun'] };

export const ERROR_OBJECT: Shape = {
  type: 'structure',
  members: {
    ErrorMessage: { type: 'string' },
    ErrorType: { type: 'string' },
    ErrorData: { type: 'string' },
    StackTrace: { type: 'list', member: { type: 'string' } },
  },
};

const CLIENT_TOKEN: Shape = { type: 'string', min: 1, max: 64, pattern: /^[\x21-\x7E]+$/ };
const REASON: Shape = { type: 'string', max: 1024 };

export const PAUSE_REQUEST: Shape = {
  type: 'structure',
  members: { ClientToken: CLIENT_TOKEN, ExecutionTimeoutPaused: { type: 'boolean' }, Reason: REASON },
};
export const RESUME_REQUEST: Shape = { type: 'structure', members: { ClientToken: CLIENT_TOKEN, Reason: REASON } };

const OPERATION_ID: Shape = { type: 'string', min: 1, max: 64, pattern: WORD };

const OPERATION_UPDATE: Shape = {
  type: 'structure',
  required: ['Id', 'Type', 'Action'],
  members: {
    Id: OPERATION_ID,
    ParentId: OPERATION_ID,
    Name: { type: 'string', min: 1, max: 256, pattern: PRINTABLE },
    Type: { type: 'string', values: ['EXECUTION', 'CONTEXT', 'STEP', 'WAIT', 'CALLBACK', 'CHAINED_INVOKE'] },
    SubType: { type: 'string', min: 1, max: 32, pattern: WORD },
    Action: { type: 'string', values: ['START', 'SUCCEED', 'FAIL', 'RETRY', 'CANCEL'] },
    Payload: PAYLOAD,
    Error: ERROR_OBJECT,
    ContextOptions: { type: 'structure', members: { ReplayChildren: { type: 'boolean' } } },
    StepOptions: { type: 'structure', members: { NextAttemptDelaySeconds: DELAY_SECONDS } },
    WaitOptions: { type: 'structure', members: { WaitSeconds: DELAY_SECONDS } },
    CallbackOptions: {
      type: 'structure',
      members: {
        TimeoutSeconds: { type: 'integer', min: 0, max: 99_999_999 },
        HeartbeatTimeoutSeconds: { type: 'integer', min: 0, max: 99_999_999 },
      },
    },
    ChainedInvokeOptions: {
      type: 'structure',
      required: ['FunctionName'],
      members: { FunctionName: FUNCTION_NAME_SHAPE, TenantId: TENANT_ID, XAmznTraceId: { type: 'string' } },
    },
  },
};

/** More than any execution can use, so that one call cannot block the service for all others. */
const MOST_UPDATES = 10_000;

export const CHECKPOINT_REQUEST: Shape = {
  type: 'structure',
  required: ['CheckpointToken'],
  members: {
    DurableExecutionArn: DURABLE_EXECUTION_ARN,
    CheckpointToken: CHECKPOINT_TOKEN,
    Updates: { type: 'list', member: OPERATION_UPDATE, max: MOST_UPDATES },
    ClientToken: CLIENT_TOKEN,
  },
};
