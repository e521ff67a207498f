import { DurableError } from '../../lib/engine/base/errors/durable-error.js';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import type { ErrorKnowledge } from '../../lib/engine/base/errors/error-knowledge.js';
import { CallbackExternalError } from '../../lib/engine/base/errors/operation-errors.js';
import { Stage } from './support/stage.js';
import { fc } from '../fixtures/seeded-fast-check.js';

@DurableError('Declined')
class Declined extends Error {
  override readonly name = 'Declined';
  constructor(
    message: string,
    readonly members: unknown,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What is known of foreign errors in these tests: a code, and a verdict by it. */
const known: ErrorKnowledge = {
  describe: (error) => {
    const { message, code } = error as { message: string; code?: string };
    return { message, members: { ...(code !== undefined && { code }) } };
  },
  explain: (error) => {
    const isKnown = (error as { code?: string }).code === 'ECONNRESET';
    const rule = isKnown ? 'node-unanswered' : 'unknown';
    const base = { rule, when: '', foundIn: 'error' };
    return isKnown
      ? { ...base, verdict: 'ambiguous', decision: 'retry-if-idempotent' }
      : { ...base, verdict: 'unknown' };
  },
};

type Throw = () => Promise<never>;
type Place = (context: DurableContext, fail: Throw) => Promise<unknown>;

const once = { retryStrategy: () => ({ shouldRetry: false }) };

/** Where an error passes through a record before user code catches it. */
const places: Record<string, Place> = {
  'a step': (context, fail) => context.step('it', fail, once),
  'a child context': (context, fail) => context.runInChildContext('it', fail),
  'a step in a child context': (context, fail) =>
    context.runInChildContext('it', (child) => child.step('inner', fail, once)),
  'a virtual context': (context, fail) =>
    context.runInChildContext('it', (child) => child.step('inner', fail, once), { virtualContext: true }),
  'a map': (context, fail) =>
    context.map('it', [1], async (inner) => inner.step('inner', fail, once)).then((batch) => batch.throwIfError()),
  'a parallel branch': (context, fail) => context.parallel('it', [fail]).then((batch) => batch.throwIfError()),
  'a combinator': (context, fail) => context.promise.all('it', [context.step('inner', fail, once)]),
  'settled promises': async (context, fail) => {
    const [settled] = await context.promise.allSettled('it', [context.step('inner', fail, once)]);
    throw (settled as PromiseRejectedResult).reason;
  },
  'the submitter of a callback': (context, fail) => context.waitForCallback('it', fail, once),
  'a condition': (context, fail) =>
    context.waitForCondition('it', fail, { initialState: 0, waitStrategy: () => ({ shouldContinue: false }) }),
};

/** Class, members and causes of an error: all that code may branch on. */
function seen(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, name, cause, ...members } = error;
  // The stack is of the run; combinators record it as the official SDK does.
  const { stack: _, ...kept } = members;
  return { class: error.constructor.name, name, message, members: kept, cause: seen(cause) };
}

/** What the handler catches, once for each invocation. */
async function catches(place: Place, fail: Throw, config = {}): Promise<unknown[]> {
  const caught: unknown[] = [];
  const stage = new Stage(
    async (context) => {
      const error = await place(context, fail).catch((thrown: unknown) => thrown);
      caught.push(seen(error));
      await context.wait('a night', { hours: 8 });
      await context.wait('a day', { days: 1 });
    },
    { config },
  );
  await stage.run();
  return caught;
}

const plain = fc.jsonValue({ maxDepth: 3 });
const text = fc.string({ minLength: 1, maxLength: 20 });
const code = fc.constantFrom('ECONNRESET', 'E1', undefined);

const errors = fc.letrec<{ error: Error; foreign: Error; declined: Error; builtIn: Error }>((tie) => ({
  error: fc.oneof({ maxDepth: 3 }, tie('foreign'), tie('declined'), tie('builtIn')),
  foreign: fc
    .record({ message: text, name: text, code, cause: fc.option(tie('error'), { nil: undefined }) })
    .map(({ message, name, code: own, cause }) => Object.assign(new Error(message, { cause }), { name, code: own })),
  declined: fc
    .record({ message: text, members: plain, cause: fc.option(tie('error'), { nil: undefined }) })
    .map(({ message, members, cause }) => new Declined(message, members, { cause })),
  builtIn: fc
    .record({ message: text, of: fc.constantFrom(TypeError, RangeError) })
    .map(({ message, of }) => new of(message)),
})).error;

describe.each([
  ['with what the engine knows by itself', {}],
  ['with what is known of libraries', { errors: () => known }],
  ['with what is loaded when it is needed', { errors: () => Promise.resolve(known) }],
])('An error that is caught, %s', (_, config) => {
  it.each(Object.entries(places))('is the same on every run: %s', async (_place, place) => {
    await fc.assert(
      fc.asyncProperty(errors, async (error) => {
        const [live, ...replayed] = await catches(place, () => Promise.reject(error), config);
        expect(replayed).toHaveLength(2);
        for (const one of replayed) expect(one).toEqual(live);
      }),
      { numRuns: 25 },
    );
  });
});

describe('The class of an error', () => {
  it.each([
    'a step',
    'a child context',
    'a step in a child context',
    'a virtual context',
    'a condition',
    'settled promises',
  ])('is what it was where %s has failed', async (place) => {
    const declined = new Declined('no funds', { left: 0 });
    const [first] = await catches(places[place]!, () => Promise.reject(declined));
    expect(first).toMatchObject({ class: 'Declined', name: 'Declined', members: { members: { left: 0 } } });
  });

  it.each(['a map', 'a parallel branch', 'a combinator', 'the submitter of a callback'])(
    'is that of a cause where %s has failed',
    async (place) => {
      const [first] = await catches(places[place]!, () => Promise.reject(new Declined('no funds', { left: 0 })));
      expect(JSON.stringify(first)).toContain('"class":"Declined"');
    },
  );

  it('is that of an operation where nobody has registered it, and what is known of it is in the cause', async () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', secret: 'x' });
    const [bare] = await catches(places['a step']!, () => Promise.reject(reset));
    const [first] = await catches(places['a step']!, () => Promise.reject(reset), { errors: () => known });

    expect(bare).toMatchObject({ class: 'StepError', cause: { class: 'Error', members: {} } });
    expect(first).toMatchObject({
      class: 'UnknownOutcomeError',
      message: 'socket hang up',
      cause: { class: 'Error', message: 'socket hang up', members: { code: 'ECONNRESET' } },
    });
  });

  it.each(Object.entries(places))('is needed only by the function that has recorded it: %s', async (_, place) => {
    const cause = { name: 'Elsewhere', message: 'no', class: 'Elsewhere', members: { left: 0 } };
    const kept = { '@durable-error': 1, name: 'Refused', message: 'no', class: 'Refused', members: { left: 1 }, cause };
    const foreign = () => new CallbackExternalError('no', undefined, JSON.stringify(kept));
    const caught = await catches(place, () => Promise.reject(foreign()));
    expect(caught).toHaveLength(3);
    for (const one of caught) expect(one).toEqual(caught[0]);
  });

  it('holds an execution whose class is not deployed, until it is', async () => {
    const caught: unknown[] = [];
    const stage = new Stage(async (context) => {
      await context.step('it', () => Promise.reject(new Declined('no', 1)), once).catch((error) => caught.push(error));
      await context.wait('a night', { hours: 8 });
    });
    await stage.invoke();
    stage.service.passTime();
    const step = [...stage.service.operations.values()].find(({ Type }) => Type === 'STEP')!;
    const recorded = step.StepDetails!.Error!;
    const elsewhere = recorded.ErrorData!.replace('"class":"Declined"', '"class":"Elsewhere"');
    stage.service.change(step.Id, {
      StepDetails: { Error: { ErrorType: 'Elsewhere', ErrorMessage: 'no', ErrorData: elsewhere } },
    });

    await expect(stage.invoke()).rejects.toMatchObject({ code: 'ERROR_CLASS_MISSING' });

    stage.service.change(step.Id, { StepDetails: { Error: recorded } });
    await expect(stage.invoke()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
    expect(caught).toEqual([expect.any(Declined), expect.any(Declined)]);
  });
});
