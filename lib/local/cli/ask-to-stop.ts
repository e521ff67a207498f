import { setTimeout as delay } from 'node:timers/promises';
import { isEnd } from '../../wire/execution-end.js';
import type { ErrorObject } from '../../wire/operation.js';
import { listeningIn, type StopRequest, type StopRequestEvent, writeStopRequest } from '../../wire/stop-request.js';
import { CliError } from './cli-error.js';
import { executionLabel } from './execution-label.js';
import { type ServiceClient, ServiceRefusal } from './service-client.js';
import { detailsOf, type TimelineEvent } from './timeline/timeline-event.js';

const POLL_MS = 200;

interface Stop {
  error: ErrorObject;
  /** How long it may take to end by itself. @defaultValue 60 */
  graceSeconds: number | undefined;
}

/**
 * Completes the callback by which an execution is asked to stop, and waits until it ends. An execution without any
 * operation gets the time to start.
 *
 * @throws {CliError} when it listens to no such request
 */
export async function askToStop(client: ServiceClient, arn: string, { error, graceSeconds = 60 }: Stop): Promise<void> {
  let isAsked = false;
  for (let waitedMs = 0; waitedMs < graceSeconds * 1000; waitedMs += POLL_MS) {
    isAsked ||= await ask(client, arn, error);
    if (isAsked && isEnd((await client.execution(arn)).Status)) return;
    await delay(POLL_MS);
  }
}

/** @returns whether nothing is left to ask */
async function ask(client: ServiceClient, arn: string, { ErrorType: type, ErrorMessage: message }: ErrorObject) {
  const listening = listeningIn((await client.history(arn)).map(asStopRequestEvent));
  if (listening === 'nothing') throw new CliError(nothingListens(executionLabel(arn)));
  if (listening === 'not begun') return false;
  if (listening !== 'asked or ended') await complete(client, listening.callbackId, { type, message });
  return true;
}

/** If the callback was completed or the execution has ended since, there is nothing left to ask. */
async function complete(client: ServiceClient, callbackId: string, request: StopRequest): Promise<void> {
  try {
    await client.completeCallback(callbackId, 'succeed', writeStopRequest(request));
  } catch (error) {
    if (!(error instanceof ServiceRefusal) || error.code !== 'CallbackTimeoutException') throw error;
  }
}

function asStopRequestEvent(event: TimelineEvent): StopRequestEvent {
  const { EventType: type, Name: name, SubType: subType, Id: operationId } = event;
  return { type, name, subType, operationId, callbackId: detailsOf(event).CallbackId };
}

const nothingListens = (label: string): string =>
  `${label} listens to no request to stop, so nothing would be undone. Nothing was done: it continues. Give its method ` +
  '@Durable({ stoppable: true }), or stop it without --compensate.';
