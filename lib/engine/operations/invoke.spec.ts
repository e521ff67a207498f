import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import type { ChainedInvokeDetails, OperationStatus } from '../../wire/operation.js';
import type { DurableContext } from '../context/durable-context.js';
import { InvokeError } from '../base/errors/operation-errors.js';
import type { Serdes } from '../base/serdes/serdes.js';

/** A handler of one invoke, which then sleeps, so that what it got shows on the first run and on replay. */
function invoking(call: (context: DurableContext) => Promise<unknown>) {
  const told: unknown[] = [];
  const stage = new Stage(async (context) => {
    told.push(await call(context).catch((error: unknown) => error));
    await context.wait({ seconds: 1 });
  });
  return { stage, told };
}

function start(stage: Stage) {
  return stage.service.updates.find(({ Type }) => Type === 'CHAINED_INVOKE');
}

function answer(stage: Stage, Status: OperationStatus, details: ChainedInvokeDetails = {}): void {
  stage.service.change(start(stage)!.Id, { Status, ChainedInvokeDetails: details });
}

/** Lets the service know the outcome of an invoke before it receives the start. */
function answerAtOnce(stage: Stage, Status: OperationStatus, details: ChainedInvokeDetails): void {
  const { service } = stage;
  const apply = service.checkpoint.bind(service);
  service.checkpoint = async (request) => {
    const response = await apply(request);
    const invoke = request.Updates?.find(({ Type }) => Type === 'CHAINED_INVOKE');
    if (!invoke) return response;
    service.change(invoke.Id, { Status, ChainedInvokeDetails: details });
    return { ...response, NewExecutionState: { Operations: [service.operations.get(invoke.Id)!] } };
  };
}

afterEach(() => turns(3));

describe('InvokeOperation', () => {
  it('starts the function with its input as JSON, suspends, and returns the result', async () => {
    const { stage, told } = invoking((context) => context.invoke('charge', 'payments:live', { amount: 5 }));
    await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    expect(start(stage)).toEqual({
      Id: 'c4ca4238a0b92382',
      Type: 'CHAINED_INVOKE',
      SubType: 'ChainedInvoke',
      Name: 'charge',
      Action: 'START',
      ParentId: undefined,
      Payload: '{"amount":5}',
      ChainedInvokeOptions: { FunctionName: 'payments:live' },
    });
    answer(stage, 'SUCCEEDED', { Result: '{"paid":true}' });
    await stage.run();
    expect(told).toEqual([{ paid: true }, { paid: true }]);
    expect(stage.actions.filter((action) => action.startsWith('CHAINED_INVOKE'))).toHaveLength(1);
  });

  it('names the tenant, and leaves the payload out when there is no input', async () => {
    const { stage } = invoking((context) => context.invoke('reports:1', undefined, { tenantId: 'acme' }));
    await stage.invoke();
    expect(start(stage)).toMatchObject({ ChainedInvokeOptions: { FunctionName: 'reports:1', TenantId: 'acme' } });
    expect(start(stage)?.Payload).toBeUndefined();
    answer(stage, 'SUCCEEDED');
    await stage.run();
  });

  it('returns undefined for a result that is absent', async () => {
    const { stage, told } = invoking((context) => context.invoke('reports:1'));
    await stage.invoke();
    answer(stage, 'SUCCEEDED');
    await stage.run();
    expect(told).toEqual([undefined, undefined]);
  });

  it.each(['FAILED', 'TIMED_OUT', 'STOPPED', 'CANCELLED'] as const)(
    'throws an InvokeError when it is %s',
    async (status) => {
      const { stage, told } = invoking((context) => context.invoke('reports:1'));
      await stage.invoke();
      answer(stage, status, {
        Error: { ErrorType: 'PrinterError', ErrorMessage: 'no paper', ErrorData: '{"tray":2}' },
      });
      await stage.run();
      for (const error of told as InvokeError[]) {
        expect(error).toBeInstanceOf(InvokeError);
        expect(error).toMatchObject({ message: 'no paper', errorData: '{"tray":2}', cause: { name: 'PrinterError' } });
      }
      expect(told).toHaveLength(2);
    },
  );

  it('throws at once for a function that cannot be found, without suspending', async () => {
    const { stage, told } = invoking((context) => context.invoke('nobody:1'));
    const ErrorMessage = 'Function not found: nobody:1';
    answerAtOnce(stage, 'FAILED', { Error: { ErrorType: 'ResourceNotFoundException', ErrorMessage } });
    await stage.invoke();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ name: 'InvokeError', message: ErrorMessage });
  });

  it('returns at once when the function has answered by the time its start is recorded', async () => {
    const { stage, told } = invoking((context) => context.invoke('quick:1'));
    answerAtOnce(stage, 'SUCCEEDED', { Result: '"done"' });
    await stage.invoke();
    expect(told).toEqual(['done']);
  });

  it('converts payload and result with serdes of its own', async () => {
    const shouting: Serdes<string> = {
      serialize: async (text) => text?.toUpperCase(),
      deserialize: async (text) => `${text}!`,
    };
    const { stage, told } = invoking((context) =>
      context.invoke<string, string>('echo', 'echo:1', 'hello', { payloadSerdes: shouting, resultSerdes: shouting }),
    );
    await stage.invoke();
    expect(start(stage)?.Payload).toBe('HELLO');
    answer(stage, 'SUCCEEDED', { Result: 'back' });
    await stage.run();
    expect(told).toEqual(['back!', 'back!']);
  });

  it('converts payload and result with the default serdes of its context', async () => {
    const stage = new Stage(async (context) => {
      context.configureSerdes({
        defaultSerdes: {
          serialize: async (value: unknown) => `s:${JSON.stringify(value)}`,
          deserialize: async (text) => JSON.parse(text!.slice(2)),
        },
      });
      return context.invoke('echo:1', [1]);
    });
    await stage.invoke();
    expect(start(stage)?.Payload).toBe('s:[1]');
    answer(stage, 'SUCCEEDED', { Result: 's:[2]' });
    await expect(stage.result()).resolves.toEqual([2]);
  });

  it('fails the execution when it names no function', async () => {
    const stage = new Stage((context) => context.invoke(''));
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'ConfigValidationError', ErrorMessage: expect.stringContaining('names no function') },
    });
    expect(stage.service.updates).toEqual([]);
  });

  it('fails the execution when another operation stands in its place', async () => {
    const { stage } = invoking((context) => context.invoke('reports:1'));
    await stage.invoke();
    answer(stage, 'SUCCEEDED');
    stage.handler = (context) => context.step(async () => 1);
    await expect(stage.invoke()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: { ErrorType: 'NonDeterministicExecutionError' },
    });
  });

  it('completes in process while something else runs', async () => {
    const stage = new Stage(async (context) => {
      const invoked = context.invoke('slow:1');
      const step = context.step(async () => {
        while (start(stage) === undefined) await turns();
        await turns(3);
        answer(stage, 'SUCCEEDED', { Result: '7' });
        return 1;
      });
      return Promise.all([invoked, step]);
    });
    await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '[7,1]' });
  });
});
