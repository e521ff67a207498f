import { written } from '../client/written.js';
import { assertOptions, type OptionTypes } from '../nest/errors/assert-options.js';
import { jsonText } from '../wire/json-text.js';
import { assertName } from './assert-name.js';
import { assertScenario } from './check-scenario.js';
import { sweep, type SweepOptions, type SweepReport } from './crash/survives-every-crash.js';
import { describeFinding, determinismGuard, type DeterminismFinding } from './determinism/determinism-guard.js';
import { failureSweep, type FailureSweepOptions, type FailureSweepReport } from './failures/handles-every-failure.js';
import type { RecordedHistory } from './history/read-history.js';
import { replayHistory, type ReplayOptions, type ReplayReport } from './history/replay-history.js';
import { provideAsyncDispose } from './provide-async-dispose.js';
import { alwaysReplay } from './replay/always-replay.js';
import { shuffled } from './replay/shuffled.js';
import type { DurableRun } from './run/durable-run.js';
import type { MockReply, TestHandler } from './service/test-functions.js';
import type { StubBody } from './stubs/step-stubs.js';
import type { TestBench, TestBenchOptions } from './test-bench.js';
import type { LengthOfTime } from './time/length-of-time.js';

// Before the class below, and before any test can say `await using`.
provideAsyncDispose(Symbol);

export interface KitOptions {
  /** `auto`: time passes while the test awaits an execution. `manual`: only by `advance()`. @defaultValue `auto` */
  time?: 'auto' | 'manual';
  /** The start of virtual time. @defaultValue now */
  startAt?: Date | string;
  /** How the engine calls the service: within the process, or over HTTP on its own port. @defaultValue `memory` */
  over?: 'memory' | 'http';
  /** Seconds after which an execution is timed out. @defaultValue one year */
  executionTimeoutSeconds?: number;
  /**
   * How clocks, random values, timers and the network in orchestration code are treated: `fail` lets `run.result()`
   * fail, `report` only lists them in `findings`.
   * @defaultValue `fail`
   */
  determinism?: 'fail' | 'report' | 'off';
}

export const KIT_OPTIONS: OptionTypes<KitOptions> = {
  determinism: 'fail or report or off',
  executionTimeoutSeconds: 'number',
  over: 'memory or http',
  startAt: '',
  time: 'auto or manual',
};

/** A misspelled option would leave out what it asks for, and the test would pass without it. */
export function checkKitOptions<T extends KitOptions>(place: string, options: T, types: OptionTypes<T>): void {
  assertOptions(place, options, types);
  const { startAt, executionTimeoutSeconds = 1 } = options;
  if (!(executionTimeoutSeconds >= 1 && Number.isInteger(executionTimeoutSeconds)))
    throw new TypeError(
      `The option "executionTimeoutSeconds" of ${place} is ${executionTimeoutSeconds}. Give a whole number of at least 1.`,
    );
  if (startAt !== undefined && !isDate(startAt))
    throw new TypeError(
      `The option "startAt" of ${place} is no date: ${JSON.stringify(startAt)}. Give a Date, or text such as '2026-01-31'.`,
    );
}

/** A number would be taken for milliseconds since 1970, and null for 1970. */
function isDate(value: unknown): boolean {
  const isStated = typeof value === 'string' || Object.prototype.toString.call(value) === '[object Date]';
  return isStated && !Number.isNaN(new Date(value as Date | string).getTime());
}

export interface TestStartOptions {
  /** The same name returns the same execution. @defaultValue a new one */
  executionName?: string;
}

export const START_OPTIONS: OptionTypes<TestStartOptions> = { executionName: 'string' };

/** The name under which the function of a test runs. */
export const FUNCTION_NAME = 'app';

/** The common part of tests of Nest applications and of bare handlers. */
export abstract class DurableTestKit {
  /** Non-deterministic calls in orchestration code. */
  readonly findings: DeterminismFinding[] = [];
  readonly #endWatch: () => void;

  protected constructor(
    protected readonly bench: TestBench,
    private readonly handler: TestHandler,
    { determinism = 'fail' }: KitOptions,
  ) {
    this.#endWatch = determinism === 'off' ? () => undefined : this.#watch(determinism === 'fail');
  }

  /** The address of the test's service, for an AWS client; `undefined` unless it is called over HTTP. */
  get endpoint(): string | undefined {
    return this.bench.service.transport.endpoint;
  }

  /** Starts an execution with an unchanged event, such as an HTTP event or the batch of a queue. */
  startWith(event: unknown, options?: TestStartOptions): Promise<DurableRun> {
    return this.begin(event, options);
  }

  protected async begin<R>(event: unknown, options: TestStartOptions = {}): Promise<DurableRun<R>> {
    assertOptions('start()', options, START_OPTIONS);
    // As `DurableClient` writes it: what that refuses, such as a promise that nobody has awaited, must not pass in a test.
    const text = await written('Invoke', 'The input', () => jsonText(event));
    return this.bench.start(FUNCTION_NAME, text as string, options.executionName);
  }

  /** Every execution of the test, in the order of their starts. */
  get runs(): readonly DurableRun[] {
    return this.bench.runs;
  }

  /** Virtual time. */
  now(): Date {
    return new Date(this.bench.service.clock.now());
  }

  /** Lets time pass for all executions. */
  async advance(length: LengthOfTime): Promise<void> {
    await this.bench.advance(length);
  }

  /** Runs another body instead of a step's body; the step is recorded as usual. */
  mockStep(name: string, body: StubBody): this {
    this.bench.stubs.mock(name, body);
    return this;
  }

  /** Makes the next attempts of a step fail before its body runs. @param times - how many of them */
  failStep(name: string, error: unknown, times = 1): this {
    this.bench.stubs.fail(name, error, times);
    return this;
  }

  /** Makes the body of a step hang: the timeout of the step or of the Lambda function ends it. */
  stallStep(name: string): this {
    this.bench.stubs.stall(name);
    return this;
  }

  /**
   * Replies to invokes of another function. @param reply - what it returns, or a function of the input; an error fails
   * it
   */
  mockInvoke(functionName: string, reply: unknown): this {
    assertName('mockInvoke()', functionName, 'the name of a function');
    this.bench.mock(functionName, replyOf(reply));
    return this;
  }

  /** Completes callbacks of a name as soon as they are open. @param answer - a value, an error, or `'timeout'` */
  answerCallback(name: string, answer: unknown): this {
    assertName('answerCallback()', name, 'the name of a callback');
    if (typeof answer === 'function')
      throw new TypeError(`answerCallback() needs a value, an Error or 'timeout' for "${name}", and got a function.`);
    const isTimeout = answer === 'timeout';
    this.bench.answerCallback(
      name,
      isTimeout ? 'timeout' : answer instanceof Error ? { error: answer } : { value: answer },
    );
    return this;
  }

  /** From now on, a new invocation that replays everything follows the completion of each operation. */
  alwaysReplay(): this {
    alwaysReplay(this.bench);
    return this;
  }

  /** From now on, bodies that run concurrently end in another order, derived from a seed. */
  shuffled(seed: number): this {
    if (!Number.isFinite(seed)) throw new TypeError(`shuffled() needs a number as its seed, and got ${String(seed)}.`);
    shuffled(this.bench, seed);
    return this;
  }

  /**
   * Runs a scenario undisturbed, and then for each of its checkpoints with the invocation killed before it and after
   * it. Every run starts on an empty service, with the stubs that are set now and those that the scenario sets.
   * @throws {SurvivalError} when a disturbed run has another outcome, or runs a body more often than allowed
   */
  async survivesEveryCrash(
    scenario: (test: this) => Promise<DurableRun>,
    options?: SweepOptions,
  ): Promise<SweepReport> {
    assertScenario('survivesEveryCrash()', scenario);
    return sweep(this.bench, () => scenario(this), options);
  }

  /**
   * Runs a scenario once undisturbed, and then once for each of its steps with that step failing permanently. A new
   * invocation follows each operation. Every run has the stubs that are set now and those that the scenario sets.
   * @throws {UnhandledFailureError} when a failure does not change the result, or a compensation does not run
   */
  async handlesEveryFailure(
    scenario: (test: this) => Promise<DurableRun>,
    options?: FailureSweepOptions,
  ): Promise<FailureSweepReport> {
    assertScenario('handlesEveryFailure()', scenario);
    return failureSweep(this.bench, () => scenario(this), options);
  }

  /** Runs the code under test against a recorded history, as {@link replayHistory} does. @param history - or the path of a file */
  replay(history: RecordedHistory | string, options?: ReplayOptions): Promise<ReplayReport> {
    return replayHistory(this.handler, history, options);
  }

  /** Closes the service, and everything that runs on it. */
  async close(): Promise<void> {
    this.#endWatch();
    await this.bench.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #watch(fails: boolean): () => void {
    return determinismGuard.watch((finding) => {
      const run = this.bench.knownRun(finding.executionArn);
      if (!run) return;
      this.findings.push(finding);
      if (fails) run.reject(describeFinding(finding));
    });
  }
}

export function benchOptions({ time, startAt, executionTimeoutSeconds, over }: KitOptions): TestBenchOptions {
  return {
    startMs: startAt === undefined ? Date.now() : new Date(startAt).getTime(),
    isManual: time === 'manual',
    ...(over !== undefined && { over }),
    ...(executionTimeoutSeconds !== undefined && { executionTimeoutSeconds }),
  };
}

function replyOf(reply: unknown): MockReply {
  if (typeof reply === 'function') return reply as MockReply;
  if (!(reply instanceof Error)) return () => reply;
  return () => {
    throw reply;
  };
}
