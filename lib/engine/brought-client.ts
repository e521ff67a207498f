import type { DurableExecutionClient } from '../wire/durable-execution-client.js';
import { asRecord } from '../wire/thrown.js';

/** The client that an event brings along: told by its shape, since local runners have their own copy of its class. */
export function broughtClient(event: unknown): DurableExecutionClient | undefined {
  const client = asRecord(event).durableExecutionClient;
  const { checkpoint, getExecutionState } = asRecord(client);
  const isClient = typeof checkpoint === 'function' && typeof getExecutionState === 'function';
  return isClient ? (client as DurableExecutionClient) : undefined;
}
