import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import { DURABLE_API, missingMethodOf } from '../../wire/missing-method.js';
import { memberOf } from '../../wire/thrown.js';
import { UnreadableAnswerError } from '../../wire/unreadable-answer.js';
import type { EngineConfig } from './engine-config.js';
import { UnreadableStateError } from '../base/errors/unreadable-state-error.js';

/**
 * The client in an event. It is recognised by its shape, because local runners have their own copy of its class. A
 * member without any function, as in all JSON, is not a client but data, and is ignored.
 *
 * @throws {UnreadableStateError} for a partial client: the configured client may call another service
 */
export function clientInEvent(event: unknown): DurableExecutionClient | undefined {
  const client = memberOf(event, CLIENT);
  const missing = DURABLE_API.filter((method) => missingMethodOf(client, [method]));
  if (missing.length === 0) return client as DurableExecutionClient;
  if (missing.length === DURABLE_API.length) return undefined;
  throw UnreadableStateError.ofEvent(new UnreadableAnswerError(`The client in the event has no ${missing[0]}().`));
}

/** Whether an event contains a usable client. */
export function hasClient(event: unknown): boolean {
  return missingMethodOf(memberOf(event, CLIENT), DURABLE_API) === undefined;
}

const CLIENT = 'durableExecutionClient';

/**
 * The client in an event may also have settings of the engine, under this key: for example a test's clock, for a
 * handler with its own settings. Events from AWS are JSON and contain neither.
 */
export const ENGINE_SETTINGS = Symbol.for('nestjs-durable-execution.engine-settings');

/** The settings of an invocation: the handler's own, changed by the client in the event. */
export function settingsFromClient(client: DurableExecutionClient, own: EngineConfig): EngineConfig {
  const { [ENGINE_SETTINGS]: change } = client as { [ENGINE_SETTINGS]?: (own: EngineConfig) => EngineConfig };
  return change ? change(own) : own;
}
