import { ManualClock } from '../../../test/engine/support/manual-clock.js';
import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import { OPERATION_PAYLOAD_BYTES } from '../../wire/limits.js';
import { ExecutionError } from '../base/errors/execution-error.js';
import { InvocationError } from '../base/errors/invocation-error.js';
import { ChildContextError, type DurableOperationError, StepError } from '../base/errors/operation-errors.js';
import type { AnySerdes } from '../base/serdes/serdes.js';
import type { ChildFunc, DurableContext } from '../context/durable-context.js';
import type { EngineConfig } from '../invocation/engine-config.js';
import { FREE_BODY_GRACE_MS } from '../invocation/suspension/activity.js';
import { OTHER_CODE_MS } from '../invocation/suspension/unrecorded-calls.js';
import type { ChildConfig } from './child-context-config.js';
import { StepSemantics } from './step-config.js';

const slowly = async (text: string | undefined) => (await turns(9), text!);
const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };

/** A handler of one child, which then sleeps, so that what it got shows on the first run and on replay. */
function oneChild<T>(body: ChildFunc<T>, config?: ChildConfig<T>) {
  const told: unknown[] = [];
  const stage = new Stage(async (context) => {
    told.push(await context.runInChildContext('child', body, config).catch((error: unknown) => error));
    await context.wait({ seconds: 1 });
  });
  return { stage, told };
}

afterEach(() => turns(3));

describe('ChildContextOperation', () => {
  it('numbers the operations inside by themselves, and names itself as their parent', async () => {
    const { stage } = oneChild(async (child) => {
      await child.step('inner', async () => 1);
      await child.runInChildContext('grandchild', (grandchild) => grandchild.step('innermost', async () => 2));
    });
    await stage.run();
    const { service } = stage;
    expect(service.operation('child')).toMatchObject({ Id: 'c4ca4238a0b92382', SubType: 'RunInChildContext' });
    expect(service.operation('inner')).toMatchObject({ Id: 'ea66c06c1e1c05fa', ParentId: 'c4ca4238a0b92382' });
    expect(service.operation('grandchild')).toMatchObject({ Id: '98c6f2c2287f4c73', ParentId: 'c4ca4238a0b92382' });
    expect(service.operation('innermost').ParentId).toBe('98c6f2c2287f4c73');
  });

  it('returns its saved result on replay without running the body', async () => {
    let runs = 0;
    const { stage, told } = oneChild(async () => ((runs += 1), { at: new Date(0) }));
    await stage.run();
    expect(told).toEqual(Array(2).fill({ at: '1970-01-01T00:00:00.000Z' }));
    expect(runs).toBe(1);
  });

  it('runs its body again, without another start, until it has ended', async () => {
    let runs = 0;
    const { stage, told } = oneChild(async (child) => {
      runs += 1;
      const value = await child.step('inner', async () => 'kept');
      await child.wait('pause', { seconds: 1 });
      return value;
    });
    await stage.run();
    expect(runs).toBe(2);
    expect(told).toEqual(['kept', 'kept']);
    expect(stage.actions.filter((action) => action.endsWith('child'))).toEqual([
      'CONTEXT START child',
      'CONTEXT SUCCEED child',
    ]);
  });

  it('sends its start before the updates of what is inside, and its end behind them', async () => {
    const { stage } = oneChild((child) => child.step('inner', async () => 1));
    await stage.run();
    expect(stage.requests[0]).toEqual(['CONTEXT START child', 'STEP START inner', 'STEP SUCCEED inner']);
    expect(stage.actions[3]).toBe('CONTEXT SUCCEED child');
  });

  it('goes through a serdes, on the first run too', async () => {
    const serdes: AnySerdes = { serialize: async (value) => `<${value}>`, deserialize: async (text) => `${text} read` };
    const { stage, told } = oneChild(async () => 'value', { serdes });
    await stage.run();
    expect(told).toEqual(['<value> read', '<value> read']);
  });

  it('passes the default serdes of the context around it on to those below', async () => {
    const stage = new Stage(async (context) => {
      context.configureSerdes({
        defaultSerdes: { serialize: async (value) => `<${value}>`, deserialize: async (text) => text },
      });
      return context.runInChildContext((child) => child.step(async () => 'value'));
    });
    await expect(stage.result()).resolves.toBe('<<value>>');
  });

  describe('failing', () => {
    it.each<[string, ChildFunc<unknown>, string]>([
      ['the body throws', () => Promise.reject(new RangeError('too many')), 'RangeError'],
      [
        'a step inside has failed',
        (child) => child.step(() => Promise.reject(new TypeError('too many')), noRetry),
        'StepError',
      ],
      [
        'a child inside has failed',
        (child) => child.runInChildContext(() => Promise.reject(new Error('too many'))),
        'ChildContextError',
      ],
      [
        'the body throws before its first await',
        () => {
          throw new RangeError('too many');
        },
        'RangeError',
      ],
    ])('throws a ChildContextError when %s, alike on the first run and on replay', async (_, body, recordedType) => {
      const { stage, told } = oneChild(body);
      await stage.run();
      expect(told).toHaveLength(2);
      for (const error of told) {
        expect(error).toBeInstanceOf(ChildContextError);
        expect(error).toMatchObject({ name: 'ChildContextError', message: 'too many' });
      }
      expect(stage.service.operation('child')).toMatchObject({
        Status: 'FAILED',
        ContextDetails: { Error: { ErrorType: recordedType, ErrorMessage: 'too many' } },
      });
    });

    it('throws what its errorMapper makes of it, alike on the first run and on replay', async () => {
      const mapped: DurableOperationError[] = [];
      const { stage, told } = oneChild(() => Promise.reject(new RangeError('too many')), {
        errorMapper: (error) => (mapped.push(error), new StepError(`mapped: ${error.message}`)),
      });
      await stage.run();
      expect(told.map(String)).toEqual(Array(2).fill('StepError: mapped: too many'));
      expect(mapped.map(({ cause }) => cause?.name)).toEqual(['RangeError', 'RangeError']);
    });

    it.each<[string, Error, object]>([
      [
        'an ExecutionError',
        new ExecutionError('cancelled'),
        { Status: 'FAILED', Error: { ErrorMessage: 'cancelled' } },
      ],
      ['an InvocationError', new InvocationError('broken sandbox'), { thrown: 'broken sandbox' }],
    ])('ends the invocation, uncaught and unrecorded, for %s', async (_, error, end) => {
      const { stage, told } = oneChild(() => Promise.reject(error));
      const ended = await stage.invoke().catch((thrown: Error) => ({ thrown: thrown.message }));
      expect(ended).toMatchObject(end);
      expect(told).toEqual([]);
      expect(stage.actions).toEqual(['CONTEXT START child']);
    });
  });

  describe('with a result over 256 KiB', () => {
    const large = 'x'.repeat(OPERATION_PAYLOAD_BYTES);

    it.each([
      ['just fits', OPERATION_PAYLOAD_BYTES - 2, undefined],
      ['is one byte too long', OPERATION_PAYLOAD_BYTES - 1, true],
    ])('stores the text when it %s', async (_, length, ReplayChildren) => {
      const { stage } = oneChild(async () => 'x'.repeat(length));
      await stage.run();
      expect(stage.service.operation('child').ContextDetails?.ReplayChildren).toBe(ReplayChildren);
    });

    it('measures bytes, not characters', async () => {
      const { stage } = oneChild(async () => '€'.repeat(OPERATION_PAYLOAD_BYTES / 2));
      await stage.run();
      expect(stage.service.operation('child').ContextDetails?.ReplayChildren).toBe(true);
    });

    it.each<[string, ChildConfig<string>, string]>([
      ['a summary', { summaryGenerator: (result) => `${result.length} characters` }, '262145 characters'],
      ['a summary that is no text', { summaryGenerator: (result) => result.length as never }, '262145'],
      ['nothing', {}, ''],
    ])('stores %s in its place, and rebuilds the result without recording anything', async (_, config, stored) => {
      let bodies = 0;
      let steps = 0;
      const { stage, told } = oneChild(async (child) => {
        bodies += 1;
        const made = await child.step('inner', async () => ((steps += 1), 'x'));
        await child.wait('pause', { seconds: 1 });
        return large + made;
      }, config);
      await stage.invoke();
      stage.service.passTime();
      await stage.invoke();
      const actions = stage.actions.length;
      stage.service.passTime();
      await expect(stage.invoke()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
      expect(stage.service.operation('child').ContextDetails).toMatchObject({ Result: stored, ReplayChildren: true });
      expect(told.map((value) => (value as string).length)).toEqual([262145, 262145]);
      expect([bodies, steps]).toEqual([3, 1]);
      expect(stage.actions).toHaveLength(actions);
    });

    it('rebuilds failures and contexts inside, too', async () => {
      const { stage, told } = oneChild(async (child) => {
        const failure = await child.step('fails', () => Promise.reject(new Error('no')), noRetry).catch(String);
        const nested = await child.runInChildContext(
          'nested',
          async (inner) => large + (await inner.step(async () => 1)),
        );
        return failure + nested;
      });
      await stage.run();
      const actions = stage.actions.length;
      await stage.invoke();
      expect(told.map((value) => (value as string).slice(0, 15))).toEqual(Array(3).fill('StepError: noxx'));
      expect(stage.actions).toHaveLength(actions);
    });

    it.each<[string, ChildFunc<unknown>]>([
      ['a step', (child) => child.step('new', async () => 1)],
      [
        'a step in a virtual context',
        (child) =>
          child.runInChildContext('inner', (inner) => inner.step('new', async () => 1), { virtualContext: true }),
      ],
      ['one of two steps', (child) => Promise.race([child.step('new', async () => 1), child.wait({ seconds: 1 })])],
    ])(
      'fails the execution if its body has been changed to await %s, also while something else waits',
      async (_, more) => {
        const handler =
          (added: ChildFunc<unknown>): Stage['handler'] =>
          (context) =>
            Promise.all([
              context.wait('long', { hours: 1 }),
              context.runInChildContext('child', async (child) => {
                await child.step('old', async () => 1);
                await added(child);
                return large;
              }),
            ]);
        const clock = new ManualClock();
        const lambdaContext = { getRemainingTimeInMillis: () => 2_000 };
        const stage = new Stage(
          handler(async () => undefined),
          { config: { clock }, lambdaContext },
        );
        await expect(stage.invoke()).resolves.toMatchObject({ Status: 'PENDING' });
        stage.handler = handler(more);
        const ending = stage.invoke();
        await clock.advance(FREE_BODY_GRACE_MS + 1_000);
        await expect(ending).resolves.toMatchObject({
          Status: 'FAILED',
          Error: {
            ErrorMessage: expect.stringMatching(
              /^Non-deterministic execution: Step "new" is called in RunInChildContext "\w+", which had completed, but nothing is recorded of it\./,
            ),
          },
        });
        expect(clock.pendingMs).toEqual([]);
      },
    );

    it.each([1, 1000])(
      'lets other code end its body while that awaits what had not begun, in pages of %i',
      async (pageItems) => {
        const clock = new ManualClock();
        const later = new Promise<void>((resolve) => clock.setTimer(resolve, OTHER_CODE_MS - 1));
        const timeouts = [turns(8), later];
        const told: string[] = [];
        const stage = new Stage(
          async (context) => {
            const result = await context.runInChildContext('child', async (child) => {
              const steps = child.step('a', async () => 1).then(() => child.step('b', async () => 2));
              return (await Promise.race([steps, timeouts.shift()!.then(() => 'timeout')])) + large;
            });
            told.push(result.slice(0, 8));
            await context.wait({ hours: 1 });
            await context.wait({ hours: 1 });
          },
          { config: { clock } },
        );
        const { service } = stage;
        const answer = service.checkpoint.bind(service);
        // The first step is recorded, but the body has ended before the response arrives.
        service.checkpoint = async (request) => (await turns(9), answer(request));
        await stage.invoke();
        expect(stage.actions).not.toContain('STEP START b');
        service.passTime();
        Object.assign(service, { pageItems, firstPageItems: pageItems });
        const ending = stage.invoke();
        await clock.advance(OTHER_CODE_MS - 1);
        await expect(ending).resolves.toMatchObject({ Status: 'PENDING' });
        expect(told).toEqual(['timeoutx', 'timeoutx']);
        expect(clock.pendingMs).toEqual([]);
      },
    );

    it('lets other code end its body at any time while that awaits what had begun', async () => {
      const clock = new ManualClock();
      const later = new Promise<void>((resolve) => clock.setTimer(resolve, 10 * OTHER_CODE_MS));
      const timeouts = [turns(8), later];
      const stage = new Stage(
        async (context) => {
          await context.runInChildContext('child', async (child) => {
            const begun = child.step('begun', () => new Promise(() => undefined));
            await Promise.race([begun, timeouts.shift()]);
            return large;
          });
          await context.wait({ hours: 1 });
          await context.wait({ hours: 1 });
        },
        { config: { clock } },
      );
      await stage.invoke();
      stage.service.passTime();
      const ending = stage.invoke();
      await clock.advance(10 * OTHER_CODE_MS);
      await expect(ending).resolves.toMatchObject({ Status: 'PENDING' });
    });

    it('leaves alone what had not ended when the result was there', async () => {
      const bodies = { slow: 0, retried: 0, nested: 0 };
      const { stage, told } = oneChild(async (child) => {
        const slow = child.step('slow', async () => {
          bodies.slow += 1;
          await turns(20);
        });
        const retried = child.step('retried', () => ((bodies.retried += 1), Promise.reject(new Error('no'))));
        const nested = child.runInChildContext('nested', async (inner) => {
          bodies.nested += 1;
          await inner.wait('long', { days: 1 });
        });
        const [callback] = await child.createCallback('open');
        return Promise.race([slow, retried, nested, callback, child.step('fast', () => turns(6)).then(() => large)]);
      });
      await stage.invoke();
      const actions = stage.actions.length;
      await expect(stage.run()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
      expect(told.map((value) => (value as string).length)).toEqual([262144, 262144, 262144]);
      await turns(20);
      expect(bodies).toEqual({ slow: 1, retried: 1, nested: 1 });
      expect(stage.actions).toHaveLength(actions);
    });
  });

  describe('orphans', () => {
    it('record nothing once the context has returned, and run no more attempts', async () => {
      let attempts = 0;
      const stage = new Stage(async (context) => {
        await context.runInChildContext('child', (child) =>
          Promise.race([
            child.step('slow', () => turns(8)),
            child.step('failing', () => ((attempts += 1), turns(8).then(() => Promise.reject(new Error('late'))))),
            child.step('fast', () => turns(1)),
          ]),
        );
        await context.step('after', () => turns(12));
      });
      await expect(stage.run()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
      expect(stage.service.operation('slow').Status).toBe('STARTED');
      expect(stage.service.operation('failing').Status).toBe('STARTED');
      expect(attempts).toBe(1);
    });

    it('call operations that begin nothing and never settle', async () => {
      const late: string[] = [];
      const stage = new Stage(async (context) => {
        await context.runInChildContext('child', async (child) => {
          void turns(3).then(async () => {
            late.push('called');
            await child.step('late', async () => late.push('ran'));
            late.push('settled');
          });
        });
        await context.step('after', () => turns(8));
      });
      await stage.run();
      expect(late).toEqual(['called']);
      expect(stage.actions).not.toContain('STEP START late');
    });

    it('are not tried again when their retry comes due', async () => {
      let attempts = 0;
      const stage = new Stage(async (context) => {
        await context.runInChildContext('child', (child) =>
          Promise.race([
            child.step('retried', () => ((attempts += 1), Promise.reject(new Error('declined')))),
            child.step('fast', () => turns(6)),
          ]),
        );
        expect(stage.service.operation('retried').Status).toBe('PENDING');
        stage.service.passTime();
        await context.step('after', async () => 1);
        await context.step('later', () => turns(3));
      });
      await expect(stage.run()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
      expect(attempts).toBe(1);
    });

    it('go no further when the context has returned while their start was being saved', async () => {
      const ran: string[] = [];
      const stage = new Stage(async (context) => {
        await context.runInChildContext('child', async (child) => {
          const steps = [
            child.step('never', async () => ran.push('body'), { semantics: StepSemantics.AtMostOncePerRetry }),
            child.createCallback('open').then(() => ran.push('callback')),
          ];
          await Promise.race([...steps, turns(1)]);
        });
        await context.step('after', () => turns(6));
      });
      await expect(stage.run()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
      expect(stage.service.operation('never').Status).toBe('STARTED');
      expect(ran).toEqual([]);
    });

    it('do not keep the invocation alive', async () => {
      const stage = new Stage(async (context) => {
        await context.runInChildContext('child', (child) =>
          Promise.race([
            child.step('endless', () => new Promise<void>(() => undefined)),
            child.step('fast', () => turns(1)),
          ]),
        );
        await context.wait('long', { days: 1 });
      });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'PENDING' });
    });

    it('do not suspend the invocation while code goes on behind the context', async () => {
      const stage = new Stage(async (context) => {
        await context.runInChildContext('child', async (child) => {
          const [answer] = await child.createCallback('never answered');
          return Promise.race([answer, child.wait({ days: 1 }), child.step('fast', () => turns(1))]);
        });
        await new Promise((resolve) => setTimeout(resolve, 60));
        return 'went on';
      });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"went on"' });
    });

    it('fail nothing by what they throw', async () => {
      const stage = new Stage(async (context) => {
        await context.runInChildContext('child', (child) =>
          Promise.race([
            child.step('orphan', () => turns(4).then(() => Promise.reject(new ExecutionError('too late')))),
            child.step('fast', () => turns(1)),
          ]),
        );
        await context.step('after', () => turns(8));
        return 'fine';
      });
      await expect(stage.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '"fine"' });
    });
  });

  describe('virtual', () => {
    it('records nothing of itself: its operations belong to the context around it, under ids of its own', async () => {
      let runs = 0;
      const { stage, told } = oneChild(async (child) => ((runs += 1), child.step('inner', async () => 'value')), {
        virtualContext: true,
      });
      await stage.run();
      expect(told).toEqual(['value', 'value']);
      expect(runs).toBe(2);
      expect(stage.service.operation('inner')).toMatchObject({ Id: 'ea66c06c1e1c05fa' });
      expect(stage.service.operation('inner').ParentId).toBeUndefined();
      expect(stage.actions).toEqual(['STEP START inner', 'STEP SUCCEED inner', expect.stringMatching(/^WAIT START/)]);
    });

    it('fails with a ChildContextError on every run', async () => {
      const { stage, told } = oneChild(() => Promise.reject(new Error('no')), { virtualContext: true });
      await stage.run();
      expect(told.map(String)).toEqual(Array(2).fill('ChildContextError: no'));
    });

    it('lets a step that its body has not waited for continue: it is recorded, and runs once', async () => {
      const runs: string[] = [];
      let loserEnds!: () => void;
      const loser = new Promise<void>((resolve) => (loserEnds = resolve));
      const stage = new Stage(async (context) => {
        const first = await context.runInChildContext(
          'race',
          (child) =>
            Promise.race([
              child.step('slow', () => (runs.push('slow'), loser.then(() => 'slow'))),
              child.step('fast', async () => (runs.push('fast'), 'fast')),
            ]),
          { virtualContext: true },
        );
        await context.step('after', async () => loserEnds());
        await context.wait({ seconds: 1 });
        await context.wait({ seconds: 1 });
        return first;
      });

      expect(await stage.result()).toBe('fast');
      expect(runs).toEqual(['slow', 'fast']);
      expect(stage.actions).toContain('STEP SUCCEED slow');
    });

    it.each(['wait', 'step'] as const)('lets code around it await a %s that it has begun', async (kind) => {
      const stage = new Stage(async (context) => {
        let begun!: PromiseLike<unknown>;
        await context.runInChildContext(
          'virtual',
          async (child) => {
            begun = kind === 'wait' ? child.wait('begun', { seconds: 5 }) : child.step('begun', () => turns(3));
          },
          { virtualContext: true },
        );
        await begun;
        return 'both';
      });

      expect(await stage.result()).toBe('both');
    });

    it('ends with the context around it: what is called then does not start', async () => {
      let goOn!: () => void;
      const late = new Promise<void>((resolve) => (goOn = resolve));
      const stage = new Stage(async (context) => {
        await context.runInChildContext('child', (child) =>
          child.runInChildContext(
            'virtual',
            async (inner) => void late.then(() => inner.step('late', async () => 'late')),
            { virtualContext: true },
          ),
        );
        await context.step('after', () => (goOn(), turns(3)));
      });
      await stage.run();

      expect(stage.actions).toContain('STEP SUCCEED after');
      expect(stage.actions).not.toContain('STEP START late');
    });

    it.each<[string, ChildConfig<string>, EngineConfig]>([
      ['its serdes', { serdes: { serialize: async (value) => value, deserialize: slowly } }, {}],
      ['a plugin', {}, { plugins: [{ onOperationEnd: () => turns(9) }] }],
    ])(
      'is not heard any more when the context around it has ended, although %s takes time',
      async (_, config, engine) => {
        const told: string[] = [];
        const virtual = (context: DurableContext) =>
          context
            .runInChildContext('virtual', async () => 'value', { ...config, virtualContext: true })
            .then((value) => told.push(value));
        const stage = new Stage(
          async (context) => {
            await context.runInChildContext('child', async (child) => (void virtual(child), turns(4)));
            await context.step('after', () => turns(30));
            void virtual(context);
            await turns(4);
          },
          { config: engine },
        );
        await stage.run();
        await turns(30);

        expect(told).toEqual([]);
      },
    );

    it('runs its body inside a context that is rebuilt', async () => {
      const { stage, told } = oneChild((child) =>
        child.runInChildContext(
          'virtual',
          async (inner) => 'x'.repeat(OPERATION_PAYLOAD_BYTES) + (await inner.step(async () => 1)),
          {
            virtualContext: true,
          },
        ),
      );
      await stage.run();
      expect(told.map((value) => (value as string).length)).toEqual([262145, 262145]);
    });
  });
});
