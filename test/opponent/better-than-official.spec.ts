import { jest } from '@jest/globals';
import { EngineContext } from '../../lib/engine/context/engine-context.js';
import type { CheckpointDurableExecutionResponse } from '../../lib/wire/durable-execution-client.js';
import { OperationStatus, OperationType } from '../../lib/wire/operation.js';
import type { RecordedCall } from '../fixtures/memory-service.js';
import { awsError } from '../engine/support/strict-service.js';
import { type Handler, sideBySide } from './side-by-side.js';

const staleToken = () => awsError('InvalidParameterValueException', 400, 'Invalid checkpoint token');
const oneStep: Handler = (_event, context) => context.step('charge', async () => 'charged');
const updatesOf = ({ request }: RecordedCall) => request.Updates ?? [];
const delaysOf = (calls: readonly RecordedCall[]) =>
  calls.flatMap(updatesOf).flatMap(({ StepOptions }) => StepOptions?.NextAttemptDelaySeconds ?? []);

/** Where the official SDK 2.4.0 is wrong: each is shown to fail there, and to be right here. */
describe('Where the official SDK fails', () => {
  it('a token that a newer invocation has spent does not fail the execution', async () => {
    const { theirs, ours } = await sideBySide({
      handler: oneStep,
      trouble: (service) => {
        service.interfere = () => {
          throw staleToken();
        };
      },
    });

    expect(theirs.ending).toMatchObject({
      Status: 'FAILED',
      Error: { ErrorMessage: expect.stringContaining('Invalid checkpoint token') },
    });
    expect(ours.ending).toEqual({ thrown: 'CheckpointError' });
    expect(ours.service.calls).toHaveLength(1);
  });

  it.each([400, 403, 404])('an HTTP %i while state is loaded fails the execution at once', async (httpStatus) => {
    const { theirs, ours } = await sideBySide({
      handler: oneStep,
      trouble: (service) => {
        service.firstPageItems = 0;
        service.interfere = () => {
          throw awsError('AccessDeniedException', httpStatus);
        };
      },
    });

    expect(theirs.ending).toEqual({ thrown: 'AccessDeniedException' });
    expect(ours.ending).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'GetExecutionStateError' } });
  });

  it.each([
    ['permanent', awsError('ValidationException', 400), { Status: 'FAILED', Error: { ErrorType: 'CheckpointError' } }],
    ['transient', awsError('ServiceException', 500), { thrown: 'CheckpointError' }],
  ])('a %s fault while the rest is saved beats the result of the handler', async (_kind, fault, answered) => {
    const { theirs, ours } = await sideBySide({
      handler: async (_event, context) => {
        await context.runInChildContext('ship', async () => 'shipped');
        return 'done';
      },
      trouble: (service) => {
        service.interfere = (call) => {
          if (updatesOf(call).some(({ Action }) => Action === 'SUCCEED')) throw fault;
        };
      },
    });

    expect(theirs.ending).toMatchObject({ Status: 'SUCCEEDED', Result: '"done"' });
    expect(theirs.service.operations.size).toBe(1);
    expect(ours.ending).toMatchObject(answered);
  });

  it.each([
    ['permanent', awsError('ValidationException', 400), { Status: 'FAILED', Error: { ErrorType: 'CheckpointError' } }],
    ['transient', awsError('ServiceException', 500), { thrown: 'CheckpointError' }],
  ])('a %s fault of the checkpoint of an oversized result is answered', async (_kind, fault, answered) => {
    const { theirs, ours } = await sideBySide({
      handler: async () => 'x'.repeat(6 * 1024 * 1024),
      trouble: (service) => {
        service.interfere = () => {
          throw fault;
        };
      },
    });

    expect(theirs.ending).toBe('hangs');
    expect(ours.ending).toMatchObject(answered);
  });

  it('what a checkpoint has changed is read to the last page', async () => {
    const { theirs, ours } = await sideBySide({
      handler: async (_event, context) => {
        const [, callbackId] = await context.createCallback('approval');
        return callbackId;
      },
      trouble: (service) => {
        const { checkpoint } = service;
        service.checkpoint = async (request) => {
          const { CheckpointToken }: CheckpointDurableExecutionResponse = await checkpoint.call(service, request);
          return { CheckpointToken, NewExecutionState: { Operations: [], NextMarker: '1' } };
        };
      },
    });

    expect(theirs.ending).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'CallbackError' } });
    expect(ours.ending).toEqual({ Status: 'SUCCEEDED', Result: '"callback-1"' });
  });

  it('an answer without a token ends the invocation, for it may record nothing more', async () => {
    const { theirs, ours } = await sideBySide({
      handler: async (_event, context) => {
        await context.step('charge', async () => 'charged');
        return context.step('ship', async () => 'shipped');
      },
      trouble: (service) => {
        service.interfere = (_call, number) => {
          if (number === 1) return { NewExecutionState: { Operations: [...service.operations.values()] } };
          throw staleToken();
        };
      },
    });

    expect(theirs.service.calls).toHaveLength(2);
    expect(theirs.ending).toMatchObject({ Status: 'FAILED' });
    expect(ours.service.calls).toHaveLength(1);
    expect(ours.ending).toEqual({ Status: 'PENDING' });
  });

  it.each([0, 0.5, 1.5])('a retry delay of %d seconds is rounded up to what the service takes', async (seconds) => {
    const { theirs, ours } = await sideBySide({
      handler: (_event, context) =>
        context.step('charge', () => Promise.reject(new Error('declined')), {
          retryStrategy: () => ({ shouldRetry: true, delay: { seconds } }),
        }),
      trouble: (service) => {
        service.interfere = (call) => {
          if (delaysOf([call]).some((delay) => !Number.isInteger(delay) || delay < 1)) {
            throw awsError('ValidationException', 400, 'NextAttemptDelaySeconds must be an integer from 1 on');
          }
        };
      },
    });

    expect(theirs.ending).toMatchObject({ Status: 'FAILED' });
    expect(delaysOf(ours.service.calls)).toEqual([Math.max(1, Math.ceil(seconds))]);
    expect(ours.ending).toEqual({ Status: 'PENDING' });
  });

  it('code that has changed is told, and does not wait for ever', async () => {
    const { theirs, ours } = await sideBySide({
      before: 1,
      handler: (_event, context) =>
        context.step('charge', () => Promise.reject(new Error('declined')), {
          retryStrategy: () => ({ shouldRetry: true, delay: { hours: 1 } }),
        }),
      redeployed: (_event, context) =>
        context.waitForCondition('shipment', async (state: number) => state, {
          initialState: 0,
          waitStrategy: () => ({ shouldContinue: true, delay: { hours: 1 } }),
        }),
      trouble: (service) => {
        const [charge] = [...service.operations.values()].filter(({ Type }) => Type === OperationType.STEP);
        service.change(charge!.Id, { Status: OperationStatus.PENDING });
      },
    });

    expect(theirs.ending).toEqual({ Status: 'PENDING' });
    expect(ours.ending).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'NonDeterministicExecutionError' } });
  });

  it('a logger that throws does not fail the execution', async () => {
    const throwing = () => {
      throw new Error('disk full');
    };
    const customLogger = { debug: throwing, info: throwing, warn: throwing, error: throwing };
    const silence = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { theirs, ours } = await sideBySide({
      handler: async (_event, context) => {
        context.configureLogger({ customLogger });
        context.logger.info('charging');
        return 'charged';
      },
    });
    silence.mockRestore();

    expect(theirs.ending).toMatchObject({ Status: 'FAILED', Error: { ErrorMessage: 'disk full' } });
    expect(ours.ending).toEqual({ Status: 'SUCCEEDED', Result: '"charged"' });
  });

  it('a plugin that hangs does not hold the invocation', async () => {
    const { theirs, ours } = await sideBySide({
      handler: oneStep,
      config: { plugins: [{ onOperationStart: () => new Promise(() => undefined) }] },
      remainingMs: 1050,
    });

    expect(theirs.ending).toBe('hangs');
    expect(ours.ending).toEqual({ Status: 'SUCCEEDED', Result: '"charged"' });
  });

  it('a line in a context that goes on after a wait is logged once', async () => {
    const lines: string[] = [];
    const line = (text: string) => void lines.push(text);
    const customLogger = { debug: line, info: line, warn: line, error: line };

    await sideBySide({
      before: 1,
      handler: async (_event, context) => {
        context.configureLogger({ customLogger });
        await context.runInChildContext('ship', async (child) => {
          child.logger.info(`by ${context instanceof EngineContext ? 'us' : 'them'}`);
          await child.step('label', async () => 'printed');
          await child.wait('cool down', { seconds: 1 });
        });
      },
    });

    expect(lines).toEqual(['by them', 'by them', 'by us']);
  });
});
