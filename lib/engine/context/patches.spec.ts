import type { DurableContext } from './durable-context.js';
import { type Handler, Stage } from '../../../test/engine/support/stage.js';

/** The names of the operations of an execution that began under one version of the code and ended under another. */
async function acrossDeployment(before: Handler, after: Handler): Promise<{ stage: Stage; names: unknown[] }> {
  const stage = new Stage(before);
  await stage.invoke();
  stage.service.passTime();
  stage.handler = after;
  await stage.result();
  return { stage, names: [...stage.service.operations.values()].slice(1).map(({ Name }) => Name) };
}

const step = (name: string) => async () => name;

const virtually = (body: (context: DurableContext) => Promise<unknown>) => (context: DurableContext) =>
  context.runInChildContext(body, { virtualContext: true });

const before: Handler = async (context) => {
  await context.step('charge', step('charge'));
  await context.wait('pause', { hours: 1 });
  await context.step('ship', step('ship'));
};

const after: Handler = async (context) => {
  if (context.patched('fraud')) await context.step('check fraud', step('fraud'));
  await context.step('charge', step('charge'));
  await context.wait('pause', { hours: 1 });
  if (context.patched('mail')) await context.step('mail', step('mail'));
  await context.step('ship', step('ship'));
};

describe('patched', () => {
  it('is true in an execution that begins with it, on every replay, and is recorded', async () => {
    const stage = new Stage(after);
    await stage.result();
    expect(
      [...stage.service.operations.values()].slice(1).map(({ Name, SubType, Status }) => [Name, SubType, Status]),
    ).toEqual([
      ['fraud', 'Patch', 'SUCCEEDED'],
      ['check fraud', 'Step', 'SUCCEEDED'],
      ['charge', 'Step', 'SUCCEEDED'],
      ['pause', 'Wait', 'SUCCEEDED'],
      ['mail', 'Patch', 'SUCCEEDED'],
      ['mail', 'Step', 'SUCCEEDED'],
      ['ship', 'Step', 'SUCCEEDED'],
    ]);
  });

  it('is false where an execution has gone on without it, and true where it has not come yet', async () => {
    const { names } = await acrossDeployment(before, after);
    expect(names).toEqual(['charge', 'pause', 'mail', 'mail', 'ship']);
  });

  it('is false where virtual contexts follow that begin with one another', async () => {
    const charge = virtually(virtually(virtually((context) => context.step('charge', step('charge')))));
    const began: Handler = async (context) => {
      await charge(context);
      await context.wait('pause', { hours: 1 });
    };
    const { names } = await acrossDeployment(began, async (context, input) => {
      if (context.patched('fraud')) await context.step('check fraud', step('fraud'));
      await began(context, input);
    });
    expect(names).toEqual(['charge', 'pause']);
  });

  it.each<[string, Handler]>([
    ['a virtual context without operations', virtually(async () => undefined)],
    ['such a context in another', virtually(virtually(async () => undefined))],
    [
      'two such contexts',
      async (context) => {
        await virtually(async () => undefined)(context);
        await virtually(async () => undefined)(context);
      },
    ],
  ])(
    'is false where %s follows before a recorded operation, and a line before it is logged once',
    async (_, follows) => {
      const began =
        (isNew: boolean): Handler =>
        async (context) => {
          context.logger.info('the order begins');
          if (isNew && context.patched('fraud')) await context.step('check fraud', step('fraud'));
          await follows(context, undefined);
          await context.wait('pause', { hours: 1 });
        };
      const { names, stage } = await acrossDeployment(began(false), began(true));
      expect(names).toEqual(['pause']);
      expect(stage.logger.records).toHaveLength(1);
    },
  );

  it.each<[string, (body: (context: DurableContext) => Promise<unknown>) => Handler, string[]]>([
    ['a virtual context', virtually, ['charge', 'pause']],
    ['nested virtual contexts', (body) => virtually(virtually(body)), ['charge', 'pause']],
    [
      'an item of a flat map',
      (body) => (context) =>
        context.map(
          'orders',
          [body, (item: DurableContext) => item.wait('cool', { hours: 1 })],
          (item, run) => run(item),
          {
            nesting: 'FLAT',
            maxConcurrency: 1,
          },
        ),
      ['orders', 'charge', 'cool', 'pause'],
    ],
  ])('is false behind the last operation in %s that an execution has passed', async (_, inside, expected) => {
    const flow =
      (isNew: boolean): Handler =>
      async (context, input) => {
        const body = async (inner: DurableContext) => {
          await inner.step('charge', step('charge'));
          if (isNew && inner.patched('mail')) await inner.step('mail', step('mail'));
        };
        await inside(body)(context, input);
        await context.wait('pause', { hours: 1 });
      };
    const { names } = await acrossDeployment(flow(false), flow(true));
    expect(names).toEqual(expected);
  });

  it('shifts no operation when it comes and when it goes', async () => {
    const withPatch: Handler = async (context) => {
      context.patched('nothing');
      return before(context, undefined);
    };
    await expect(acrossDeployment(withPatch, before)).resolves.toBeDefined();
    await expect(acrossDeployment(before, withPatch)).resolves.toBeDefined();
  });

  it('answers the same when it is asked again at the same place, and is recorded once', async () => {
    const answers: boolean[] = [];
    const stage = new Stage(async (context) => {
      answers.push(context.patched('a'), context.patched('a'), context.patched('b'));
      await context.wait({ hours: 1 });
    });
    await stage.result();
    expect(answers).toEqual(Array(6).fill(true));
    expect(stage.actions.filter((action) => action.startsWith('STEP START'))).toEqual(['STEP START a', 'STEP START b']);
  });

  it('keeps the answer of each round of a loop', async () => {
    const rounds =
      (isNew: boolean): Handler =>
      async (context) => {
        for (const round of [1, 2, 3]) {
          if (isNew && context.patched('mail')) await context.step(`mail ${round}`, step('mail'));
          await context.wait(`round ${round}`, { hours: 1 });
        }
      };
    const { names } = await acrossDeployment(rounds(false), rounds(true));
    expect(names).toEqual(['round 1', 'mail', 'mail 2', 'round 2', 'mail', 'mail 3', 'round 3']);
  });

  it('does not disturb what runs beside it in the same context', async () => {
    const flows =
      (isNew: boolean): Handler =>
      async (context) => {
        const first = async () => {
          if (isNew && context.patched('new')) await context.step('new', step('new'));
          await context.step('first', step('first'));
        };
        await Promise.all([first(), context.step('second', step('second'))]);
        await context.wait({ hours: 1 });
      };
    const { names } = await acrossDeployment(flows(false), flows(true));
    expect(names).toEqual(['first', 'second', undefined]);
  });

  it('takes the same way when pages of the history arrive late', async () => {
    const seen: boolean[] = [];
    const stage = new Stage(async (context) => {
      await context.step('a', step('a'));
      seen.push(context.patched('p'));
      await context.step('b', step('b'));
      await context.wait({ hours: 1 });
      await context.step('c', step('c'));
    });
    Object.assign(stage.service, { pageItems: 1, firstPageItems: 1 });
    await stage.result();
    expect(new Set(seen)).toEqual(new Set([true]));
    expect(seen.length).toBeGreaterThan(1);
  });

  it('ends the execution where it may not be called, also if the code there catches the error', async () => {
    const swallowing: Handler = (context) => {
      const body = async () => {
        try {
          return context.patched('fraud');
        } catch {
          return 'swallowed';
        }
      };
      return context.step('charge', body);
    };
    await expect(new Stage(swallowing).run()).resolves.toMatchObject({
      Error: {
        ErrorType: 'ContextValidationError',
        ErrorMessage: expect.stringMatching(/^Context usage error: Patch "fraud" was called inside Step "charge"/),
      },
    });
  });

  const besideCall: Handler = async (context) => {
    const a = context.step('a', step('a'));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    context.patched('p');
    await a;
    await context.wait({ hours: 1 });
  };

  it('is refused at once where a later invocation would depend on the time at which pages arrive', async () => {
    await expect(new Stage(besideCall).run()).resolves.toMatchObject({
      Error: {
        ErrorType: 'ContextValidationError',
        ErrorMessage: expect.stringMatching(/^Context usage error: Patch "p" was called beside a pending operation/),
      },
    });
  });

  it.each([
    ['at once', {}],
    ['when pages of the history arrive late', { pageItems: 1, firstPageItems: 2 }],
  ])('is refused there in a later invocation too, %s', async (_, pages) => {
    const stage = new Stage(async (context) => {
      await context.step('a', step('a'));
      await context.wait({ hours: 1 });
    });
    await stage.invoke();
    stage.service.passTime();
    stage.handler = besideCall;
    Object.assign(stage.service, pages);
    await expect(stage.run()).resolves.toMatchObject({ Error: { ErrorType: 'ContextValidationError' } });
  });

  it('knows behind a context without a record that the execution has gone on, when pages arrive late', async () => {
    const answers: boolean[] = [];
    const flow =
      (isNew: boolean): Handler =>
      async (context) => {
        // Its end follows from no end inside, so nothing has waited for the pages yet.
        const begun = async (child: DurableContext) => void child.step('a', step('a'));
        await context.runInChildContext('begin', begun, { virtualContext: true });
        if (isNew) answers.push(context.patched('p'));
        await context.step('b', step('b'));
        await context.wait({ hours: 1 });
      };
    const stage = new Stage(flow(false));
    await stage.invoke();
    stage.service.passTime();
    stage.handler = flow(true);
    Object.assign(stage.service, { pageItems: 1, firstPageItems: 2 });
    await stage.result();
    expect(answers).toEqual([false]);
  });

  it('is refused inside a step, and under a name that is none', async () => {
    await expect(new Stage((context) => context.step(async () => context.patched('p'))).run()).resolves.toMatchObject({
      Error: { ErrorType: 'ContextValidationError', ErrorMessage: expect.stringContaining('Patch "p"') },
    });
    for (const name of ['', undefined as never]) {
      await expect(new Stage(async (context) => context.patched(name)).run()).resolves.toMatchObject({
        Error: {
          ErrorType: 'ConfigValidationError',
          ErrorMessage: expect.stringContaining('Patch was given the name'),
        },
      });
    }
  });
});

describe('deprecatePatch', () => {
  const deprecated: Handler = async (context) => {
    context.deprecatePatch('fraud');
    await context.step('check fraud', step('fraud'));
    await context.step('charge', step('charge'));
    await context.wait('pause', { hours: 1 });
  };

  it('goes on with executions that have the patch, and begins new ones with it', async () => {
    const patched: Handler = async (context) => {
      if (context.patched('fraud')) await context.step('check fraud', step('fraud'));
      await context.step('charge', step('charge'));
      await context.wait('pause', { hours: 1 });
    };
    await expect(acrossDeployment(patched, deprecated)).resolves.toBeDefined();
    await expect(acrossDeployment(deprecated, deprecated)).resolves.toBeDefined();
  });

  it('refuses an execution that has gone on without it', async () => {
    const stage = new Stage(before);
    await stage.invoke();
    stage.service.passTime();
    stage.handler = deprecated;
    await expect(stage.run()).resolves.toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorType: 'NonDeterministicExecutionError',
        ErrorMessage: expect.stringMatching(
          /recorded as STEP \(Step\) "charge", but the code now calls STEP \(Patch\) "fraud".*: keep patched\(\) and both paths until/,
        ),
      },
    });
  });
});
