import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import type { CallbackDetails, OperationStatus } from '../../wire/operation.js';
import { type CallbackError, CallbackExternalError, CallbackTimeoutError } from '../base/errors/operation-errors.js';
import type { CreateCallbackConfig } from './callback-config.js';

/** A handler that awaits a callback, and tells what it got. */
function oneCallback(config?: CreateCallbackConfig<unknown>) {
  return new Stage(async (context) => {
    const [result, id] = await context.createCallback<unknown>('approval', config);
    const told: unknown = await result.then(
      (value) => ({ value }),
      (error: unknown) => {
        const { name, message, cause } = error as CallbackError;
        return { name, message, cause: cause?.name };
      },
    );
    return { id, told };
  });
}

function complete(stage: Stage, Status: OperationStatus, details: CallbackDetails = {}): void {
  const { Id, CallbackDetails } = stage.service.operation('approval');
  stage.service.change(Id, { Status, CallbackDetails: { ...CallbackDetails, ...details } });
}

afterEach(() => turns(3));

describe('CallbackOperation', () => {
  it('hands out the id that the service gave, the same on every replay, and waits', async () => {
    const ids: string[] = [];
    const stage = new Stage(async (context) => {
      const [result, id] = await context.createCallback('approval');
      ids.push(id);
      return result;
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(ids).toEqual(['callback-1', 'callback-1']);
    expect(stage.actions).toEqual(['CALLBACK START approval']);
  });

  it.each<[string, string | undefined, unknown]>([
    ['the raw text, though it be JSON', '{"ok":true}', '{"ok":true}'],
    ['nothing', undefined, undefined],
  ])('resolves to %s', async (_, Result, value) => {
    const stage = oneCallback();
    await stage.invoke();
    complete(stage, 'SUCCEEDED', { Result });
    await expect(stage.result()).resolves.toEqual({ id: 'callback-1', told: { value } });
  });

  it('reads the result with its own serdes, or with that of the context', async () => {
    const own = oneCallback({ serdes: { deserialize: async (text) => JSON.parse(text!) as unknown } });
    await own.invoke();
    complete(own, 'SUCCEEDED', { Result: '{"ok":true}' });
    await expect(own.result()).resolves.toMatchObject({ told: { value: { ok: true } } });

    const ofContext = new Stage(async (context) => {
      context.configureSerdes({ defaultCallbackDeserializer: { deserialize: async (text) => `read ${text}` } });
      const [result] = await context.createCallback('approval');
      return result;
    });
    await ofContext.invoke();
    complete(ofContext, 'SUCCEEDED', { Result: 'yes' });
    await expect(ofContext.result()).resolves.toBe('read yes');
  });

  it.each<[OperationStatus, typeof CallbackError]>([
    ['FAILED', CallbackExternalError],
    ['TIMED_OUT', CallbackTimeoutError],
    ['CANCELLED', CallbackExternalError],
    ['STOPPED', CallbackExternalError],
  ])('rejects, when it is awaited, once the service reports it as %s', async (status, { name }) => {
    const stage = oneCallback();
    await stage.invoke();
    complete(stage, status, { Error: { ErrorType: 'Refused', ErrorMessage: 'not today' } });
    await expect(stage.result()).resolves.toMatchObject({ told: { name, message: 'not today', cause: 'Refused' } });
  });

  it('keeps a failure that nobody awaits to itself, also when it has failed before the replay', async () => {
    const stage = new Stage(async (context) => {
      await context.createCallback('approval');
      await context.wait('then', { seconds: 1 });
      return 'unaware';
    });
    await stage.invoke();
    complete(stage, 'FAILED', { Error: { ErrorMessage: 'not today' } });
    await expect(stage.result()).resolves.toBe('unaware');
  });

  it('does not suspend for a callback that nobody awaits', async () => {
    const stage = new Stage(async (context) => {
      const [, id] = await context.createCallback('approval');
      await context.step('work', () => turns(3));
      return id;
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"callback-1"' });
  });

  it('rejects itself when it has completed without an id', async () => {
    const record = { Status: 'SUCCEEDED', CallbackDetails: { Result: 'yes' } };
    const stage = new Stage((context) =>
      context.createCallback('approval').catch((error: unknown) => (error as Error).message),
    );
    stage.service.interfere = (call) => {
      const [update] = call.request.Updates!;
      return {
        CheckpointToken: 'token-x',
        NewExecutionState: { Operations: [{ Id: update!.Id, Type: 'CALLBACK', ...record }] },
      };
    };
    await expect(stage.result()).resolves.toBe('The service returned no callback id for Callback "approval".');
  });

  it('rejects itself when the state has it started without an id', async () => {
    const stage = new Stage((context) =>
      context.createCallback('approval').catch((error: unknown) => (error as Error).message),
    );
    const keepsIds = stage.service.checkpoint.bind(stage.service);
    stage.service.checkpoint = async (request) => {
      const response = await keepsIds(request);
      stage.service.operation('approval').CallbackDetails = {};
      return response;
    };
    await expect(stage.invoke()).rejects.toThrow('the id of Callback "approval"');
    await expect(stage.result()).resolves.toBe('The service returned no callback id for Callback "approval".');
  });

  it.each<[string, object[]]>([
    ['it', []],
    ['its id', [{ Type: 'CALLBACK', Status: 'STARTED' }]],
    ['its id in its details', [{ Type: 'CALLBACK', Status: 'STARTED', CallbackDetails: { Result: 'other' } }]],
  ])('ends the invocation when the response does not have %s: the state of the next will', async (_, records) => {
    const seen: string[] = [];
    const stage = new Stage(async (context) => {
      const [, id] = await context.createCallback('approval').catch((error: unknown) => {
        seen.push(String(error));
        throw error;
      });
      return id;
    });
    const { service } = stage;
    service.interfere = (call) => {
      const Operations = records.map((record) => ({ Id: call.request.Updates![0]!.Id, ...record }));
      return { CheckpointToken: 'token-x', NewExecutionState: { Operations: Operations as never } };
    };
    await expect(stage.invoke()).rejects.toThrow(
      'does not contain the id of Callback "approval", which the call has started',
    );
    service.interfere = undefined;
    await expect(stage.invoke()).resolves.toMatchObject({ Status: 'SUCCEEDED', Result: '"callback-1"' });
    expect(seen).toEqual([]);
  });

  it.each<[CreateCallbackConfig, object]>([
    [{}, {}],
    [
      { timeout: { hours: 1 }, heartbeatTimeout: { seconds: 1.5 } },
      { TimeoutSeconds: 3600, HeartbeatTimeoutSeconds: 2 },
    ],
    [{ timeout: { seconds: 0 } }, { TimeoutSeconds: 0 }],
    [{ timeout: { seconds: 0.2 } }, { TimeoutSeconds: 1 }],
  ])('with %j asks for %j', async (config, CallbackOptions) => {
    const stage = oneCallback(config);
    await stage.invoke();
    expect(stage.service.updates[0]).toMatchObject({ Action: 'START', SubType: 'Callback', CallbackOptions });
    expect(stage.service.updates[0]!.CallbackOptions).toEqual(CallbackOptions);
  });

  it.each<[string, CreateCallbackConfig]>([
    ['timeout', { timeout: { seconds: -1 } }],
    ['timeout', { timeout: { days: 2000 } }],
    ['timeout', { timeout: 0 as never }],
    ['timeout', { timeout: null as never }],
    ['timeout', { timeout: {} as never }],
    ['heartbeatTimeout', { heartbeatTimeout: { seconds: NaN } }],
    ['heartbeatTimeout', { heartbeatTimeout: '' as never }],
  ])('fails the execution for an impossible %s: %j', async (setting, config) => {
    const stage = oneCallback(config);
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorType: 'ConfigValidationError',
        ErrorMessage: expect.stringMatching(`^The ${setting} of Callback "approval" is `),
      },
    });
    expect(stage.actions).toEqual([]);
  });

  it('is completed in process while something else runs', async () => {
    const stage = new Stage(async (context) => {
      const [result] = await context.createCallback('approval');
      const work = context.step('work', async () => {
        complete(stage, 'SUCCEEDED', { Result: 'yes' });
        await turns(2);
      });
      return Promise.all([result, work]);
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '["yes",null]' });
  });
});
