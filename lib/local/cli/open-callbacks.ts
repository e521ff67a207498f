import { CliError } from './cli-error.js';
import { executionLabel } from './execution-label.js';
import { resolveExecution } from './execution-reference.js';
import type { ServiceClient } from './service-client.js';
import type { TimelineEvent } from './timeline/timeline-event.js';
import { toTimeline } from './timeline/timeline-model.js';
import type { OperationSpan } from './timeline/timeline-model.js';

/** A callback that can still be completed. */
export interface OpenCallback {
  callbackId: string;
  /** Its own name, and that of its `waitForCallback`. */
  names: string[];
}

/** The open callbacks of a history, in the order in which they were created. */
export function openCallbacks(events: readonly TimelineEvent[]): OpenCallback[] {
  return toTimeline(events).operations.flatMap((operation) => openIn(operation, undefined));
}

/**
 * Finds the id of an open callback by the execution, and the name of the callback or of its `waitForCallback`.
 *
 * @throws {CliError} when the execution has no such callback open, or more than one
 */
export async function findCallbackId(client: ServiceClient, reference: string, name: string): Promise<string> {
  const { DurableExecutionArn } = await resolveExecution(client, reference);
  const open = openCallbacks(await client.history(DurableExecutionArn));
  const [found, ...others] = open.filter(({ names }) => names.includes(name));
  const label = executionLabel(DurableExecutionArn);
  if (found === undefined) throw new CliError(`${label} has no open callback ${name}; ${whatIsOpen(open)}.`);
  if (others.length === 0) return found.callbackId;
  const ids = [found, ...others].map(({ callbackId }) => callbackId).join(' ');
  throw new CliError(`${label} has ${others.length + 1} open callbacks ${name}; give one by its id: ${ids}`);
}

function openIn(operation: OperationSpan, around: OperationSpan | undefined): OpenCallback[] {
  const { callbackId, endMs, name, children } = operation;
  const waiter = around?.kind === 'WaitForCallback' ? around.name : undefined;
  const names = [name, waiter].filter((each) => each !== undefined);
  const own = callbackId === undefined || endMs !== undefined ? [] : [{ callbackId, names }];
  return [...own, ...children.flatMap((child) => openIn(child, operation))];
}

/** The last name is the one that people know. */
function whatIsOpen(open: readonly OpenCallback[]): string {
  if (open.length === 0) return 'none is open';
  return `open are ${open.map(({ names, callbackId }) => names.at(-1) ?? callbackId).join(', ')}`;
}
