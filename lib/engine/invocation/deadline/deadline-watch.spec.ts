import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { type Handler, Stage } from '../../../../test/engine/support/stage.js';
import { awsError } from '../../../../test/engine/support/strict-service.js';
import { deferred, turns } from '../../../../test/engine/support/turns.js';
import type { DurableCallOptions, DurableExecutionClient } from '../../../wire/durable-execution-client.js';
import type { DurableContext } from '../../context/durable-context.js';
import type { EngineConfig } from '../engine-config.js';

/** An invocation that Lambda ends after a time, on a clock that only the test moves. */
class Watched {
  readonly clock = new ManualClock();
  readonly stage: Stage;
  readonly #startMs = this.clock.now();
  ended: string | undefined;

  constructor(
    handler: Handler,
    readonly timeoutMs: number,
    config: EngineConfig = {},
  ) {
    this.stage = new Stage(handler, {
      config: { clock: this.clock, ...config },
      lambdaContext: { getRemainingTimeInMillis: () => timeoutMs - this.elapsedMs },
    });
  }

  get elapsedMs(): number {
    return this.clock.now() - this.#startMs;
  }

  invoke(): void {
    this.stage.invoke().then(
      ({ Status }) => (this.ended = `${Status} after ${this.elapsedMs}`),
      (error: Error) => (this.ended = `${error.name} after ${this.elapsedMs}: ${error.message}`),
    );
  }

  get warnings(): string[] {
    const { records } = this.stage.logger;
    return records.filter(({ level }) => level === 'warn').map(({ record }) => String(record.message));
  }
}

const silence = () => new Promise<never>(() => undefined);
const oneStep: Handler = (context) => context.step('charge', async () => 1);

afterEach(() => turns(3));

describe('an invocation that waits for the durable API alone', () => {
  it('ends before the deadline, naming call and step', async () => {
    const watched = new Watched(oneStep, 60_000);
    watched.stage.service.interfere = silence;
    watched.invoke();
    await watched.clock.advance(58_999);
    expect(watched.ended).toBeUndefined();
    await watched.clock.advance(1);
    expect(watched.ended).toMatch(
      /^CheckpointError after 59000: CheckpointDurableExecution failed with LambdaDeadlineError: No response had arrived 1000 ms before Lambda would end the invocation. The call was for SUCCEED of Step "charge" and 1 more/,
    );
    expect(watched.ended).toContain('check the network path');
    expect(watched.warnings).toEqual([expect.stringContaining('Durable invocation retried')]);
    expect(watched.clock.pendingMs).toEqual([]);
  });

  it('ends, also where a combinator awaits async functions that await it', async () => {
    const chain = async (context: DurableContext) => context.step('charge', async () => 1);
    const watched = new Watched((context) => context.promise.all([chain(context), chain(context)]), 60_000);
    watched.stage.service.interfere = silence;
    watched.invoke();
    await watched.clock.advance(59_000);
    expect(watched.ended).toMatch(/^CheckpointError after 59000/);
  });

  it.each([0, 1])('names the operation around one without a name, after %d responses', async (responses) => {
    const watched = new Watched((context) => context.waitForCallback('approve', async () => undefined), 60_000);
    watched.stage.service.interfere = (_, number) => (number <= responses ? undefined : silence());
    watched.invoke();
    await watched.clock.advance(60_000);
    expect(watched.ended).toMatch(/The call was for \w+ of \w+ [0-9a-f]{16} in WaitForCallback "approve" and 1 more\./);
  });

  it.each([
    ['a checkpoint', 1_000, 'CheckpointError', 'SUCCEED of Step "charge" and 1 more'],
    ['a page', 0, 'GetExecutionStateError', 'page 2 of the state'],
  ])('ends with the last failure of %s, if its client waits to repeat the call', async (_, items, name, purpose) => {
    const watched = new Watched(oneStep, 60_000);
    watched.stage.service.firstPageItems = items;
    const client: DurableExecutionClient = watched.stage.service;
    const throttled = async (options?: DurableCallOptions) => {
      options!.onAttempt!();
      options!.onAttempt!(Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' }));
      return silence();
    };
    client.checkpoint = client.getExecutionState = (_request, _logger, options) => throttled(options);
    watched.invoke();
    await watched.clock.advance(60_000);
    expect(watched.ended).toMatch(
      new RegExp(
        `^${name} after 59000: \\w+ failed with TooManyRequestsException: Rate exceeded. The call was for ${purpose}. Lambda throttled`,
      ),
    );
  });

  it('ends as without a response after a failure of an earlier call, or one that would fail the execution', async () => {
    const reportedOf = async (failure: Error, silentFrom: number) => {
      const watched = new Watched((context) => context.runInChildContext((child) => oneStep(child, undefined)), 60_000);
      const { service } = watched.stage;
      const checkpoint = service.checkpoint.bind(service);
      (service as DurableExecutionClient).checkpoint = async (request, _logger, { onAttempt } = {} as never) => {
        const isSilent = service.calls.length + 1 >= silentFrom;
        if (!isSilent || silentFrom === 1) onAttempt!(failure);
        return isSilent ? silence() : checkpoint(request);
      };
      watched.invoke();
      await watched.clock.advance(60_000);
      return watched.ended;
    };
    const timedOut = expect.stringMatching(
      /^CheckpointError after 59000: \w+ failed with LambdaDeadlineError/,
    ) as string;
    expect(await reportedOf(awsError('AccessDeniedException', 403), 1)).toEqual(timedOut);
    expect(await reportedOf(awsError('TooManyRequestsException', 429), 2)).toEqual(timedOut);
  });

  it.each([
    [3_000, 2_250],
    [400, 300],
    [900_000, 899_000],
  ])('with %d ms at its start ends after %d', async (timeoutMs, endsAfterMs) => {
    const watched = new Watched(oneStep, timeoutMs);
    watched.stage.service.interfere = silence;
    watched.invoke();
    await watched.clock.advance(timeoutMs);
    expect(watched.ended).toContain(`CheckpointError after ${endsAfterMs}:`);
  });

  it.each([
    ['before its input is known', 0, 'The call was for page 2 of the state.'],
    ['before the handler runs', 1, 'The call was for page 2 of the state, for which the handler waits.'],
    ['for an operation', 2, 'The call was for page 2 of the state'],
  ])('ends while pages are read %s', async (_, firstPageItems, purpose) => {
    const watched = new Watched(async (context) => {
      await oneStep(context, undefined);
      await context.wait('pause', { seconds: 1 });
    }, 60_000);
    await watched.stage.invoke();
    Object.assign(watched.stage.service, { firstPageItems, interfere: silence });
    watched.invoke();
    await watched.clock.advance(60_000);
    expect(watched.ended).toMatch(/^GetExecutionStateError after 59000: GetDurableExecutionState failed/);
    expect(watched.ended).toContain(purpose);
  });

  it('ends while pages follow each other without end', async () => {
    const watched = new Watched(oneStep, 60_000);
    Object.assign(watched.stage.service, { firstPageItems: 0 });
    let pages = 0;
    watched.stage.service.interfere = async () => {
      await new Promise((resolve) => watched.clock.setTimer(() => resolve(undefined), 10));
      return { Operations: [], NextMarker: `m${(pages += 1)}` };
    };
    watched.invoke();
    await watched.clock.advance(60_000);
    expect(watched.ended).toContain('GetExecutionStateError after 59000:');
    const read = pages;
    await watched.clock.advance(1_000);
    expect(pages).toBe(read);
  });

  it('ends while the pages of an answer are read', async () => {
    const watched = new Watched(oneStep, 60_000);
    watched.stage.service.interfere = ({ api }) =>
      api === 'state' ? silence() : { CheckpointToken: 't', NewExecutionState: { NextMarker: 'more' } };
    watched.invoke();
    await watched.clock.advance(60_000);
    expect(watched.ended).toMatch(/^GetExecutionStateError after 59000: .*page 2 of the state/);
  });

  it('ends after its handler has, while everything is saved', async () => {
    const watched = new Watched((context) => context.runInChildContext('child', async () => 'result'), 60_000);
    watched.stage.service.interfere = silence;
    watched.invoke();
    await watched.clock.advance(60_000);
    expect(watched.ended).toMatch(
      /^CheckpointError after 59000: .*The call was for SUCCEED of RunInChildContext "child"/,
    );
  });

  it('lets an answer come that has not taken long', async () => {
    const watched = new Watched(async (context) => {
      for (let at = 0; ; at += 1) await context.step(`step ${at}`, async () => at);
    }, 10_000);
    watched.stage.service.interfere = () => new Promise<void>((resolve) => watched.clock.setTimer(resolve, 300));
    watched.invoke();
    await watched.clock.advance(9_500);
    expect(watched.ended).toBeUndefined();
    await watched.clock.advance(500);
    // The call that is on its way has taken longer than there is time left.
    expect(watched.ended).toMatch(/^CheckpointError after 9(750|875|938):/);
  });

  it('takes an answer that comes too late for nothing', async () => {
    const late = deferred<unknown>();
    const watched = new Watched(oneStep, 60_000);
    watched.stage.service.interfere = () => late.promise;
    watched.invoke();
    await watched.clock.advance(59_500);
    const { ended } = watched;
    late.resolve({ CheckpointToken: 'late', NewExecutionState: { Operations: [] } });
    await watched.clock.advance(10_000);
    expect(watched.ended).toBe(ended);
    expect(watched.stage.service.calls).toHaveLength(1);
  });
});

describe('an invocation in which user code runs', () => {
  const body = deferred<string>();
  const busy: Array<[string, Handler, string]> = [
    ['a step', (context) => context.step('charge', () => body.promise), 'Step "charge".'],
    ['the handler', () => body.promise, 'the handler.'],
    [
      'a combinator, whose promises it awaits',
      (context) => context.promise.all('both', [body.promise]),
      'context.promise.all() "both".',
    ],
    [
      'a child context',
      (context) => context.runInChildContext('inner', () => body.promise),
      'RunInChildContext "inner".',
    ],
    [
      'branches',
      (context) => context.parallel([() => body.promise, (branch) => branch.step('b', () => body.promise)]),
      'ParallelBranch "parallel-branch-0", Step "b".',
    ],
    [
      'many steps',
      (context) => Promise.all(Array.from({ length: 8 }, (_, at) => context.step(`s${at}`, () => body.promise))),
      'Step "s0", Step "s1", Step "s2", Step "s3", Step "s4" and 3 more.',
    ],
    [
      'a step, beside a call',
      async (context) => Promise.all([context.step('charge', () => body.promise), oneStep(context, 0)]),
      'Step "charge".',
    ],
  ];

  it.each(busy)('is left to Lambda, with one warning that names %s', async (_, handler, names) => {
    const watched = new Watched(handler, 60_000, { stepStartHoldMs: 0 });
    watched.stage.service.interfere = silence;
    watched.invoke();
    await watched.clock.advance(58_999);
    expect(watched.warnings).toEqual([]);
    await watched.clock.advance(1_001);
    expect(watched.ended).toBeUndefined();
    expect(watched.warnings).toEqual([
      expect.stringContaining(
        `Lambda ends this invocation in 1000 ms, while user code still runs: ${names} Lambda cuts it off`,
      ),
    ]);
    expect(watched.clock.pendingMs).toEqual([]);
  });

  it('goes on if the body ends in time after all', async () => {
    const late = deferred<string>();
    const watched = new Watched((context) => context.step('charge', () => late.promise), 60_000);
    watched.invoke();
    await watched.clock.advance(59_200);
    late.resolve('done');
    await watched.clock.advance(10);
    expect(watched.ended).toBe('SUCCEEDED after 59200');
    expect(watched.warnings).toHaveLength(1);
    expect(watched.clock.pendingMs).toEqual([]);
  });

  it('ends if the body ends and the call after it is not answered', async () => {
    const late = deferred<string>();
    const watched = new Watched((context) => context.step('charge', () => late.promise), 60_000);
    watched.stage.service.interfere = (_, number) => (number === 1 ? undefined : silence());
    watched.invoke();
    await watched.clock.advance(59_200);
    late.resolve('done');
    await watched.clock.advance(800);
    expect(watched.ended).toMatch(/^CheckpointError after 59(750|875|938):/);
  });
});

describe('the watch', () => {
  it('says so where nothing is known to run', async () => {
    const serdes = { serialize: silence, deserialize: silence };
    const watched = new Watched((context) => context.step('charge', async () => 1, { serdes }), 60_000);
    watched.invoke();
    await watched.clock.advance(60_000);
    expect(watched.ended).toBeUndefined();
    expect(watched.warnings).toEqual([expect.stringContaining('a plugin, a hook, a serdes or the transport may hang')]);
  });

  it('leaves an invocation alone that ends in time, and leaves no timer', async () => {
    const watched = new Watched(oneStep, 60_000);
    watched.invoke();
    await watched.clock.advance(10);
    expect([watched.ended, watched.warnings, watched.clock.pendingMs]).toEqual(['SUCCEEDED after 0', [], []]);
  });

  it.each([
    ['stands still', () => 60_000],
    ['is not known', () => Infinity],
    ['is no number', () => NaN],
    ['has passed', () => -1],
    ['is further than any timer', () => 2 ** 40],
  ])('gives nothing up where the deadline %s', async (_, getRemainingTimeInMillis) => {
    const clock = new ManualClock();
    const stage = new Stage(oneStep, { config: { clock }, lambdaContext: { getRemainingTimeInMillis } });
    const late = deferred<undefined>();
    stage.service.interfere = () => late.promise;
    const ending = stage.invoke();
    await clock.advance(3_600_000);
    expect(stage.logger.records).toEqual([]);
    late.resolve(undefined);
    await expect(ending).resolves.toMatchObject({ Status: 'SUCCEEDED' });
    expect(clock.pendingMs).toEqual([]);
  });

  it('does without a context that knows the time', async () => {
    const stage = new Stage(oneStep, { lambdaContext: { getRemainingTimeInMillis: undefined as never } });
    await expect(stage.invoke()).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });
});
