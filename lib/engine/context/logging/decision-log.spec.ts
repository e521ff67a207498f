import { type Handler, Stage } from '../../../../test/engine/support/stage.js';
import { awsError, connectionReset } from '../../../../test/engine/support/strict-service.js';
import { TEST_ARN } from '../../../../test/fixtures/memory-service.js';
import { STALE_TOKEN_MESSAGE } from '../../../wire/error-codes.js';
import { ExecutionError } from '../../base/errors/execution-error.js';
import { InvocationError } from '../../base/errors/invocation-error.js';

const oneStep: Handler = (context) => context.step('charge', async () => 1);
const failing =
  (error: unknown): Handler =>
  () =>
    Promise.reject(error);

interface Case {
  handler: Handler;
  /** What every call of the durable API fails with. */
  failure?: () => Error;
  paged?: boolean;
  level: string;
  record: object;
}

const FAILED = { scope: 'EXECUTION', next: 'The execution is FAILED and not invoked again.' };
const RETRIED = { scope: 'INVOCATION', next: 'The error is thrown to Lambda, which invokes again.' };
const subject = { executionArn: TEST_ARN, requestId: 'request-1' };

const cases: Array<[string, Case]> = [
  [
    'a permanent failure while state is read',
    {
      handler: oneStep,
      failure: () => awsError('KMSNotFoundException', 502),
      paged: true,
      level: 'error',
      record: {
        path: 'initial-state',
        ...FAILED,
        code: 'KMSNotFoundException',
        httpStatus: 502,
        apiRequestId: 'aws-502',
        apiName: 'GetDurableExecutionState',
        rule: 'kms',
      },
    },
  ],
  [
    'a transient failure while state is read',
    {
      handler: oneStep,
      failure: () => awsError('ServiceException', 500),
      paged: true,
      level: 'warn',
      record: {
        path: 'initial-state',
        ...RETRIED,
        code: 'ServiceException',
        httpStatus: 500,
        errorType: 'GetExecutionStateError',
      },
    },
  ],
  [
    'a permanent failure of a checkpoint',
    {
      handler: oneStep,
      failure: () => awsError('AccessDeniedException', 403),
      level: 'error',
      record: {
        path: 'checkpoint',
        ...FAILED,
        code: 'AccessDeniedException',
        httpStatus: 403,
        apiRequestId: 'aws-403',
        apiName: 'CheckpointDurableExecution',
      },
    },
  ],
  [
    'a transient failure of a checkpoint, without an answer',
    {
      handler: oneStep,
      failure: connectionReset,
      level: 'warn',
      record: { path: 'checkpoint', ...RETRIED, errorType: 'CheckpointError', rule: 'unanswered' },
    },
  ],
  [
    'a stale token, which is nothing to worry about',
    {
      handler: oneStep,
      failure: () => awsError('InvalidParameterValueException', 400, STALE_TOKEN_MESSAGE),
      level: 'info',
      record: { path: 'checkpoint', ...RETRIED, rule: 'stale-token', httpStatus: 400 },
    },
  ],
  [
    'a failure of user code',
    {
      handler: failing(new RangeError('too many')),
      level: 'error',
      record: { path: 'user-code', ...FAILED, errorType: 'RangeError', errorMessage: 'too many' },
    },
  ],
  [
    'a fault of user code',
    {
      handler: (context) => context.step(() => Promise.reject(new ExecutionError('cancelled'))),
      level: 'error',
      record: { path: 'user-code', ...FAILED, errorType: 'ExecutionError' },
    },
  ],
  [
    'user code that asks for another invocation',
    {
      handler: failing(new InvocationError('broken sandbox')),
      level: 'warn',
      record: { path: 'user-code', ...RETRIED, errorType: 'InvocationError' },
    },
  ],
];

async function decide({ handler, failure, paged }: Case) {
  const stage = new Stage(handler);
  if (paged) stage.service.firstPageItems = 0;
  if (failure) {
    stage.service.interfere = () => {
      throw failure();
    };
  }
  await Promise.allSettled([stage.invoke()]);
  return stage.logger.records;
}

describe('logDecision', () => {
  it.each(cases)('writes one line for %s', async (_, decision) => {
    const records = await decide(decision);
    expect(records).toHaveLength(1);
    expect(records[0]!.level).toBe(decision.level);
    expect(records[0]!.record).toMatchObject({ ...subject, ...decision.record });
    expect(records[0]!.record.message).toMatch(/^Durable invocation (failed|retried)\. The /);
  });

  it('writes one line, of what stands, when one failure beats another', async () => {
    const records = await decide({
      handler: async (context) => {
        await context.runInChildContext(async () => 1);
        throw new Error('no');
      },
      failure: connectionReset,
      level: '',
      record: {},
    });
    expect(records.map(({ record }) => record.path)).toEqual(['checkpoint']);
  });

  it('writes one line, of what stands, when an oversized error cannot be saved', async () => {
    const records = await decide({
      handler: failing(new Error('x'.repeat(6 * 1024 * 1024))),
      failure: connectionReset,
      level: '',
      record: {},
    });
    expect(records.map(({ record }) => record.path)).toEqual(['checkpoint']);
  });

  it.each<[string, Handler]>([
    ['succeeds', oneStep],
    ['suspends', (context) => context.wait({ seconds: 1 })],
    ['retries a step', (context) => context.step(() => Promise.reject(new Error('no')))],
    [
      'catches a failed operation',
      (context) => context.runInChildContext(() => Promise.reject(new Error('no'))).catch(() => 1),
    ],
  ])('writes nothing when an invocation %s', async (_, handler) => {
    await expect(decide({ handler, level: '', record: {} })).resolves.toEqual([]);
  });
});
