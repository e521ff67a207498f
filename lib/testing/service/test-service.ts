import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import { written } from '../../client/written.js';
import type { FunctionDefinition, FunctionResult } from '../../local/functions/function-runtime.js';
import { openServiceCore } from '../../local/open-service-core.js';
import type { ServiceCore } from '../../local/service-core.js';
import type { ExecutionState } from '../../local/core/execution-state.js';
import { EXECUTION_NAME } from '../../local/core/shapes.js';
import { validateShape } from '../../local/core/validate-shape.js';
import { callbackText } from '../../wire/callback-value.js';
import type { ErrorObject } from '../../wire/operation.js';
import { determinismGuard } from '../determinism/determinism-guard.js';
import { VirtualClock, type VirtualClockOptions } from '../time/virtual-clock.js';
import { InMemoryClient } from './in-memory-client.js';
import { type MockReply, type PlannedFailure, TestFunctions, type TestHandler } from './test-functions.js';
import { inMemory, overHttp, type Transport } from './transport.js';
import type { WriteGate } from './write-gate.js';

/** Seconds of a year: an execution of a test does not time out unless the test sets a timeout. */
const EXECUTION_TIMEOUT_SECONDS = 31_536_000;
const REGION = 'us-east-1';
/** The test itself causes crashes: the service never gives up because of them, and invokes again immediately. */
const RETRY_POLICY = { maxAttempts: 10_000, immediateAttempts: 10_000 };

export interface TestServiceOptions extends VirtualClockOptions {
  /** Seconds after which an execution is timed out. @defaultValue one year */
  executionTimeoutSeconds?: number;
  /** @defaultValue `memory` */
  over?: 'memory' | 'http';
  /** Changes the settings with which the engine runs. */
  engineSettings: (own: EngineConfig) => EngineConfig;
}

/** Whether an invocation has ended and its execution continues later. */
function isPending(result: FunctionResult): boolean {
  return result.kind === 'returned' && result.payload.startsWith('{"Status":"PENDING"');
}

/** The local service of one test: in this process, in memory, in virtual time, without a port. */
export class TestService {
  readonly clock: VirtualClock;
  readonly core: ServiceCore;
  readonly transport: Transport;
  /** Executions that have not ended never will. */
  isClosed = false;
  readonly #functions: TestFunctions;
  readonly #executionTimeoutSeconds: number;
  readonly #engineSettings: TestServiceOptions['engineSettings'];
  readonly #kills = new Map<string, number>();
  #gate: WriteGate | undefined;

  private constructor(
    options: TestServiceOptions,
    parts: { core: ServiceCore; functions: TestFunctions; clock: VirtualClock; transport: Transport },
  ) {
    this.#executionTimeoutSeconds = options.executionTimeoutSeconds ?? EXECUTION_TIMEOUT_SECONDS;
    this.#engineSettings = options.engineSettings;
    this.core = parts.core;
    this.transport = parts.transport;
    this.clock = parts.clock;
    this.#functions = parts.functions;
  }

  static async open(options: TestServiceOptions): Promise<TestService> {
    const clock = new VirtualClock(options);
    const functions = new TestFunctions(
      () => service.#openClient(),
      (arn, result) => determinismGuard.invocationEnded(arn, isPending(result)),
    );
    const core = await openServiceCore(
      { functions: [], runtime: functions, clock, region: REGION, retryPolicy: RETRY_POLICY },
      () => '',
    );
    const transport = await (options.over === 'http' ? overHttp(core) : inMemory(core));
    const service: TestService = new TestService(options, { core, functions, clock, transport });
    return service;
  }

  /** Runs a durable function under a name. */
  run(name: string, handler: TestHandler): void {
    this.#functions.run(name, handler);
    this.#define({ name, durable: { executionTimeoutSeconds: this.#executionTimeoutSeconds } });
  }

  /** Replies for a function that the test does not run. */
  mock(reference: string, reply: MockReply): void {
    this.#define({ name: this.#functions.mock(reference, reply) });
  }

  /** How often an invocation of an execution was killed: code that waited meanwhile may belong to one of those. */
  killsOf(arn: string): number {
    return this.#kills.get(arn) ?? 0;
  }

  isMocked(reference: string): boolean {
    return reference !== '' && this.#functions.isMocked(reference);
  }

  /** Lets one of the next invocations of a mocked function fail. */
  failInvocation(reference: string, failure: PlannedFailure): void {
    this.#functions.plan(reference, failure);
  }

  /** Starts an execution. @param payload JSON text @returns its ARN */
  async start(functionName: string, payload: string, executionName?: string): Promise<string> {
    this.assertOpen();
    if (executionName !== undefined) validateShape(executionName, EXECUTION_NAME, 'executionName');
    const { executionArn } = await this.core.apis.invoke.invoke({
      functionName,
      qualifier: '$LATEST',
      invocationType: 'Event',
      payload,
      executionName,
    });
    return executionArn!;
  }

  /** @throws {Error} when the test is closed: what starts now would never run, and its test would wait for ever */
  assertOpen(): void {
    if (!this.isClosed) return;
    throw new Error('The test is closed, so nothing runs in it: create it in beforeEach() if afterEach() closes it.');
  }

  /** Completes a callback, as `DurableClient.succeedCallback()` does. */
  async succeedCallback(callbackId: string, value: unknown): Promise<void> {
    const text = await written('SendDurableExecutionCallbackSuccess', 'The result', () => callbackText(value));
    return this.core.apis.callback.succeed(callbackId, text);
  }

  failCallback(callbackId: string, error: ErrorObject): Promise<void> {
    return this.core.apis.callback.fail(callbackId, error);
  }

  /** The service's state of an execution that has not been released yet. */
  stateOf(arn: string): ExecutionState | undefined {
    return this.core.parts.registry.findLiveByArn(arn);
  }

  /** Every checkpoint passes this gate, as a request and as a response. */
  guardWrites(gate: WriteGate): void {
    this.#gate = gate;
  }

  /** Kills the running invocation of an execution. @returns whether there was one */
  kill(arn: string): boolean {
    this.#kills.set(arn, this.killsOf(arn) + 1);
    return this.core.killInvocation(arn);
  }

  /** Ends the running invocation of an execution as Lambda's time-out does. @returns whether there was one */
  timeOut(arn: string): boolean {
    return this.#functions.timeOut(arn);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.transport.close();
  }

  #define(definition: FunctionDefinition): void {
    this.core.parts.functions.add(definition);
  }

  #openClient(): InMemoryClient {
    return new InMemoryClient({
      send: (request) => this.transport.send(request),
      gate: {
        before: (write) => this.#gate?.before(write),
        after: (write) => this.#gate?.after(write),
      },
      settings: this.#engineSettings,
    });
  }
}
