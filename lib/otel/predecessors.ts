import type { Link, SpanContext } from '@opentelemetry/api';
import type { InvocationInfo } from '../engine/invocation/plugins/plugin.js';
import type { InvocationTrace } from './invocation-trace.js';

/** The number of executions whose last invocation a sandbox remembers. */
const REMEMBERED = 1000;

/**
 * What came before an invocation. Its predecessor is known if the same sandbox ran it. Otherwise only the operations
 * are known that the service has completed since, whose spans have their own ids.
 */
export class Predecessors {
  readonly #last = new Map<string, SpanContext>();

  linksOf({ updatedOperations }: InvocationInfo, trace: InvocationTrace): Link[] {
    const before = this.#last.get(trace.arn);
    if (before) return [{ context: before }];
    return Object.keys(updatedOperations).map((id) => ({ context: trace.operation(id) }));
  }

  remember(executionArn: string, invocation: SpanContext): void {
    this.#last.delete(executionArn);
    this.#last.set(executionArn, invocation);
    const [oldest] = this.#last.keys();
    if (this.#last.size > REMEMBERED) this.#last.delete(oldest!);
  }

  forget(executionArn: string): void {
    this.#last.delete(executionArn);
  }
}
