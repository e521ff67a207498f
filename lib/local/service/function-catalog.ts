import type { TargetFunction } from '../core/environment.js';
import type {
  FunctionDefinition,
  FunctionInvocation,
  FunctionResult,
  FunctionRuntime,
  QueuedInvocation,
} from '../functions/function-runtime.js';

/** Lambda's own maximum (docs/protocol.md#quotas). */
const DEFAULT_TIMEOUT_SECONDS = 900;

/** An invocation whose timeout the catalog knows. */
type CatalogInvocation = Omit<FunctionInvocation, 'timeoutMs'>;
type CatalogQueue = Omit<QueuedInvocation, 'begin'> & { begin(): CatalogInvocation | undefined };

/** The functions, and the runtime that runs them. */
export class FunctionCatalog {
  readonly #definitions: Map<string, FunctionDefinition>;
  readonly #runtime: FunctionRuntime;

  constructor(definitions: readonly FunctionDefinition[], runtime: FunctionRuntime) {
    this.#definitions = new Map(definitions.map((definition) => [definition.name, definition]));
    this.#runtime = runtime;
  }

  all(): FunctionDefinition[] {
    return [...this.#definitions.values()];
  }

  /** Adds a function, or replaces the one of that name; the runtime must know it too. */
  add(definition: FunctionDefinition): void {
    this.#definitions.set(definition.name, definition);
  }

  find(name: string): TargetFunction | undefined {
    return this.#definitions.get(name);
  }

  async invoke(invocation: CatalogInvocation): Promise<FunctionResult> {
    if (!this.#definitions.has(invocation.functionName)) return unknown(invocation);
    return this.#runtime.invoke(this.#timed(invocation));
  }

  /** Creates and runs an invocation when its turn has come. @returns nothing when it never started */
  async enqueue(queued: CatalogQueue): Promise<FunctionResult | undefined> {
    const begin = () => {
      const invocation = queued.begin();
      return invocation && this.#timed(invocation);
    };
    if (this.#runtime.enqueue && this.#definitions.has(queued.functionName))
      return this.#runtime.enqueue({ ...queued, begin });
    const invocation = queued.begin();
    return invocation && this.invoke(invocation);
  }

  #timed(invocation: CatalogInvocation): FunctionInvocation {
    const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = this.#definitions.get(invocation.functionName) ?? {};
    return { ...invocation, timeoutMs: timeoutSeconds * 1000 };
  }

  start(): void {
    this.#runtime.start?.();
  }

  async close(): Promise<void> {
    await this.#runtime.close();
  }
}

function unknown({ functionArn }: CatalogInvocation): FunctionResult {
  return {
    kind: 'failed',
    errorType: 'ResourceNotFoundException',
    errorMessage: `Function not found: ${functionArn}`,
  };
}
