import type { DurableExecutionClient } from '../wire/durable-execution-client.js';
import { memberOf } from '../wire/thrown.js';
import { UnreadableAnswerError } from '../wire/unreadable-answer.js';
import { UnreadableStateError } from './errors/unreadable-state-error.js';

/**
 * The client that an event brings along: told by its shape, since local runners have their own copy of its class. What
 * holds no function at all, as anything that arrives as JSON, is no client but data, and counts for nothing.
 *
 * @throws {UnreadableStateError} for half a client: the one that is configured may speak to another service
 */
export function broughtClient(event: unknown): DurableExecutionClient | undefined {
  const client = memberOf(event, 'durableExecutionClient');
  const [checkpoint, getExecutionState] = [isCallable(client, 'checkpoint'), isCallable(client, 'getExecutionState')];
  if (checkpoint && getExecutionState) return client as DurableExecutionClient;
  if (!checkpoint && !getExecutionState) return undefined;
  const missing = checkpoint ? 'getExecutionState' : 'checkpoint';
  throw UnreadableStateError.ofEvent(
    new UnreadableAnswerError(`The client that the event brings has no ${missing}().`),
  );
}

/** Whether an event brings a client that can be called. */
export function bringsClient(event: unknown): boolean {
  const client = memberOf(event, 'durableExecutionClient');
  return isCallable(client, 'checkpoint') && isCallable(client, 'getExecutionState');
}

function isCallable(client: unknown, method: string): boolean {
  return typeof memberOf(client, method) === 'function';
}
