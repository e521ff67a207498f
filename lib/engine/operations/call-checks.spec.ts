import { type Handler, Stage } from '../../../test/engine/support/stage.js';
import { failOnUnhandledRejections } from '../../../test/engine/support/unhandled-rejections.js';
import type { DurableContext } from '../context/durable-context.js';
import { aFunction, assertConfig, assertFunction } from './call-checks.js';
import { withRetry } from '../base/retry/with-retry.js';

type Call = (context: DurableContext) => unknown;

const body = async () => 1;
const done = () => ({ shouldContinue: false }) as const;
const state = { initialState: 0, waitStrategy: done };
const wrong = (value: unknown) => value as never;

/** Calls that could only fail later, or would silently mean something else; each is called `the-op`. */
const CALLS: Array<[string, Call, RegExp]> = [
  [
    'a step without a function',
    (c) => c.step('the-op', wrong(undefined)),
    /Step "the-op" needs a function to run, but received undefined/,
  ],
  ['a step with its configuration only', (c) => c.step('the-op', wrong({ timeout: 1 })), /received \{ timeout: 1 \}/],
  [
    'a step with a promise',
    (c) => c.step('the-op', wrong(Promise.reject(new Error('x')))),
    /received a promise\. Write \(\) => before the call\./,
  ],
  [
    'a child context without a function',
    (c) => c.runInChildContext('the-op', wrong(undefined)),
    /RunInChildContext "the-op" needs a function/,
  ],
  [
    'a condition without a check',
    (c) => c.waitForCondition('the-op', wrong(undefined), state),
    /WaitForCondition "the-op" needs a function that checks/,
  ],
  [
    'a condition without anything',
    (c) => c.waitForCondition('the-op', async () => 0, wrong(undefined)),
    /The waitStrategy of WaitForCondition "the-op" is undefined\. Give a function, such as createWaitStrategy\(\) makes\./,
  ],
  [
    'a condition without a state for its first check',
    (c) => c.waitForCondition('the-op', async () => 0, wrong({ waitStrategy: () => ({ shouldContinue: false }) })),
    /WaitForCondition "the-op" has no initialState/,
  ],
  [
    'a submitter that is missing',
    (c) => c.waitForCallback('the-op', wrong(undefined)),
    /WaitForCallback "the-op" needs a function/,
  ],
  [
    'a map without a function',
    (c) => c.map('the-op', [1], wrong(undefined)),
    /Map "the-op": needs a function to run for each item, but received undefined/,
  ],
  [
    'a parallel without functions',
    (c) => c.parallel('the-op', [wrong(undefined)]),
    /Parallel "the-op": needs functions/,
  ],
  [
    'a parallel with promises',
    (c) => c.parallel('the-op', [body, wrong(Promise.reject(new Error('unhandled')))]),
    /Parallel "the-op": needs functions or \{ name, func \} as branches\. branches\[1\] is neither\. Write \(\) => before the call\./,
  ],
  [
    'a parallel with promises in its branches',
    (c) => c.parallel('the-op', [{ name: 'a', func: wrong(Promise.reject(new Error('unhandled'))) }]),
    /branches\[0\] is neither/,
  ],
  ['a saga without a function', (c) => c.saga(wrong(undefined)), /saga\(\) needs a function to run/],
  [
    'a saga with a configuration that is none',
    (c) => c.saga(body, wrong(5)),
    /^.* saga\(\) was given 5 as configuration/,
  ],
  [
    'a saga that is stoppable by a text',
    (c) => c.saga(body, { stoppable: wrong('no') }),
    /The stoppable of saga\(\) is 'no'\. Give true or false\./,
  ],
  [
    'a saga step that is named by a symbol',
    (c) => c.saga((saga) => saga.step(wrong(Symbol('the-op')), body, body)),
    /Step operation 1 needs a function to run, but received Symbol\(the-op\)/,
  ],
  [
    'a patch that is named by a symbol',
    async (c) => c.patched(wrong(Symbol('the-op'))),
    /Patch was given the name Symbol\(the-op\)/,
  ],
  [
    'a saga step without an undo',
    (c) => c.saga((saga) => saga.step('the-op', body, wrong(undefined))),
    /Saga step "the-op" needs a function that undoes it, but received undefined/,
  ],
  [
    'an undo that is none',
    (c) => c.saga(async (saga) => saga.onFailure('the-op', wrong('refund'))),
    /onFailure "the-op" needs a function that undoes it/,
  ],
  [
    'an undo that could not have this name',
    (c) => c.saga(async (saga) => saga.onFailure('für the-op', body)),
    /onFailure was given the name 'für the-op'\. A name is 1 to 256 characters of printable ASCII/,
  ],
  [
    'an undo that could not run',
    (c) => c.saga(async (saga) => saga.onFailure('the-op', body, { retryStrategy: wrong(3) })),
    /The retryStrategy of onFailure "the-op" is 3/,
  ],
  [
    'a saga step whose undo could not run',
    (c) => c.saga(async (saga) => saga.step('the-op', body, body, { undo: { timeout: wrong(5) } })),
    /The timeout of Saga step "the-op" is 5/,
  ],
  [
    'a branch that could not have its name, before the others run',
    (c) => c.parallel('the-op', [body, { name: 'für', func: body }]),
    /Parallel "the-op": the name of branches\[1\] is 'für'\. A name is 1 to 256 characters of printable ASCII/,
  ],
  [
    'a race that would never end',
    (c) => c.promise.race('the-op', []),
    /context\.promise\.race\(\) "the-op" received no promises, so it would never end/,
  ],
  [
    'a combinator without promises',
    (c) => c.promise.all('the-op', wrong(undefined)),
    /context\.promise\.all\(\) "the-op" needs an array of promises, but received undefined/,
  ],
  [
    'withRetry without a function',
    (c) => withRetry(c, 'the-op', wrong(undefined), { retryStrategy: wrong(done) }),
    /withRetry "the-op" needs a function/,
  ],
  [
    'withRetry without a strategy',
    (c) => withRetry(c, 'the-op', body, wrong(undefined)),
    /withRetry "the-op" needs a retryStrategy/,
  ],
  ['an invoke of nothing', (c) => c.invoke('the-op', ''), /ChainedInvoke "the-op" names no function/],
  ['a configuration that is none', (c) => c.step('the-op', body, wrong(5)), /"the-op" was given 5 as configuration/],
  [
    'a strategy that is none',
    (c) => c.step('the-op', body, { retryStrategy: wrong({}) }),
    /The retryStrategy of Step "the-op" is \{\}/,
  ],
  [
    'a serdes of one way',
    (c) => c.step('the-op', body, { serdes: wrong({ serialize: body }) }),
    /The serdes of Step "the-op"/,
  ],
  [
    'rules that are no array',
    (c) => c.step('the-op', body, { errors: wrong({ status: 409 }) }),
    /The errors of Step "the-op" is \{ status: 409 \}\. Give an array of rules/,
  ],
  [
    'unknown semantics',
    (c) => c.step('the-op', body, { semantics: wrong('AT_MOST_ONCE') }),
    /The semantics of Step "the-op" is 'AT_MOST_ONCE'\. Give one of AT_MOST_ONCE_PER_RETRY/,
  ],
  [
    'a callback serdes that is none',
    (c) => c.createCallback('the-op', { serdes: wrong({}) }),
    /The serdes of Callback "the-op"/,
  ],
  [
    'a submitter’s strategy that is none',
    (c) => c.waitForCallback('the-op', wrong(body), { retryStrategy: wrong(3) }),
    /The retryStrategy of WaitForCallback "the-op" is 3/,
  ],
  [
    'a mapper that is none',
    (c) => c.runInChildContext('the-op', body, { errorMapper: wrong('x') }),
    /The errorMapper of RunInChildContext "the-op"/,
  ],
  [
    'unknown nesting',
    (c) => c.map('the-op', [1], body, { nesting: wrong('flat') }),
    /The nesting of Map "the-op" is 'flat'/,
  ],
  [
    'a namer that is none',
    (c) => c.map('the-op', [1], body, { itemNamer: wrong('x') }),
    /The itemNamer of Map "the-op"/,
  ],
  [
    'a decision that is none',
    (c) => c.map('the-op', [1], body, { completionConfig: { shouldComplete: wrong(true) } }),
    /Map "the-op": shouldComplete is true/,
  ],
  ['a concurrency of text', (c) => c.map('the-op', [1], body, { maxConcurrency: wrong('2') }), /maxConcurrency is '2'/],
  [
    'a threshold of text',
    (c) => c.map('the-op', [1], body, { completionConfig: { minSuccessful: wrong('1') } }),
    /minSuccessful is '1'/,
  ],
  [
    'a tenant that is no text',
    (c) => c.invoke('the-op', 'f:1', 1, { tenantId: wrong(7) }),
    /The tenantId of ChainedInvoke "the-op" is 7/,
  ],
];

const SUB_TYPES: Array<[string, (subType: string) => Call]> = [
  ['step', (subType) => (c) => c.step('the-op', body, { subType })],
  ['callback', (subType) => (c) => c.createCallback('the-op', { subType })],
  ['child context', (subType) => (c) => c.runInChildContext('the-op', body, { subType })],
];

/** What no text is, and how messages show it. */
const ODD_SUB_TYPES: Array<[shown: string, subType: unknown]> = [
  ['Symbol(Order)', Symbol('Order')],
  ['[Object: null prototype] {}', Object.create(null)],
];

/** Everything that takes a duration by itself, as opposed to by a strategy. */
const DURATIONS: Array<[string, (duration: never) => Call]> = [
  ['The duration of Wait "the-op"', (duration) => (c) => c.wait('the-op', duration)],
  ['The timeout of Step "the-op"', (timeout) => (c) => c.step('the-op', body, { timeout })],
  ['The timeout of Callback "the-op"', (timeout) => (c) => c.createCallback('the-op', { timeout })],
  [
    'The heartbeatTimeout of Callback "the-op"',
    (heartbeatTimeout) => (c) => c.createCallback('the-op', { heartbeatTimeout }),
  ],
  [
    'The timeout of WaitForCallback "the-op"',
    (timeout) => (c) => c.waitForCallback('the-op', wrong(body), { timeout }),
  ],
  [
    'The heartbeatTimeout of WaitForCallback "the-op"',
    (heartbeatTimeout) => (c) => c.waitForCallback('the-op', wrong(body), { heartbeatTimeout }),
  ],
];

const NO_DURATIONS = [
  60,
  0,
  NaN,
  'PT1H',
  '',
  null,
  true,
  {},
  [60],
  { milliseconds: 5 },
  { seconds: null },
  { minutes: '5' },
  { seconds: -1 },
];

/** A forgotten `await`; its rejection is the caller's mistake, too. */
const promised = (): never => wrong(Promise.reject(new Error('unhandled')));

/** Everything that takes settings or a value where code may forget to await one. */
const PROMISED: Array<[string, Call, message: string]> = [
  ['the settings of a step', (c) => c.step('the-op', body, promised()), 'Step "the-op" was given a promise as config'],
  [
    'the settings of a child context',
    (c) => c.runInChildContext('the-op', body, promised()),
    'RunInChildContext "the-op" was given a promise as config',
  ],
  [
    'the settings of a map',
    (c) => c.map('the-op', [1], body, promised()),
    'Map "the-op" was given a promise as config',
  ],
  [
    'the settings of a callback',
    (c) => c.createCallback('the-op', promised()),
    'Callback "the-op" was given a promise as config',
  ],
  [
    'the settings of a submitter',
    (c) => c.waitForCallback('the-op', wrong(body), promised()),
    'WaitForCallback "the-op" was given a promise as config',
  ],
  [
    'the settings of a condition',
    (c) => c.waitForCondition('the-op', body, promised()),
    'WaitForCondition "the-op" was given a promise as config',
  ],
  [
    'the settings of an invoke',
    (c) => c.invoke('the-op', 'f:1', 1, promised()),
    'ChainedInvoke "the-op" was given a promise as config',
  ],
  [
    'the settings of withRetry()',
    (c) => withRetry(c, 'the-op', body, promised()),
    'withRetry "the-op" was given a promise as config',
  ],
  [
    'the settings of a completion',
    (c) => c.map('the-op', [1], body, { completionConfig: promised() }),
    'The completionConfig of Map "the-op" is a promise',
  ],
  ['a serdes', (c) => c.step('the-op', body, { serdes: promised() }), 'The serdes of Step "the-op" is a promise'],
  ['a timeout', (c) => c.step('the-op', body, { timeout: promised() }), 'The timeout of Step "the-op" is a promise'],
  ['a number of seconds', (c) => c.wait('the-op', { seconds: promised() }), 'Wait "the-op" is { seconds: Promise …'],
  ['the items of a map', (c) => c.map('the-op', promised(), body), 'Map "the-op": needs an array of items'],
  ['the input of an invoke', (c) => c.invoke('the-op', 'f:1', promised()), 'The input of ChainedInvoke "the-op" is a'],
  [
    'the function of an invoke',
    (c) => c.invoke('the-op', promised(), 1),
    'The input of ChainedInvoke operation 1 is a',
  ],
  [
    'the state of a condition',
    (c) => c.waitForCondition('the-op', body, { ...state, initialState: promised() }),
    'The initialState of WaitForCondition "the-op" is a promise. Await it before the call.',
  ],
];

failOnUnhandledRejections();

async function refusalOf(call: Call): Promise<[string, string[]]> {
  const handler: Handler = async (context) => call(context);
  const stage = new Stage(handler);
  const output = await stage.invoke();
  const { ErrorType, ErrorMessage } = ('Error' in output && output.Error) || {};
  return [`${output.Status} ${ErrorType} ${ErrorMessage}`, stage.actions];
}

describe('A call', () => {
  it.each(CALLS)('is refused at once for %s', async (_, call, message) => {
    const [refusal, actions] = await refusalOf(call);

    expect(refusal).toMatch(/^FAILED ConfigValidationError /);
    expect(refusal).toMatch(message);
    expect(actions).toEqual([]);
  });

  it.each(PROMISED)(
    'is refused for a promise in place of %s, whose rejection ends nothing',
    async (_, call, message) => {
      const [refusal, actions] = await refusalOf(call);

      expect(refusal).toMatch(/^FAILED ConfigValidationError /);
      expect(refusal).toContain(message);
      expect(actions).toEqual([]);
    },
  );

  it('is refused for the promise of another operation in place of its settings', async () => {
    const [refusal] = await refusalOf((c) => c.step('the-op', body, wrong(c.now())));

    expect(refusal).toContain('FAILED ConfigValidationError Step "the-op" was given DurablePromise … as config');
  });

  it.each<[string, Call]>([
    ['a list', (c) => c.step('the-op', body, wrong([{ timeout: { seconds: 1 } }]))],
    ['a text as completionConfig', (c) => c.map('the-op', [1], body, { completionConfig: wrong('ALL') })],
    ['a list as completionConfig', (c) => c.map('the-op', [1], body, { completionConfig: wrong([5]) })],
    ['a text as virtualContext', (c) => c.runInChildContext('the-op', body, { virtualContext: wrong('false') })],
    ['a text as countInterruptedAttempts', (c) => c.step('the-op', body, { countInterruptedAttempts: wrong('no') })],
    [
      'a text as wrapWithRunInChildContext',
      (c) => withRetry(c, 'the-op', body, { retryStrategy: done as never, wrapWithRunInChildContext: wrong('no') }),
    ],
  ])('is refused for %s, which would be left out or count as true', async (_, call) => {
    const [refusal, actions] = await refusalOf(call);

    expect(refusal).toMatch(/^FAILED ConfigValidationError .*"the-op".* Give (an object|true or false)\./);
    expect(actions).toEqual([]);
  });

  it.each(SUB_TYPES)('of a %s is refused for a subtype that the service would refuse', async (_, callWith) => {
    const odd = [5, Symbol('Order'), Object.create(null)].map(wrong);
    for (const subType of ['', 'x'.repeat(33), 'Order Launch', 'Órder', ...odd]) {
      const [refusal, actions] = await refusalOf(callWith(subType));
      expect(refusal).toMatch(/^FAILED ConfigValidationError The subType of (STEP|CALLBACK|CONTEXT) "/);
      expect(actions).toEqual([]);
    }
  });

  it.each(ODD_SUB_TYPES)('with %s as its subtype is refused for its name', async (shown, subType) => {
    const [refusal, actions] = await refusalOf((c) => c.step('Órder', body, { subType: wrong(subType) }));

    expect(refusal).toContain(`FAILED ConfigValidationError ${shown} was given the name 'Órder'.`);
    expect(actions).toEqual([]);
  });

  it.each(ODD_SUB_TYPES)(
    'with %s as its subtype is refused where another operation is recorded',
    async (shown, subType) => {
      const stage = new Stage(async (c) => [await c.step('the-op', body), await c.wait({ seconds: 1 })]);
      await stage.invoke();
      stage.handler = (c) => c.step('the-op', body, { subType: wrong(subType) });

      expect(await stage.invoke()).toMatchObject({
        Status: 'FAILED',
        Error: {
          ErrorType: 'NonDeterministicExecutionError',
          ErrorMessage: expect.stringContaining(`STEP (${shown})`),
        },
      });
    },
  );

  it('with a symbol as its name is refused for its place inside a step', async () => {
    const [refusal] = await refusalOf((c) => c.step('outer', async () => c.now(wrong(Symbol('inner')))));

    expect(refusal).toContain('Context usage error: Now "Symbol(inner)" was called inside Step "outer".');
  });

  it.each(DURATIONS)('is refused where it is no duration: %s', async (what, callWith) => {
    for (const duration of NO_DURATIONS) {
      const [refusal, actions] = await refusalOf(callWith(duration as never));
      expect(refusal).toMatch(/^FAILED ConfigValidationError /);
      expect(refusal).toContain(`${what} is `);
      expect(actions).toEqual([]);
    }
  });

  it('is refused for a branch whose name is no text', async () => {
    const [refusal] = await refusalOf((c) => c.parallel([{ name: wrong({ the: 'op' }), func: body }]));

    expect(refusal).toMatch(/^FAILED ConfigValidationError .* the name of branches\[0\] is \{ the: 'op' \}\./);
  });

  it('takes null for what is left out', async () => {
    const left = null as never;
    const stage = new Stage(async (context) => {
      await context.step('step', body, left);
      await context.step('step with', body, { retryStrategy: left, serdes: left, subType: left, semantics: left });
      await context.runInChildContext('child', body, left);
      await context.map('map', [1], body, left);
      await context.parallel('parallel', [body], left);
      await context.map('map with', [1], body, { completionConfig: left, maxConcurrency: left, nesting: left });
      await context.parallel('parallel with', [body], { completionConfig: left, maxConcurrency: 1 });
      await context.saga(async (saga) => saga.step('saga step', body, body, left), left);
      context.configureLogger(left);
      context.configureLogger({ customLogger: left, modeAware: left });
      await context.createCallback('callback', left);
      return 'done';
    });

    await expect(stage.result()).resolves.toBe('done');
  });
});

describe('A subtype', () => {
  it('is recorded with every update, and compared on replay', async () => {
    const handlerOf =
      (subType?: string): Handler =>
      async (context) => {
        await context.step('launch', body, { subType });
        await context.createCallback('approve', { subType });
        await context.wait('pause', { seconds: 1 });
        return 'done';
      };
    const stage = new Stage(handlerOf('OrderLaunch'));
    await stage.invoke();
    expect(stage.service.updates.slice(0, 3).map(({ SubType }) => SubType)).toEqual(Array(3).fill('OrderLaunch'));

    stage.handler = handlerOf('OrderReturn');
    await expect(stage.invoke()).resolves.toMatchObject({
      Error: {
        ErrorType: 'NonDeterministicExecutionError',
        ErrorMessage: expect.stringMatching(/recorded as STEP \(OrderLaunch\).*now calls STEP \(OrderReturn\)/),
      },
    });
    stage.handler = handlerOf(undefined);
    await expect(stage.invoke()).resolves.toMatchObject({ Error: { ErrorType: 'NonDeterministicExecutionError' } });
  });

  it('is that of each attempt of a step', async () => {
    const failing = () => Promise.reject(new Error('declined'));
    const retryStrategy = (_: Error, attempt: number) => ({ shouldRetry: attempt < 2 });
    const stage = new Stage((context) => context.step('launch', failing, { subType: 'OrderLaunch', retryStrategy }));
    await stage.run();

    expect(stage.actions).toEqual(['STEP START launch', 'STEP RETRY launch', 'STEP START launch', 'STEP FAIL launch']);
    expect(stage.service.updates.map(({ SubType }) => SubType)).toEqual(Array(4).fill('OrderLaunch'));
  });
});

describe('assertFunction and assertConfig', () => {
  it('leave the label unread, which is written at each reading, where nothing is wrong', () => {
    let readings = 0;
    const called = {
      get label() {
        readings += 1;
        return 'Step "the-op"';
      },
    };
    assertFunction(body, called, 'a function to run');
    assertConfig({ retryStrategy: done }, called, [aFunction('retryStrategy')]);
    expect(readings).toBe(0);
    expect(() => assertFunction(undefined, called, 'a function to run')).toThrow(
      'Step "the-op" needs a function to run',
    );
  });
});
