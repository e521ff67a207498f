import { LambdaClient } from '@aws-sdk/client-lambda';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type DurableExecutionHandler, withDurableExecution } from 'nestjs-durable-execution/engine';
import { type LocalService, startLocalService } from 'nestjs-durable-execution/local';
import { openTelemetry } from 'nestjs-durable-execution/otel';
import { setTimeout as delay } from 'node:timers/promises';
import { Bindings } from '../conformance/bindings.js';
import type { CallbackAction } from '../conformance/callback-actions.js';
import { DurableService } from '../conformance/durable-service.js';
import { findHistoryDifference, type HistoryEvent } from '../conformance/match-history.js';
import { findResultDifference } from '../conformance/match-result.js';
import { quietLogger } from '../fixtures/quiet-logger.js';
import { canonicalSpan } from './canonical-span.js';
import { judgeTelemetry, type TelemetryAssertions, type Verdict } from './match-telemetry.js';
import type { OtelRequirement } from './otel-requirement.js';
import { playScenario, playTarget, TARGET_FUNCTION } from './scenarios.js';

const SERVICE_NAME = 'otel-conformance';
const FUNCTION_NAME = 'otel-conformance';
/** Shorter than the wait that is to be interrupted, longer than all others. */
const INTERRUPTED_TIMEOUT_SECONDS = 2;
const TIMEOUT_SECONDS = 60;
const PATIENCE_MS = 60_000;
const POLL_MS = 100;

/** Runs a requirement in real time, in this process, with its own service and provider. */
export async function runOtelRequirement(requirement: OtelRequirement): Promise<Verdict> {
  const run = new OtelRun(requirement);
  try {
    return await run.perform();
  } catch (error) {
    return { problems: [String(error)], superseded: [] };
  } finally {
    await run.close();
  }
}

class OtelRun {
  readonly #requirement: OtelRequirement;
  readonly #bindings: Bindings;
  readonly #exporter = new InMemorySpanExporter();
  readonly #problems: string[] = [];
  readonly #answered = new Set<unknown>();
  #local!: LocalService;
  #client!: LambdaClient;
  #service!: DurableService;

  constructor(requirement: OtelRequirement) {
    this.#requirement = requirement;
    this.#bindings = Bindings.generate(requirement.variables);
  }

  async perform(): Promise<Verdict> {
    await this.#start();
    const { id, input, isAsync, expectedResult } = this.#requirement;
    const call = { executionName: id, input: this.#bindings.substitute(input), isAsync };
    await this.#service.invoke(FUNCTION_NAME, call);
    const arn = (await this.#service.findExecution(FUNCTION_NAME))!;
    await this.#end(arn);
    const history = await this.#service.history(arn);
    this.#checkHistory(history);
    const end =
      expectedResult && findResultDifference(expectedResult, await this.#service.describe(arn), this.#bindings);
    if (end) this.#problems.push(`${end.path}: expected ${String(end.expected)}, found ${String(end.actual)}`);
    return this.#judge(arn);
  }

  async close(): Promise<void> {
    this.#service.close();
    this.#client.destroy();
    await this.#local.close();
  }

  async #start(): Promise<void> {
    const isInterrupted = JSON.stringify(this.#requirement.input).includes('wait-interrupted');
    const executionTimeoutSeconds = isInterrupted ? INTERRUPTED_TIMEOUT_SECONDS : TIMEOUT_SECONDS;
    const durable = { executionTimeoutSeconds, retentionPeriodInDays: 1 };
    this.#local = await startLocalService({
      log: () => undefined,
      functions: {
        [FUNCTION_NAME]: { handler: this.#handlerOf(playScenario), durable },
        [TARGET_FUNCTION]: { handler: this.#handlerOf(playTarget), durable },
      },
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.#client = new LambdaClient({ endpoint: this.#local.endpoint, region: 'us-east-1', credentials });
    this.#service = new DurableService(this.#local.endpoint);
  }

  /** The client is known when the first invocation comes. */
  #handlerOf(program: DurableExecutionHandler) {
    const tracerProvider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': SERVICE_NAME }),
      spanProcessors: [new SimpleSpanProcessor(this.#exporter)],
    });
    const plugins = [openTelemetry({ view: this.#requirement.view, tracerProvider })];
    let handler: ReturnType<typeof withDurableExecution> | undefined;
    return ((event: never, context: never) => {
      handler ??= withDurableExecution(program, { client: this.#client, logger: quietLogger, plugins });
      return handler(event, context);
    }) as (event: never, context: never) => unknown;
  }

  async #end(arn: string): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while ((await this.#service.describe(arn)).Status === 'RUNNING') {
      if (performance.now() > deadlineMs) throw new Error('The execution did not end.');
      await this.#answerCallbacks(arn);
      await delay(POLL_MS);
    }
  }

  async #answerCallbacks(arn: string): Promise<void> {
    for (const { EventType, Id, CallbackStartedDetails } of await this.#service.history(arn)) {
      if (EventType !== 'CallbackStarted' || this.#answered.has(Id)) continue;
      this.#answered.add(Id);
      const { CallbackId } = CallbackStartedDetails as { CallbackId: string };
      // No requirement has two, and one inside waitForCallback is recorded without the name in the action.
      const [stated] = this.#requirement.callbackActions;
      if (!stated) continue;
      const action = this.#bindings.substitute(stated) as CallbackAction;
      await delay(Number(action.Delay ?? 0) * 1000);
      await this.#service.perform(action, CallbackId);
    }
  }

  /** Binds the ids in the assertions about spans; names that only plugins receive are not recorded. */
  #checkHistory(history: HistoryEvent[]): void {
    const expected = this.#requirement.expectedHistory.map(({ Name, ...event }) => {
      const isDerived = typeof Name === 'string' && Name.startsWith('${/');
      return isDerived || Name === undefined ? event : { ...event, Name };
    });
    const event = findHistoryDifference(expected, history, this.#bindings);
    if (event) this.#problems.push(`event ${event.eventId} ${event.path}: ${JSON.stringify(event.actual)}`);
  }

  #judge(arn: string): Verdict {
    this.#bindings.bind('EXECUTION_ARN', arn);
    this.#bindings.bind('SERVICE_NAME', SERVICE_NAME);
    const assertions = bound(this.#requirement.assertions, this.#bindings) as TelemetryAssertions;
    const verdict = judgeTelemetry(assertions, this.#exporter.getFinishedSpans().map(canonicalSpan), arn);
    return { ...verdict, problems: [...this.#problems, ...verdict.problems] };
  }
}

/** Puts in what is bound; a name without a value stays as it is written, and so matches nothing. */
function bound(value: unknown, bindings: Bindings): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (text, name: string) =>
      bindings.has(name) ? String(bindings.get(name)) : text,
    );
  }
  if (Array.isArray(value)) return value.map((item) => bound(item, bindings));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bound(item, bindings)]));
}
