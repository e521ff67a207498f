import { type FunctionSpec, type LocalService, startLocalService } from 'nestjs-durable-execution/local';
import { setTimeout as delay } from 'node:timers/promises';
import { Bindings } from './bindings.js';
import { type CallbackAction, CallbackActions } from './callback-actions.js';
import { ConformanceClock } from './conformance-clock.js';
import { DurableService } from './durable-service.js';
import { loadHandler } from './load-handlers.js';
import { findHistoryDifference, type HistoryEvent } from './match-history.js';
import { findLogDifference, readLogRecords } from './match-logs.js';
import { findResultDifference } from './match-result.js';
import type { Difference } from './match-value.js';
import type { Outcome } from './outcome.js';
import type { Requirement } from './requirement.js';
import { TARGET_FUNCTIONS } from './target-functions.js';

export type Time = 'skip' | 'real';

export interface RunOptions {
  time: Time;
  /** Path of the module that serves as every function. */
  functionModule: string;
}

/** Real milliseconds that one requirement may take. */
const PATIENCE_MS = 60_000;
/** Real milliseconds after the end in which the last lines of a function may still arrive. */
const LOG_PATIENCE_MS = 5_000;
const POLL_MS = 20;

/** Lambda allows no more to an execution that is awaited by its caller. */
const SYNCHRONOUS_TIMEOUT_SECONDS = 900;
const ASYNCHRONOUS_TIMEOUT_SECONDS = 86_400;

/** Runs a requirement's handler against its own service and returns the verdict. */
export async function runRequirement(requirement: Requirement, options: RunOptions): Promise<Outcome> {
  const startedMs = performance.now();
  const outcome = (status: Outcome['status'], run?: RequirementRun): Outcome => {
    const durationMs = performance.now() - startedMs;
    return { requirement, status, durationMs, problems: run?.problems ?? [], history: run?.history ?? [] };
  };
  if (!(await loadHandler(requirement.suite, requirement.id))) return outcome('no handler');
  const run = new RequirementRun(requirement, options);
  await run.perform();
  return outcome(run.problems.length === 0 ? 'passed' : 'failed', run);
}

class RequirementRun {
  readonly problems: string[] = [];
  history: HistoryEvent[] = [];

  readonly #requirement: Requirement;
  readonly #options: RunOptions;
  readonly #functionName: string;
  readonly #bindings: Bindings;
  readonly #actions: CallbackActions;
  readonly #clock: ConformanceClock;
  readonly #answeredCallbacks = new Set<unknown>();
  #output = '';
  #service!: DurableService;
  #arn: string | undefined;
  #isOver = false;

  constructor(requirement: Requirement, options: RunOptions) {
    this.#requirement = requirement;
    this.#options = options;
    this.#functionName = `conformance-${requirement.id}`;
    this.#bindings = Bindings.generate(requirement.variables);
    this.#actions = new CallbackActions(requirement.callbackActions, this.#bindings);
    const onInvocationEnd = () => this.#answerOpenCallbacks();
    this.#clock = new ConformanceClock({ isSkipping: options.time === 'skip', onInvocationEnd });
  }

  async perform(): Promise<void> {
    const local = await this.#startService();
    this.#service = new DurableService(local.endpoint);
    try {
      await Promise.all([this.#invoke(), this.#end()]);
      await this.#check(this.#arn as string);
    } catch (error) {
      this.problems.push(String(error));
    } finally {
      this.#isOver = true;
      this.#service.close();
      await local.close();
    }
  }

  #startService(): Promise<LocalService> {
    const { suite, id, isAsync } = this.#requirement;
    const executionTimeoutSeconds = isAsync ? ASYNCHRONOUS_TIMEOUT_SECONDS : SYNCHRONOUS_TIMEOUT_SECONDS;
    const specOf = (handler: string): FunctionSpec => ({
      module: this.#options.functionModule,
      durable: { executionTimeoutSeconds, retentionPeriodInDays: 1 },
      environment: { CONFORMANCE_SUITE: suite, CONFORMANCE_HANDLER: handler },
    });
    const targets = (TARGET_FUNCTIONS[suite] ?? []).map((name) => [name, specOf(name)]);
    return startLocalService({
      clock: this.#clock,
      functions: { [this.#functionName]: specOf(id), ...Object.fromEntries(targets) },
      workers: { log: (line) => this.#take(line) },
    });
  }

  #take({ stream, text }: { stream: 'stdout' | 'stderr'; text: string }): void {
    if (stream === 'stdout') this.#output += `${text}\n`;
  }

  #invoke(): Promise<void> {
    const { id, input, isAsync } = this.#requirement;
    const call = { executionName: `requirement-${id}`, input: this.#bindings.substitute(input), isAsync };
    return this.#service.invoke(this.#functionName, call);
  }

  /** Resolves when the execution has ended, or met all requirements if it need not end. */
  async #end(): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!this.#isOver && performance.now() < deadlineMs) {
      const arn = await this.#findExecution();
      if (arn !== undefined && (await this.#hasEnded(arn))) return;
      await delay(POLL_MS);
    }
    if (!this.#isOver) this.problems.push(`the execution had not ended after ${PATIENCE_MS / 1000} s`);
  }

  async #findExecution(): Promise<string | undefined> {
    this.#arn ??= await this.#service.findExecution(this.#functionName);
    return this.#arn;
  }

  async #hasEnded(arn: string): Promise<boolean> {
    const { Status } = await this.#service.describe(arn);
    if (Status !== 'RUNNING') return true;
    const { expectedResult, expectedHistory } = this.#requirement;
    if (expectedResult) return false;
    return (
      findHistoryDifference(expectedHistory, await this.#service.history(arn), this.#bindings.copy()) === undefined
    );
  }

  /** Every callback that is new gets its actions, each so long after the one before; time waits until that is settled. */
  async #answerOpenCallbacks(): Promise<void> {
    try {
      const arn = this.#isOver ? undefined : await this.#findExecution();
      for (const event of arn === undefined ? [] : await this.#service.history(arn)) {
        if (event.EventType !== 'CallbackStarted' || this.#answeredCallbacks.has(event.Id)) continue;
        this.#answeredCallbacks.add(event.Id);
        void this.#answer(event, this.#actions.take(event.Name as string | undefined));
      }
    } catch (error) {
      this.#report(error);
    }
  }

  async #answer({ CallbackStartedDetails }: HistoryEvent, actions: CallbackAction[]): Promise<void> {
    const { CallbackId } = CallbackStartedDetails as { CallbackId: string };
    try {
      for (const action of this.#bindings.substitute(actions) as CallbackAction[]) {
        await this.#clock.pass(action.Delay ?? 0);
        await this.#clock.during(() => this.#service.perform(action, CallbackId));
      }
    } catch (error) {
      this.#report(error);
    }
  }

  /** What fails because the service is already being closed is no problem of the requirement. */
  #report(error: unknown): void {
    if (!this.#isOver) this.problems.push(String(error));
  }

  async #check(arn: string): Promise<void> {
    const { expectedHistory, expectedResult } = this.#requirement;
    this.history = await this.#service.history(arn);
    const event = findHistoryDifference(expectedHistory, this.history, this.#bindings);
    if (event) this.problems.unshift(`event ${event.eventId} ${sentence(event)}`);
    const end =
      expectedResult && findResultDifference(expectedResult, await this.#service.describe(arn), this.#bindings);
    if (end) this.problems.push(sentence(end));
    const log = await this.#findLogDifference();
    if (log) this.problems.push(log);
  }

  async #findLogDifference(): Promise<string | undefined> {
    const deadlineMs = performance.now() + LOG_PATIENCE_MS;
    for (;;) {
      const records = readLogRecords(this.#output);
      const difference = findLogDifference(this.#requirement.expectedLogs, records, this.#bindings);
      if (difference === undefined || performance.now() > deadlineMs) return difference;
      await delay(POLL_MS);
    }
  }
}

function sentence({ path, expected, actual, reason }: Difference): string {
  const found = actual === undefined ? 'nothing' : JSON.stringify(actual);
  return `${path}: expected ${JSON.stringify(expected)}, found ${found}${reason ? ` (${reason})` : ''}`;
}
