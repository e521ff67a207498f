import { toRuntimeError } from '../../local/functions/bootstrap/runtime-error.js';
import { InProcessFunctions } from '../../local/functions/in-process-functions.js';
import { parseFunctionReference } from '../../local/core/function-name.js';
import type { FunctionInvocation, FunctionResult, FunctionRuntime } from '../../local/functions/function-runtime.js';
import type { InMemoryClient } from './in-memory-client.js';

/** A Lambda handler, created by `createLambdaHandler()` or `withDurableExecution()`. */
export type TestHandler = (event: never, context: never) => unknown;

/** A test's reply to an invoke of a function that it does not run. */
export type MockReply = (input: unknown) => unknown;

/** A failure of an invocation that comes after some others. */
export interface PlannedFailure {
  after: number;
  error: unknown;
}

/** Runs the functions of a test in this process, each invocation with its own client. */
export class TestFunctions implements FunctionRuntime {
  readonly #handlers = new Map<string, TestHandler>();
  readonly #mocks = new Map<string, MockReply>();
  readonly #planned = new Map<string, PlannedFailure>();
  readonly #openClient: () => InMemoryClient;
  readonly #timeOuts = new Map<string, () => void>();

  /** @param invocationEnded - called for each invocation of an execution, as soon as it has ended */
  constructor(
    openClient: () => InMemoryClient,
    private readonly invocationEnded: (arn: string, result: FunctionResult) => void,
  ) {
    this.#openClient = openClient;
  }

  run(name: string, handler: TestHandler): void {
    this.#handlers.set(name, handler);
  }

  /**
   * @param reference - a name or an ARN; every call of the function gets the reply, whatever alias or version it names
   */
  mock(reference: string, reply: MockReply): string {
    const { name } = parseFunctionReference(reference);
    if (this.#handlers.has(name))
      throw new TypeError(`mockInvoke() cannot reply for "${name}": it is the name of the function under test.`);
    this.#mocks.set(name, reply);
    return name;
  }

  isMocked(reference: string): boolean {
    return this.#mocks.has(parseFunctionReference(reference).name);
  }

  /** Lets one of the next invocations of a mocked function fail. */
  plan(reference: string, failure: PlannedFailure): void {
    this.#planned.set(parseFunctionReference(reference).name, { ...failure });
  }

  async invoke(request: FunctionInvocation): Promise<FunctionResult> {
    const { functionName, durableExecutionArn: arn } = request;
    const mock = this.#mocks.get(functionName);
    if (mock) return answerOf(this.#plannedReply(functionName) ?? mock, request);
    const handler = this.#handlers.get(functionName);
    if (!handler) {
      const errorMessage = `Function not found: ${functionName}`;
      return { kind: 'failed', errorType: 'ResourceNotFoundException', errorMessage };
    }
    const client = this.#openClient();
    const isOver = new AbortController();
    if (arn) this.#timeOuts.set(arn, () => isOver.abort());
    request.signal?.addEventListener('abort', () => client.cut());
    const running = new InProcessFunctions({
      [functionName]: (event, context) => handler(bring(event, client), context),
    });
    const signal = AbortSignal.any([isOver.signal, ...(request.signal ? [request.signal] : [])]);
    const result = await Promise.race([timedOut(isOver.signal, request), running.invoke({ ...request, signal })]);
    client.cut();
    if (arn) this.invocationEnded(arn, result);
    return result;
  }

  #plannedReply(name: string): MockReply | undefined {
    const planned = this.#planned.get(name);
    if (!planned) return undefined;
    planned.after -= 1;
    if (planned.after >= 0) return undefined;
    this.#planned.delete(name);
    return () => {
      throw planned.error;
    };
  }

  /** Ends the running invocation of an execution as Lambda does when its time is up. @returns whether there was one */
  timeOut(arn: string): boolean {
    const end = this.#timeOuts.get(arn);
    this.#timeOuts.delete(arn);
    end?.();
    return end !== undefined;
  }

  async close(): Promise<void> {
    // Handlers end by themselves; each invocation was ended by its signal.
  }
}

/** The event contains the client, as with local runners. It is not part of what the handler can print or store. */
function bring(event: object, client: InMemoryClient): never {
  return Object.defineProperty(event, 'durableExecutionClient', { value: client, enumerable: false }) as never;
}

function timedOut(signal: AbortSignal, { requestId, timeoutMs }: FunctionInvocation): Promise<FunctionResult> {
  const seconds = (timeoutMs / 1000).toFixed(2);
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve({ kind: 'failed', errorType: 'Sandbox.Timedout', errorMessage })),
  );
}

async function answerOf(mock: MockReply, { payload }: FunctionInvocation): Promise<FunctionResult> {
  try {
    return { kind: 'returned', payload: JSON.stringify(await mock(JSON.parse(payload))) ?? 'null' };
  } catch (error) {
    const { errorType, errorMessage } = toRuntimeError(error);
    return { kind: 'failed', errorType, errorMessage };
  }
}
