import type { AroundAttempt, EngineConfig } from '../engine/invocation/engine-config.js';
import { determinismGuard } from './determinism/determinism-guard.js';
import type { DurableRun } from './run/durable-run.js';
import type { Journal } from './run/journal.js';
import { logsOfRuns } from './run/logs-of-runs.js';
import { RunsOfService } from './run/runs-of-service.js';
import type { MockReply, TestHandler } from './service/test-functions.js';
import { TestService, type TestServiceOptions } from './service/test-service.js';
import { watchedEngineSettings } from './service/watched-engine-settings.js';
import type { Write, WriteGate } from './service/write-gate.js';
import { type CallbackAnswer, CallbackAnswers } from './stubs/callback-answers.js';
import { StepStubs } from './stubs/step-stubs.js';
import { letTimePass } from './time/let-time-pass.js';
import { type LengthOfTime, toMilliseconds } from './time/length-of-time.js';
import { EngineClock } from './time/engine-clock.js';
import { nextTurn, requireTimers, setImmediate } from './time/event-loop.js';

export type TestBenchOptions = Omit<TestServiceOptions, 'engineSettings'>;

/** What one test works with: a service, the executions on it, and the stubs. */
export class TestBench {
  readonly stubs = new StepStubs();
  readonly answers = new CallbackAnswers();
  readonly #engineClock = new EngineClock(() => this.service.clock.now());
  readonly #setUp: Array<(service: TestService) => void> = [];
  readonly #around: AroundAttempt[] = [];
  readonly #gates: WriteGate[] = [];
  readonly #runs = new RunsOfService(() => this.service, this);
  #service: TestService | undefined;
  #isSweeping = false;

  readonly #endLogs = logsOfRuns.collect((arn, record) => void this.#runs.known(arn)?.journal.logs.push(record));

  private constructor(private readonly options: TestBenchOptions) {}

  static async open(options: TestBenchOptions): Promise<TestBench> {
    requireTimers();
    const bench = new TestBench(options);
    await bench.#begin();
    return bench;
  }

  get service(): TestService {
    return this.#service!;
  }

  /** Runs a sweep: what is stubbed now is stubbed in each of its runs, and after them. */
  async keepingStubs<T>(runs: () => Promise<T>): Promise<T> {
    if (this.#isSweeping)
      throw new Error('survivesEveryCrash() or handlesEveryFailure() still runs in this test: await it first.');
    this.#isSweeping = true;
    this.stubs.keep();
    this.answers.keep();
    try {
      return await runs();
    } finally {
      this.#isSweeping = false;
      this.#returnToKept();
    }
  }

  /** Starts again with an empty service, for the same functions and mocks, and with the stubs that are kept. */
  async reset(): Promise<void> {
    await this.#end();
    this.#returnToKept();
    await this.#begin();
  }

  #returnToKept(): void {
    this.stubs.clear();
    this.answers.clear();
  }

  /** Runs a durable function under a name. */
  run(name: string, handler: TestHandler): void {
    this.#prepare((service) => service.run(name, handler));
  }

  /** Replies for a function that the test does not run. */
  mock(name: string, reply: MockReply): void {
    this.#prepare((service) => service.mock(name, reply));
  }

  /** Completes the callbacks of a name, those that are open already too. */
  answerCallback(name: string, answer: CallbackAnswer): void {
    this.answers.set(name, answer);
    for (const { journal } of this.#runs.all) this.answers.answer(journal, this.service);
  }

  /** @param payload JSON text */
  async start<R>(functionName: string, payload: string, executionName?: string): Promise<DurableRun<R>> {
    const arn = await this.service.start(functionName, payload, executionName);
    // It may have been closed meanwhile.
    this.service.assertOpen();
    return this.runOf(arn) as DurableRun<R>;
  }

  /** @throws {Error} when the service has no such execution */
  runOf(arn: string): DurableRun {
    const known = this.#runs.of(arn);
    if (!known) throw new Error(`There is no execution ${arn} in this test.`);
    return known.run;
  }

  /** The execution of an ARN, if this test has started it. */
  knownRun(arn: string): DurableRun | undefined {
    return this.#runs.of(arn)?.run;
  }

  /** Lets time pass for all executions. */
  async advance(length: LengthOfTime): Promise<void> {
    const problem = (text: string) => new Error(text);
    for (const { steering } of this.#runs.all) steering.release();
    await letTimePass(this.service.clock, toMilliseconds(length), problem);
  }

  /** Every execution of the test, in the order of their starts. */
  get runs(): readonly DurableRun[] {
    return this.#runs.all.map(({ run }) => run);
  }

  /** Wraps the bodies of attempts, outside of the stubs. @returns removes it */
  around(wrap: AroundAttempt): () => void {
    this.#around.unshift(wrap);
    return () => void this.#around.splice(this.#around.indexOf(wrap), 1);
  }

  /** Adds a gate that every checkpoint passes, as a request and as a response. @returns removes it */
  guardWrites(gate: WriteGate): () => void {
    this.#gates.push(gate);
    return () => void this.#gates.splice(this.#gates.indexOf(gate), 1);
  }

  /** Calls back once when an execution has a status. */
  onceStatus(arn: string, status: string, then: () => void): void {
    const { journal } = this.#runs.known(arn)!;
    const stop = journal.onChange(() => {
      if (journal.status !== status) return;
      stop();
      then();
    });
  }

  async close(): Promise<void> {
    this.#endLogs();
    await this.#end();
  }

  async #end(): Promise<void> {
    for (const { journal } of this.#runs.all) {
      if (!journal.hasEnded) journal.fail('The test was closed before the execution has ended: await its result first');
    }
    await this.service.close();
    this.#engineClock.close();
  }

  async #begin(): Promise<void> {
    const settings = {
      clock: this.#engineClock,
      aroundAttempt: this.#attempt,
      journalOf: (arn: string) => this.#runs.of(arn)?.journal,
    };
    const engineSettings = (own: EngineConfig) => watchedEngineSettings(own, settings);
    this.#service = await TestService.open({ ...this.options, engineSettings });
    this.#runs.clear();
    this.#observe(this.#service);
    for (const setUp of this.#setUp) setUp(this.#service);
  }

  /** What is refused is not kept: it would be refused again in each run of a sweep. */
  #prepare(setUp: (service: TestService) => void): void {
    setUp(this.service);
    this.#setUp.push(setUp);
  }

  #observe(service: TestService): void {
    service.core.onEvent((arn, event) => {
      const journal = this.#runs.of(arn)?.journal;
      if (!journal) return;
      if (event.EventType === 'CallbackStarted') this.answers.answer(journal, service);
      // Before the event is passed on, with which a test may already have its result.
      if (journal.status === 'SUCCEEDED') determinismGuard.executionSucceeded(arn, journal.takeLostCalls());
      journal.add(event);
    });
    service.guardWrites({
      before: (write) => this.#pass(write, 'before'),
      after: async (write) => {
        await this.#pass(write, 'after');
        await this.#runs.of(write.arn)?.steering.pass();
      },
    });
  }

  async #pass(write: Write, side: keyof WriteGate): Promise<void> {
    for (const gate of [...this.#gates]) await gate[side](write);
  }

  #attempt: AroundAttempt = async (subject, body) => {
    const { executionArn, operationId, attempt } = subject;
    const known = this.#runs.of(executionArn);
    const kills = this.service.killsOf(executionArn);
    if (known) await startSaved(known.journal, operationId);
    await known?.steering.pass();
    // A killed invocation starts nothing more.
    if (this.service.killsOf(executionArn) !== kills) return new Promise(() => undefined);
    known?.journal.bodies.push({ operationId, attempt });
    const inner = () => this.stubs.run(subject, { body, stall: () => this.#stall(executionArn) });
    return this.#around.reduce<() => Promise<unknown>>((run, wrap) => () => wrap(subject, run), inner)();
  };

  /** Makes the body hang: the timeout of the step or of the Lambda function ends it. */
  #stall(arn: string): Promise<never> {
    setImmediate(() => {
      if (!this.#engineClock.fireNext()) this.service.timeOut(arn);
    });
    return new Promise(() => undefined);
  }
}

/** Event-loop turns after which a body starts although its start is not saved: saving may fail. */
const LONGEST_TURNS = 50;

/** Lets the start of an attempt be saved before its body starts, so that a test can stop or crash between the two. */
async function startSaved(journal: Journal, operationId: string): Promise<void> {
  for (let turn = 0, isSaved = false; !isSaved && turn < LONGEST_TURNS; turn += 1) {
    isSaved = journal.state.operations.get(operationId)?.operation.Status === 'STARTED';
    // A test that stops at this write resumes one turn later.
    await nextTurn();
  }
}
