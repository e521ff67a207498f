import { rebuildAs } from './rebuild-as.js';
import {
  BatchCompletionError,
  CallbackError,
  CallbackExternalError,
  CallbackSubmitterError,
  CallbackTimeoutError,
  ChildContextError,
  DurableOperationError,
  InvokeError,
  PromiseCombinatorError,
  StepError,
  StepInterruptedError,
  WaitForConditionError,
} from './operation-errors.js';
import '../../operations/invoke.js';

const classes = {
  StepError,
  CallbackError,
  CallbackExternalError,
  CallbackTimeoutError,
  CallbackSubmitterError,
  InvokeError,
  ChildContextError,
  PromiseCombinatorError,
  WaitForConditionError,
  BatchCompletionError,
};

describe('DurableOperationError.fromErrorObject', () => {
  it.each(Object.entries(classes))('rebuilds a %s', (ErrorType, Class) => {
    const recorded = { ErrorType, ErrorMessage: 'No.', ErrorData: '{"a":1}', StackTrace: ['at a', 'at b'] };
    const error = DurableOperationError.fromErrorObject(recorded);

    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ errorType: ErrorType, errorData: '{"a":1}', stackTrace: ['at a', 'at b'] });
    expect({ name: error.name, message: error.message }).toEqual({ name: ErrorType, message: 'No.' });
    expect({ name: error.cause?.name, stack: error.cause?.stack }).toEqual({ name: ErrorType, stack: 'at a\nat b' });
  });

  it('turns an unknown type into a StepError whose cause is named after it', () => {
    const error = DurableOperationError.fromErrorObject({ ErrorType: 'OutOfStock', ErrorMessage: 'None left.' });

    expect(error).toBeInstanceOf(StepError);
    expect(error.toErrorObject()).toEqual({ ErrorType: 'StepError', ErrorMessage: 'None left.' });
    expect({ name: error.cause?.name, message: error.cause?.message }).toEqual({
      name: 'OutOfStock',
      message: 'None left.',
    });
  });

  it.each(['toString', 'constructor', '__proto__'])('takes the type "%s" for unknown', (ErrorType) => {
    expect(DurableOperationError.fromErrorObject({ ErrorType })).toBeInstanceOf(StepError);
  });

  it('makes something of an empty record', () => {
    const error = DurableOperationError.fromErrorObject({});

    expect({ name: error.name, message: error.message, cause: error.cause?.name }).toEqual({
      name: 'StepError',
      message: 'Unknown error',
      cause: 'Error',
    });
  });

  it.each([
    [StepError, 'Step failed'],
    [CallbackError, 'Callback failed'],
    [CallbackExternalError, 'Callback failed'],
    [CallbackTimeoutError, 'Callback timed out'],
    [CallbackSubmitterError, 'Callback submitter failed'],
    [InvokeError, 'Invoke failed'],
    [ChildContextError, 'Child context failed'],
    [PromiseCombinatorError, 'Promise combinator failed'],
    [WaitForConditionError, 'Wait for condition failed'],
  ])('says what has failed if the service does not: %p', (errorClass, message) => {
    expect(new errorClass().message).toBe(message);
    expect(rebuildAs(errorClass, {}).message).toBe(message);
    expect(rebuildAs(errorClass, { ErrorMessage: 'No.' }).message).toBe('No.');
  });

  it('says by which decision a batch has failed', () => {
    const { message } = new BatchCompletionError('CUSTOM_COMPLETION_FAILED');
    expect(message).toBe('Batch completed as failed by shouldComplete (CUSTOM_COMPLETION_FAILED)');
  });

  it('gives back what toErrorObject recorded', () => {
    const error = new CallbackTimeoutError('Too late.', undefined, 'data');
    const rebuilt = DurableOperationError.fromErrorObject(error.toErrorObject());

    expect(rebuilt).toBeInstanceOf(CallbackTimeoutError);
    expect(rebuilt.toErrorObject()).toEqual(error.toErrorObject());
  });

  it('knows a failed batch by the only reason that is thrown as one', () => {
    expect(DurableOperationError.fromErrorObject({ ErrorType: 'BatchCompletionError' })).toMatchObject({
      completionReason: 'CUSTOM_COMPLETION_FAILED',
    });
  });
});

describe('DurableOperationError', () => {
  it('lets every failure of a callback be caught as one', () => {
    for (const Class of [CallbackExternalError, CallbackTimeoutError, CallbackSubmitterError]) {
      expect(new Class()).toBeInstanceOf(CallbackError);
    }
    expect(new StepError()).not.toBeInstanceOf(CallbackError);
  });

  it('keeps the cause it is given', () => {
    const cause = new RangeError('far');

    expect(new ChildContextError('No.', cause).cause).toBe(cause);
    expect(new BatchCompletionError('CUSTOM_COMPLETION_FAILED', 'No.', cause, 'd')).toMatchObject({
      completionReason: 'CUSTOM_COMPLETION_FAILED',
      errorData: 'd',
    });
  });
});

describe('StepInterruptedError', () => {
  it('names the step', () => {
    expect(new StepInterruptedError('c4ca42', 'charge').message).toMatch(/^Step "charge" \(c4ca42\) was started/);
    expect(new StepInterruptedError('c4ca42').message).toMatch(/^Step c4ca42 was started/);
  });
});

describe('The errorType of an operation error', () => {
  it.each(Object.entries(classes))(
    'is an own property of a %s, also of a class that extends it',
    (errorType, Class) => {
      const Base = Class as unknown as typeof StepError;
      class Extended extends Base {
        override readonly name = 'Extended';
      }
      for (const error of [new Base(), new Extended()]) {
        expect(Object.getOwnPropertyDescriptor(error, 'errorType')).toMatchObject({
          value: errorType,
          enumerable: true,
        });
      }
    },
  );

  it('is what a class from outside of the package says of itself', () => {
    class Foreign extends DurableOperationError {
      readonly errorType = 'Foreign';
    }
    expect(new Foreign().toErrorObject().ErrorType).toBe('Foreign');
  });
});

describe('InvokeError', () => {
  const failedWith = (ErrorType: string) => rebuildAs(InvokeError, { ErrorType, ErrorMessage: 'No.' });

  it('tells what can be done about an error of Invoke', () => {
    const { remedy, retryable } = failedWith('SubnetIPAddressLimitReachedException');

    expect(remedy).toMatch(/larger or further subnets/);
    expect(retryable).toBe(false);
    expect(failedWith('EC2ThrottledException').retryable).toBe(true);
  });

  it('tells nothing about what the function threw', () => {
    const { remedy, retryable } = failedWith('OutOfStock');

    expect([remedy, retryable]).toEqual([undefined, undefined]);
  });
});
