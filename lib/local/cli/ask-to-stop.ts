import { setTimeout as delay } from 'node:timers/promises';
import { isEnd } from '../../wire/execution-end.js';
import type { ErrorObject } from '../../wire/operation.js';
import { STOP_REQUEST, writeStopRequest } from '../../wire/stop-request.js';
import { CliError } from './cli-error.js';
import { executionLabel } from './execution-label.js';
import type { ServiceClient } from './service-client.js';
import { detailsOf } from './timeline/timeline-event.js';

const POLL_MS = 200;

interface Stop {
  error: ErrorObject;
  /** How long it may take to end by itself. @defaultValue 60 */
  graceSeconds: number | undefined;
}

/**
 * Completes the callback by which an execution is asked to stop, and waits until it ends.
 *
 * @throws {CliError} when it listens to no such request
 */
export async function askToStop(client: ServiceClient, arn: string, { error, graceSeconds = 60 }: Stop): Promise<void> {
  const events = (await client.history(arn)).filter(({ Name, SubType }) => {
    return Name === STOP_REQUEST.Name && SubType === STOP_REQUEST.SubType;
  });
  const callbackId = events.map((event) => detailsOf(event).CallbackId).find((id) => id !== undefined);
  if (callbackId === undefined) throw new CliError(nothingListens(executionLabel(arn)));
  if (events.length === 1) {
    const { ErrorType: type, ErrorMessage: message } = error;
    await client.completeCallback(callbackId, 'succeed', writeStopRequest({ type, message }));
  }
  for (let waitedMs = 0; waitedMs < graceSeconds * 1000; waitedMs += POLL_MS) {
    if (isEnd((await client.execution(arn)).Status)) return;
    await delay(POLL_MS);
  }
}

const nothingListens = (label: string): string =>
  `${label} listens to no request to stop, so nothing would be undone. Nothing was done: it continues. Give its method ` +
  '@Durable({ stoppable: true }), or stop it without --compensate.';
