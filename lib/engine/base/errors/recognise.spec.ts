import { jest } from '@jest/globals';
import { CheckpointError } from './checkpoint-error.js';
import {
  ConfigValidationError,
  ContextValidationError,
  NonDeterministicExecutionError,
  NotDurableError,
  SerdesFailedError,
} from './context-errors.js';
import { DurableExecutionClientError, isDurableExecutionClientError } from './durable-execution-client-error.js';
import { DurableExecutionsError } from '../../../wire/durable-executions-error.js';
import { ExecutionError } from './execution-error.js';
import { InvocationError } from './invocation-error.js';
import { StepError } from './operation-errors.js';
import {
  isDurableApiError,
  isDurableExecutionsError,
  isExecutionError,
  isInvocationError,
  isRetryableError,
  isUnrecoverableError,
} from './recognise.js';
import { UnrecoverableError } from './unrecoverable-error.js';

const answersOf = (error: unknown): string =>
  [
    isDurableExecutionsError(error) && 'ours',
    isUnrecoverableError(error) && 'unrecoverable',
    isExecutionError(error) && 'execution',
    isInvocationError(error) && 'invocation',
    isDurableApiError(error) && 'api',
    isRetryableError(error) && 'retryable',
  ]
    .filter(Boolean)
    .join(' ');

const denied = Object.assign(new Error('no'), { $metadata: { httpStatusCode: 403 } });
const nonDeterminism = { operationId: '1', stored: { type: 'STEP' }, called: { type: 'WAIT' } };

describe('the guards', () => {
  it.each([
    ['an ExecutionError', new ExecutionError('x'), 'ours unrecoverable execution'],
    ['an InvocationError', new InvocationError('x'), 'ours unrecoverable invocation retryable'],
    ['a transient CheckpointError', CheckpointError.fromException('x'), 'ours unrecoverable invocation api retryable'],
    ['a permanent CheckpointError', CheckpointError.fromException(denied), 'ours unrecoverable invocation api'],
    [
      'a NonDeterministicExecutionError',
      new NonDeterministicExecutionError(nonDeterminism),
      'ours unrecoverable execution',
    ],
    ['a ContextValidationError', new ContextValidationError('x'), 'ours unrecoverable execution'],
    ['a ConfigValidationError', new ConfigValidationError('x'), 'ours unrecoverable execution'],
    ['a SerdesFailedError', new SerdesFailedError('x'), 'ours unrecoverable invocation retryable'],
    ['a NotDurableError', new NotDurableError(), 'ours'],
    ['a StepError', new StepError('x'), 'ours'],
    ['an error of nobody', new Error('x'), ''],
    ['a text', 'x', ''],
    ['nothing', undefined, ''],
  ])('know %s', (_, error, answers) => {
    expect(answersOf(error)).toBe(answers);
  });

  it('know the errors of another copy of the package, and so does instanceof', async () => {
    jest.resetModules();
    const copy = await import('./invocation-error.js');
    const foreign = new copy.InvocationError('x');

    expect(Object.getPrototypeOf(foreign)).not.toBe(InvocationError.prototype);
    expect(answersOf(foreign)).toBe('ours unrecoverable invocation retryable');
    expect(foreign).toBeInstanceOf(InvocationError);
    expect(foreign).toBeInstanceOf(UnrecoverableError);
    expect(foreign).toBeInstanceOf(DurableExecutionsError);
    expect(foreign).not.toBeInstanceOf(ExecutionError);
  });

  it('go by the facts where the methods of a foreign error were lost', () => {
    const stripped = (error: InvocationError) => Object.assign(error, { isRetryable: undefined });

    expect(isRetryableError(stripped(new InvocationError('x')))).toBe(true);
    expect(isRetryableError(stripped(CheckpointError.fromException(denied)))).toBe(false);
  });
});

describe('a subclass of the user', () => {
  class OutOfStock extends ExecutionError {}
  class Renamed extends ExecutionError {
    override readonly name = 'PaymentRefused';
  }

  it('is told from its parent by instanceof', () => {
    expect(new OutOfStock('x')).toBeInstanceOf(OutOfStock);
    expect(new OutOfStock('x')).toBeInstanceOf(ExecutionError);
    expect(new ExecutionError('x')).not.toBeInstanceOf(OutOfStock);
    expect(new Renamed('x')).not.toBeInstanceOf(OutOfStock);
  });

  it("carries its parent's name unless it states its own, since minifiers rename classes", () => {
    expect(new OutOfStock('x').name).toBe('ExecutionError');
    expect(new Renamed('x').name).toBe('PaymentRefused');
  });

  it('may decide that an invocation is not worth retrying', () => {
    class Hopeless extends InvocationError {
      override isRetryable(): boolean {
        return false;
      }
    }

    expect(isRetryableError(new Hopeless('x'))).toBe(false);
    expect(new Hopeless('x').isRetriable()).toBe(false);
  });
});

describe('DurableExecutionClientError', () => {
  it('is transient unless stated otherwise', () => {
    expect(new DurableExecutionClientError('x').scope).toBe('INVOCATION');
    expect(new DurableExecutionClientError('x', { scope: 'EXECUTION' }).scope).toBe('EXECUTION');
  });

  it('is recognised by property', () => {
    expect(isDurableExecutionClientError({ isDurableExecutionClientError: true, scope: 'EXECUTION' })).toBe(true);
    expect(isDurableExecutionClientError({ isDurableExecutionClientError: 'yes' })).toBe(false);
    expect(isDurableExecutionClientError(null)).toBe(false);
  });
});

describe('name and code', () => {
  it('stand on the prototype, so that logs show neither twice', () => {
    const error = new ExecutionError('x');

    expect({ name: error.name, code: error.code }).toEqual({ name: 'ExecutionError', code: 'EXECUTION_FAILED' });
    expect(Object.keys(error)).toEqual(['terminationReason', 'errorData']);
    expect(String(error)).toBe('ExecutionError: x');
  });

  it('keeps the cause, and has none where none was given', () => {
    expect(new ExecutionError('x', { cause: denied }).cause).toBe(denied);
    expect('cause' in new ExecutionError('x')).toBe(false);
  });
});

describe('the errors of a context', () => {
  it('tell what was recorded, what is called now, and what to do', () => {
    const error = new NonDeterministicExecutionError({
      operationId: 'c4ca42',
      stored: { type: 'STEP', subType: 'Step', name: 'charge' },
      called: { type: 'WAIT', subType: 'Wait' },
    });

    expect(error.message).toMatch(
      /^Non-deterministic execution: operation c4ca42 was recorded as STEP \(Step\) "charge", but the code now calls WAIT \(Wait\) without a name\. Operations must come in the same order/,
    );
    expect(error.terminationReason).toBe('NON_DETERMINISM');
  });

  it('tell how to make a function durable', () => {
    expect(new NotDurableError('orders').message).toMatch(/^Function orders was invoked.*DurableConfig.*\$LATEST\.$/);
  });
});
