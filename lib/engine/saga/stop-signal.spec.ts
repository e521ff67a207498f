import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { deferred, turns } from '../../../test/engine/support/turns.js';
import type { DurableContext } from '../context/durable-context.js';
import { StopRequestedError } from './stop-requested-error.js';

function ask(stage: Stage, result?: string): void {
  const { Id, CallbackDetails } = stage.service.operation('stop request');
  const members = { CallbackDetails: { ...CallbackDetails, Result: result } };
  stage.service.change(Id, { ...members, Status: 'SUCCEEDED' });
}

const hour = { hours: 1 };

function booking(undone: string[]): Handler {
  return (context) =>
    context.saga(
      async (saga) => {
        await saga.step(
          'book',
          async () => 'room 7',
          (room) => undone.push(`cancelled ${room}`),
        );
        await context.wait('an hour', hour);
        await context.step('tell', async () => undone.push('told'));
      },
      { stoppable: true },
    );
}

describe('A stoppable saga', () => {
  it('opens the callback with its first step, in one request', async () => {
    const stage = new Stage(booking([]));
    await stage.invoke();
    expect(stage.requests[0]).toEqual(['STEP START book', 'CALLBACK START stop request', 'STEP SUCCEED book']);
    expect(stage.service.operation('stop request')).toMatchObject({ SubType: 'StopRequest', Status: 'STARTED' });
  });

  it('is undone when it is asked to stop, and fails the execution past all code', async () => {
    const undone: string[] = [];
    const stage = new Stage(booking(undone));
    await stage.invoke();
    ask(stage, '{"type":"Cancelled","message":"by the customer","data":"7"}');
    await expect(stage.run()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorType: 'StopRequestedError',
        ErrorMessage: 'The execution was asked to stop: Cancelled: by the customer',
        ErrorData: '7',
      },
    });
    expect(undone).toEqual(['cancelled room 7']);
    expect(stage.actions).not.toContain('STEP START tell');
  });

  it('is undone while a child that runs again for its large result has come to a virtual context', async () => {
    let undos = 0;
    let runs = 0;
    const stage = new Stage((context) =>
      context.saga(
        async (saga) => {
          const undo = async () => {
            undos += 1;
            if (undos === 1) throw new Error('not yet');
          };
          await saga.step('book', async () => 1, undo);
          const long = context.wait('long', hour);
          await context.runInChildContext('child', async (child) => {
            await child.step('inner', async () => 1);
            await turns((runs += 1) === 1 ? 1 : 40);
            await child.runInChildContext((virtual) => virtual.step('innermost', async () => 2), {
              virtualContext: true,
            });
            return 'x'.repeat(300_000);
          });
          await long;
        },
        { stoppable: true },
      ),
    );
    await stage.invoke();
    ask(stage, '{}');
    await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'StopRequestedError' } });
    expect(undos).toBe(2);
  });

  it('fails the execution also if code around it catches the error, and wants to go on', async () => {
    const undone: string[] = [];
    const stage = new Stage(async (context, input) => {
      await Promise.resolve(booking(undone)(context, input)).catch(() => undefined);
      undone.push('caught');
      return context.step('mark', async () => 'cancelled');
    });
    await stage.invoke();
    ask(stage);
    await expect(stage.run()).resolves.toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'StopRequestedError' } });
    expect(undone).toEqual(['cancelled room 7']);
  });

  const stoppable = { stoppable: true };
  const undo = (undone: string[], name: string) => (result: unknown) => void undone.push(`${name} ${String(result)}`);

  it.each([
    ['around it', {}],
    ['around it that listens too', stoppable],
  ])('in a child context is undone with the saga %s', async (_, outer) => {
    const undone: string[] = [];
    const stage = new Stage((context) =>
      context.saga(async (saga) => {
        const child = context.runInChildContext('hotel', (inner) =>
          inner.saga(async (stay) => {
            await stay.step('stay', async () => 1, undo(undone, 'stay'));
            await inner.wait('an hour', hour);
          }, stoppable),
        );
        await saga.step('fly', async () => 2, undo(undone, 'fly'));
        await child;
      }, outer),
    );
    await stage.invoke();
    ask(stage);
    await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'StopRequestedError' } });
    expect(undone).toEqual(['stay 1', 'fly 2']);
    expect(stage.service.operation('compensation').ParentId).toBeUndefined();
  });

  it('awaits no step that is called after the request, also if the undos start later, behind a plugin', async () => {
    const undone: string[] = [];
    const handler: Handler = async (context) => {
      await context.stopRequested();
      await context.saga(
        async (saga) => {
          const first = saga.step(
            'first',
            async () => undefined,
            () => undone.push('first'),
          );
          await turns();
          await Promise.all([
            first,
            saga.step(
              'second',
              async () => undefined,
              () => undone.push('second'),
            ),
          ]);
        },
        { stoppable: true },
      );
    };
    const stage = new Stage(handler, { config: { plugins: [{ onOperationStart: () => turns(2) }] } });
    await stage.invoke();
    ask(stage, '{"message":"stop"}');
    await expect(stage.run()).resolves.toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'StopRequestedError' } });
    expect(undone).toEqual(['first']);
  });

  it('waits for the undos of another branch, with their retries', async () => {
    const undone: string[] = [];
    const retried = { undo: { retryStrategy: () => ({ shouldRetry: true, delay: hour }) } };
    let tries = 0;
    const branch = (name: string) => (context: DurableContext) =>
      context.saga(async (saga) => {
        const late = (result: unknown) => {
          if (name === 'a' && (tries += 1) === 1) throw new Error('not yet');
          undo(undone, name)(result);
        };
        await saga.step(name, async () => 1, late, retried);
        await context.wait('an hour', hour);
      }, stoppable);
    const stage = new Stage((context) => context.parallel([branch('a'), branch('b')]));
    await stage.invoke();
    ask(stage);
    await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'StopRequestedError' } });
    expect(undone.sort()).toEqual(['a 1', 'b 1']);
  });

  it('takes no notice of an end that is recorded after the request, and goes on from one before', async () => {
    for (const [waitedMs, told] of [
      [-1, ['told', 'cancelled room 7']],
      [1, ['cancelled room 7']],
    ] as const) {
      const undone: string[] = [];
      const stage = new Stage(booking(undone));
      await stage.invoke();
      ask(stage);
      const askedMs = Number(stage.service.operation('stop request').EndTimestamp);
      const { Id } = stage.service.operation('an hour');
      stage.service.change(Id, { Status: 'SUCCEEDED', EndTimestamp: askedMs + waitedMs });
      await stage.run();
      expect(undone).toEqual(told);
    }
  });

  it.each([1, 2, 3])(
    'takes the path of the first invocation where the history comes in pages of %i',
    async (pageItems) => {
      for (const [isAsked, expected] of [
        [true, ['cancelled room 7']],
        [false, ['told']],
      ] as const) {
        const undone: string[] = [];
        const stage = new Stage(booking(undone));
        await stage.invoke();
        if (isAsked) ask(stage);
        else stage.service.passTime();
        Object.assign(stage.service, { pageItems, firstPageItems: pageItems });
        await stage.run();
        expect(undone).toEqual(expected);
      }
    },
  );

  it('is not asked any more once its body has ended', async () => {
    const undone: string[] = [];
    const stage = new Stage(async (context, input) => {
      await booking(undone)(context, input);
      await context.wait('another hour', hour);
      return 'done';
    });
    await stage.invoke();
    stage.service.passTime();
    await stage.invoke();
    ask(stage);
    await expect(stage.result()).resolves.toBe('done');
    expect(undone).toEqual(['told']);
  });

  it('undoes the sagas in it, also where they are undone already', async () => {
    const undone: string[] = [];
    const stage = new Stage((context) =>
      context.saga(
        async (outer) => {
          outer.onFailure('outer', () => undone.push('outer'));
          await context.saga(async (inner) => {
            inner.onFailure('first', () => undone.push('first'));
            inner.onFailure(
              'second',
              () => {
                if (undone.length === 0) throw new Error(`not yet ${undone.push('tried')}`);
                undone.push('second');
              },
              { retryStrategy: () => ({ shouldRetry: true, delay: hour }) },
            );
            throw new RangeError('inner');
          });
        },
        { stoppable: true },
      ),
    );
    await stage.invoke();
    ask(stage);
    await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'StopRequestedError' } });
    expect(undone).toEqual(['tried', 'second', 'first', 'outer']);
  });
});

describe('What a stop request has left', () => {
  const stoppable = { stoppable: true };
  const retried = { undo: { retryStrategy: () => ({ shouldRetry: true, delay: hour }) } };

  /** An undo that fails once, so that the compensation goes on in a later invocation. */
  function slowUndo(undone: string[], name: string): () => void {
    let tries = 0;
    return () => {
      if ((tries += 1) === 1) throw new Error('not yet');
      undone.push(name);
    };
  }

  /** The wait ends just after the request. */
  function elapse(stage: Stage): void {
    const { Id } = stage.service.operation('an hour');
    const EndTimestamp = Number(stage.service.operation('stop request').EndTimestamp) + 1;
    stage.service.change(Id, { Status: 'SUCCEEDED', EndTimestamp });
  }

  const stopped = { Status: 'FAILED', Error: { ErrorType: 'StopRequestedError' } };

  it.each([
    ['ended', async () => undefined],
    ['failed', () => Promise.reject(new Error('no room'))],
  ])('is found again by a later invocation: a saga in a child context whose body has %s', async (_, last) => {
    const undone: string[] = [];
    const cancel = slowUndo(undone, 'stay');
    const hotel = (context: DurableContext) =>
      context.saga(async (stay) => {
        await stay.step('stay', async () => 1, cancel, retried);
        await context.wait('an hour', hour);
        await last();
      });
    const stage = new Stage((context) =>
      context.saga(async (saga) => {
        const child = context.runInChildContext('hotel', hotel);
        await saga.step(
          'fly',
          async () => 2,
          () => undone.push('fly'),
        );
        await child;
      }, stoppable),
    );
    await stage.invoke();
    ask(stage);
    elapse(stage);
    await expect(stage.run()).resolves.toMatchObject(stopped);
    expect(undone).toEqual(['stay', 'fly']);
  });

  it('is undone in the order of the calls, although concurrent bodies start in another order', async () => {
    const undone: string[] = [];
    const cancels = { a: slowUndo(undone, 'a'), b: slowUndo(undone, 'b') };
    const branch = (name: 'a' | 'b') => (context: DurableContext) =>
      context.saga(async (saga) => {
        await saga.step(name, async () => 1, cancels[name], retried);
        await context.wait(hour);
      });
    const slow = ['parallel-branch-0', 'parallel-branch-1'];
    const plugin = { onOperationStart: ({ name }: { name?: string }) => turns(name === slow[0] ? 20 : 1) };
    const handler: Handler = (context) => context.saga(() => context.parallel([branch('a'), branch('b')]), stoppable);
    const stage = new Stage(handler, { config: { plugins: [plugin] } });
    await stage.invoke();
    ask(stage);
    await stage.invoke();
    slow.reverse();
    await expect(stage.run()).resolves.toMatchObject(stopped);
    expect(undone).toEqual(['b', 'a']);
  });

  it.each([
    ['returned', () => 'too late'],
    ['failed', () => Promise.reject(new RangeError('too late'))],
  ])('is undone to the end although the handler has %s', async (_, end) => {
    const undone: string[] = [];
    const cancel = slowUndo(undone, 'stay');
    const stage = new Stage(async (context) => {
      const patience = context.wait('an hour', hour);
      const hotel = context.runInChildContext('hotel', (inner) =>
        inner.saga(async (saga) => {
          await saga.step('stay', async () => 1, cancel, retried);
          await inner.wait({ days: 1 });
        }, stoppable),
      );
      await Promise.race([hotel, patience]);
      return end();
    });
    await stage.invoke();
    ask(stage);
    elapse(stage);
    await expect(stage.run()).resolves.toMatchObject(stopped);
    expect(undone).toEqual(['stay']);
  });

  it('still ends, and is undone, where another branch fails', async () => {
    const undone: string[] = [];
    const [booked, asked] = [deferred<number>(), deferred<number>()];
    const hotel = (context: DurableContext) =>
      context.saga((saga) =>
        saga.step(
          'stay',
          () => booked.promise,
          (stay) => undone.push(`stay ${stay}`),
        ),
      );
    const flight = async (context: DurableContext) => {
      await context.wait('an hour', hour);
      throw new Error('no seat');
    };
    const desk = (context: DurableContext) => context.step('ask', () => asked.promise);
    const stage = new Stage((context) => context.saga(() => context.parallel([hotel, flight, desk]), stoppable));
    const invocation = stage.invoke();
    await turns(20);
    ask(stage);
    elapse(stage);
    asked.resolve(1);
    await turns(20);
    booked.resolve(7);
    await expect(invocation).resolves.toMatchObject(stopped);
    expect(undone).toEqual(['stay 7']);
  });

  it.each([1, 2, 3])(
    'is found again where the history comes in pages of %i: a saga that began after the request',
    async (pageItems) => {
      const undone: string[] = [];
      const cancel = slowUndo(undone, 'book');
      const stage = new Stage(async (context) => {
        await context.saga(() => context.step('first', async () => 1), stoppable);
        await context.step('ask', async () => ask(stage));
        await context.saga(async (saga) => {
          await saga.step('book', async () => 1, cancel, retried);
          const trip = context.runInChildContext('trip', (inner) => inner.saga(() => inner.wait(hour), stoppable));
          await context.step('tell', async () => 1);
          await trip;
        });
      });
      await stage.invoke();
      stage.service.passTime();
      Object.assign(stage.service, { pageItems, firstPageItems: pageItems });
      await expect(stage.run()).resolves.toMatchObject(stopped);
      expect(undone).toEqual(['book']);
    },
  );

  it('is not what a batch has abandoned before: a replay does not run that', async () => {
    const stage = new Stage(async (context) => {
      const completionConfig = { minSuccessful: 1 };
      await context.parallel(
        [async () => 'first', (inner) => inner.saga(async () => inner.wait('a day', { days: 1 }), stoppable)],
        { completionConfig },
      );
      ask(stage);
      for (const name of ['next', 'then']) await context.step(name, async () => 1);
      return context.step('last', async () => 'done');
    });
    await expect(stage.result()).resolves.toBe('done');
  });
});

describe('stopRequested()', () => {
  it('resolves with the reason, whatever the callback was completed with, and suspends whoever awaits it alone', async () => {
    for (const [result, reason] of [
      [undefined, {}],
      ['enough', { message: 'enough' }],
      ['{"message":"enough","other":1}', { message: 'enough' }],
    ] as const) {
      const stage = new Stage(async (context) => [await context.stopRequested(), await context.stopRequested()]);
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
      ask(stage, result);
      await expect(stage.result()).resolves.toEqual([reason, reason]);
    }
  });

  it('comes after code that is ready to run, also where it has been heard before', async () => {
    const seen: string[] = [];
    const stage = new Stage(async (context) => {
      await context.runInChildContext(async (child) => void (await child.stopRequested()));
      const code = async () => {
        for (let hop = 0; hop < 5; hop += 1) await Promise.resolve();
        return 'code';
      };
      seen.push(await Promise.race([context.stopRequested().then(() => 'request'), code()]));
      await context.wait(hour);
    });
    await stage.invoke();
    ask(stage);
    await stage.run();
    expect(seen).toEqual(['code', 'code']);
  });

  it('is heard in the order of the calls, although concurrent bodies start in another order', async () => {
    const heard: string[] = [];
    const slow = ['parallel-branch-0', 'parallel-branch-1'];
    const plugin = { onOperationStart: ({ name }: { name?: string }) => turns(name === slow[0] ? 20 : 1) };
    const branch = (name: string) => async (context: DurableContext) => {
      await context.stopRequested();
      heard.push(name);
      await context.wait(hour);
    };
    const handler: Handler = (context) => context.parallel([branch('a'), branch('b')]);
    const stage = new Stage(handler, { config: { plugins: [plugin] } });
    await stage.invoke();
    ask(stage);
    await stage.invoke();
    slow.reverse();
    stage.service.passTime();
    await stage.run();
    expect(heard).toEqual(['a', 'b', 'a', 'b']);
  });

  it('is refused inside a step', async () => {
    const stage = new Stage((context) => context.step('wrong', async () => context.stopRequested()));
    await expect(stage.run()).resolves.toMatchObject({
      Error: {
        ErrorType: 'ContextValidationError',
        ErrorMessage: expect.stringContaining('stopRequested() was called inside'),
      },
    });
  });

  it('shifts nothing in an execution that began without it', async () => {
    const stage = new Stage(async (context) => {
      await context.step('first', async () => 1);
      await context.wait('an hour', hour);
      return context.step('last', async () => 'done');
    });
    await stage.invoke();
    const { handler } = stage;
    stage.handler = (context, input) => context.saga(() => handler(context, input), { stoppable: true });
    stage.service.passTime();
    await expect(stage.result()).resolves.toBe('done');
  });
});

describe('StopRequestedError', () => {
  it('tells why', () => {
    expect(new StopRequestedError({}).message).toBe('The execution was asked to stop.');
    expect(new StopRequestedError({ message: 'm', type: 'T', data: 'd' })).toMatchObject({
      message: 'The execution was asked to stop: T: m',
      errorData: 'd',
      code: 'STOP_REQUESTED',
      request: { message: 'm' },
    });
  });
});
