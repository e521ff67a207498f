import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import { memberOf } from '../../wire/thrown.js';
import { UnreadableAnswerError } from '../../wire/unreadable-answer.js';
import type { EngineConfig } from './engine-config.js';
import { UnreadableStateError } from '../base/errors/unreadable-state-error.js';

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

/**
 * A client that comes with an event may also bring settings of the engine, under this key: a test's clock, say, for a
 * handler whose settings are its own. Events from AWS are JSON and bring neither.
 */
export const ENGINE_SETTINGS = Symbol.for('nestjs-durable-execution.engine-settings');

/** The settings with which an invocation runs: the handler's own, as the client that came with the event changes them. */
export function settingsBroughtBy(client: DurableExecutionClient, own: EngineConfig): EngineConfig {
  const { [ENGINE_SETTINGS]: change } = client as { [ENGINE_SETTINGS]?: (own: EngineConfig) => EngineConfig };
  return change ? change(own) : own;
}
