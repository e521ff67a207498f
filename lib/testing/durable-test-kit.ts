import { sweep, type SweepOptions, type SweepReport } from './crash/survives-every-crash.js';
import { describeFinding, determinismGuard, type DeterminismFinding } from './determinism/determinism-guard.js';
import { failureSweep, type FailureSweepOptions, type FailureSweepReport } from './failures/handles-every-failure.js';
import type { RecordedHistory } from './history/read-history.js';
import { replayHistory, type ReplayReport } from './history/replay-history.js';
import { alwaysReplay } from './replay/always-replay.js';
import { shuffled } from './replay/shuffled.js';
import type { DurableRun } from './run/durable-run.js';
import type { MockReply, TestHandler } from './service/test-functions.js';
import type { StubBody } from './stubs/step-stubs.js';
import type { TestBench, TestBenchOptions } from './test-bench.js';
import type { LengthOfTime } from './time/length-of-time.js';

export interface KitOptions {
  /** `auto`: time passes while the test waits for an execution. `manual`: only by `advance()`. @defaultValue `auto` */
  time?: 'auto' | 'manual';
  /** Where virtual time begins. @defaultValue now */
  startAt?: Date | string;
  /** How the engine calls the service: within the process, or over HTTP on a port of its own. @defaultValue `memory` */
  over?: 'memory' | 'http';
  /** Seconds after which an execution is timed out. @defaultValue one year */
  executionTimeoutSeconds?: number;
  /**
   * What happens to clocks, random values, timers and the network in orchestration code: `fail` lets `run.result()` fail,
   * `report` lists them in `findings` only.
   * @defaultValue `fail`
   */
  determinism?: 'fail' | 'report' | 'off';
}

export interface TestStartOptions {
  /** The same name gives the same execution. @defaultValue a new one */
  executionName?: string;
}

/** The name under which the function of a test runs. */
export const FUNCTION_NAME = 'app';

/** What tests of Nest applications and of bare handlers have in common. */
export abstract class DurableTestKit {
  /** What in orchestration code is another value on each run. */
  readonly findings: DeterminismFinding[] = [];
  readonly #endWatch: () => void;

  protected constructor(
    protected readonly bench: TestBench,
    private readonly handler: TestHandler,
    { determinism = 'fail' }: KitOptions,
  ) {
    this.#endWatch = determinism === 'off' ? () => undefined : this.#watch(determinism === 'fail');
  }

  /** Where the service of the test listens, for an AWS client; `undefined` unless it is called over HTTP. */
  get endpoint(): string | undefined {
    return this.bench.service.transport.endpoint;
  }

  /** Starts an execution with an event as it comes, such as an HTTP event or the batch of a queue. */
  startWith(event: unknown, { executionName }: TestStartOptions = {}): Promise<DurableRun> {
    return this.bench.start(FUNCTION_NAME, JSON.stringify(event), executionName);
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

  /** Runs something else in place of a step's body; the step is recorded as ever. */
  mockStep(name: string, body: StubBody): this {
    this.bench.stubs.mock(name, body);
    return this;
  }

  /** Lets the next attempts of a step fail before its body. @param times - how many of them */
  failStep(name: string, error: unknown, times = 1): this {
    this.bench.stubs.fail(name, error, times);
    return this;
  }

  /** The body of a step never ends: the time-out of the step ends it, or else that of the Lambda function. */
  stallStep(name: string): this {
    this.bench.stubs.stall(name);
    return this;
  }

  /** Answers invokes of another function. @param reply - what it returns, or a function of the input; an error fails it */
  mockInvoke(functionName: string, reply: unknown): this {
    this.bench.mock(functionName, replyOf(reply));
    return this;
  }

  /** Answers callbacks of a name as soon as they are open. @param answer - a value, an error, or that nobody answers */
  answerCallback(name: string, answer: unknown): this {
    const isTimeout = answer === 'timeout';
    this.bench.answers.set(
      name,
      isTimeout ? 'timeout' : answer instanceof Error ? { error: answer } : { value: answer },
    );
    return this;
  }

  /** From now on each operation's end is followed by a fresh invocation that replays all that came before. */
  alwaysReplay(): this {
    alwaysReplay(this.bench);
    return this;
  }

  /** From now on bodies that run at the same time end in another order, drawn from a seed. */
  shuffled(seed: number): this {
    shuffled(this.bench, seed);
    return this;
  }

  /**
   * Runs a scenario undisturbed, and then once for each of its checkpoints with the invocation killed before and after
   * it. Every run begins on an empty service; stubs belong into the scenario.
   * @throws {SurvivalError} when a disturbed run comes to another end, or runs a body more often than it may
   */
  survivesEveryCrash(scenario: (test: this) => Promise<DurableRun>, options?: SweepOptions): Promise<SweepReport> {
    return sweep(this.bench, () => scenario(this), options);
  }

  /**
   * Runs a scenario once as it is, and then once for each of its steps with that step failing for good. A fresh
   * invocation follows each operation. Stubs belong into the scenario.
   * @throws {UnhandledFailureError} when a failure changes nothing that a caller sees, or a compensation does not run
   */
  handlesEveryFailure(
    scenario: (test: this) => Promise<DurableRun>,
    options?: FailureSweepOptions,
  ): Promise<FailureSweepReport> {
    return failureSweep(this.bench, () => scenario(this), options);
  }

  /** Runs the code under test against a recorded history, as {@link replayHistory} does. @param history - or the path of a file */
  replay(history: RecordedHistory | string): Promise<ReplayReport> {
    return replayHistory(this.handler, history);
  }

  /** Closes the service, and whatever runs on it. */
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
