import { awsError } from '../../../test/engine/support/strict-service.js';
import { CheckpointError } from '../base/errors/checkpoint-error.js';
import { SerdesFailedError } from '../base/errors/context-errors.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { GetExecutionStateError } from '../base/errors/get-execution-state-error.js';
import { InvocationError } from '../base/errors/invocation-error.js';
import { deliver, type Ending, outcomeOfFailure } from './outcome.js';

describe('outcomeOfFailure', () => {
  const kms = awsError('KMSDisabledException', 502);
  const throttled = awsError('TooManyRequestsException', 429);

  it.each<[string, unknown, 'failed' | 'retried']>([
    ['a permanent checkpoint failure', CheckpointError.fromException(kms), 'failed'],
    ['a transient checkpoint failure', CheckpointError.fromException(throttled), 'retried'],
    ['a permanent failure to load state', GetExecutionStateError.fromException(kms), 'failed'],
    ['a transient failure to load state', GetExecutionStateError.fromException(throttled), 'retried'],
    ['an ExecutionError', new ExecutionError('cancelled'), 'failed'],
    ['an InvocationError', new InvocationError('broken sandbox'), 'retried'],
    ['a failed serdes', new SerdesFailedError('store unreachable'), 'retried'],
    ['any other error', new TypeError('undefined is not a function'), 'failed'],
    ['an AWS error of user code, whatever its name', kms, 'failed'],
    ['a thrown text', 'out of stock', 'failed'],
    ['nothing at all', undefined, 'failed'],
  ])('%s ends as %s', (_, error, kind) => {
    expect(outcomeOfFailure(error, 'user-code')).toEqual({ kind, error, path: 'user-code' });
  });
});

describe('deliver', () => {
  it.each<Ending>([
    { Status: 'SUCCEEDED', Result: '{"a":1}' },
    { Status: 'SUCCEEDED' },
    { Status: 'PENDING' },
    { Status: 'FAILED', Error: { ErrorType: 'StepError', ErrorMessage: 'boom' } },
  ])('answers %j as it is', (ending) => {
    expect(deliver(ending)).toBe(ending);
  });

  it('throws what failed when Lambda is to invoke again', () => {
    const error = new InvocationError('broken sandbox');
    expect(() => deliver({ Status: 'RETRYING', error })).toThrow(error);
  });
});
