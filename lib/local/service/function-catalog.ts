import type { TargetFunction } from '../core/environment.js';
import type {
  FunctionDefinition,
  FunctionInvocation,
  FunctionResult,
  FunctionRuntime,
} from '../functions/function-runtime.js';

/** Lambda's own maximum (PROTOCOL §8.1). */
const DEFAULT_TIMEOUT_SECONDS = 900;

/** The functions there are, and the way to run them. */
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

  /** Adds a function, or replaces the one of that name; the runtime has to know it too. */
  add(definition: FunctionDefinition): void {
    this.#definitions.set(definition.name, definition);
  }

  find(name: string): TargetFunction | undefined {
    return this.#definitions.get(name);
  }

  async invoke(invocation: Omit<FunctionInvocation, 'timeoutMs'>): Promise<FunctionResult> {
    const definition = this.#definitions.get(invocation.functionName);
    if (!definition) {
      const errorMessage = `Function not found: ${invocation.functionArn}`;
      return { kind: 'failed', errorType: 'ResourceNotFoundException', errorMessage };
    }
    const timeoutMs = (definition.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
    return this.#runtime.invoke({ ...invocation, timeoutMs });
  }

  async close(): Promise<void> {
    await this.#runtime.close();
  }
}
