import { randomUUID } from 'node:crypto';
import type { ErrorObject } from '../../wire/operation.js';
import { CliError } from './cli-error.js';
import type { TimelineEvent } from './timeline/timeline-event.js';

/** A function as the service lists it. */
export interface FunctionView {
  name: string;
  durable?: { executionTimeoutSeconds: number };
}

/** An execution as the API describes it; timestamps are epoch seconds. */
export interface ExecutionView {
  DurableExecutionArn: string;
  DurableExecutionName: string;
  FunctionArn: string;
  Status: string;
  StartTimestamp: number;
  EndTimestamp?: number;
  InputPayload?: string;
  Result?: string;
  Error?: ErrorObject;
}

export interface Started {
  /** Absent: the function is not durable, so there is nothing to follow. */
  durableExecutionArn?: string;
}

interface Request {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  body?: string;
}

/** The service refused a request. */
export class ServiceRefusal extends CliError {
  /** Such as `ResourceNotFoundException`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const MAX_PAGE_ITEMS = '1000';

/** The service responds in milliseconds; another program may accept a connection and say nothing. */
const PATIENCE_MS = 30_000;

/** The part of the HTTP API of a running local service that the command line needs. */
export class ServiceClient {
  readonly #endpoint: string;
  readonly #patienceMs: number;

  constructor(endpoint: string, patienceMs = PATIENCE_MS) {
    this.#endpoint = endpoint;
    this.#patienceMs = patienceMs;
  }

  /** The time of the service, in epoch milliseconds. */
  async nowMs(): Promise<number> {
    const { now } = await this.#json<{ now: number }>('/_local/status');
    return now * 1000;
  }

  async functions(): Promise<FunctionView[]> {
    const { functions } = await this.#json<{ functions: FunctionView[] }>('/_local/functions');
    return functions;
  }

  /** Newest first; requests further pages as they are needed. */
  async *executions(
    functionName: string,
    query: Record<string, string | undefined> = {},
  ): AsyncGenerator<ExecutionView> {
    const path = `/2025-12-01/functions/${encodeURIComponent(functionName)}/durable-executions`;
    for (let marker: string | undefined = ''; marker !== undefined;) {
      const page: { DurableExecutions: ExecutionView[]; NextMarker?: string } = await this.#json(path, {
        query: { ...query, Marker: marker || undefined, MaxItems: MAX_PAGE_ITEMS },
      });
      yield* page.DurableExecutions;
      marker = page.NextMarker || undefined;
    }
  }

  execution(arn: string): Promise<ExecutionView> {
    return this.#json(executionPath(arn), { query: { IncludeExecutionData: 'true' } });
  }

  /** Oldest first, to the last page. */
  async history(arn: string): Promise<TimelineEvent[]> {
    const events: TimelineEvent[] = [];
    for (let marker: string | undefined = ''; marker !== undefined;) {
      const page: { Events: TimelineEvent[]; NextMarker?: string } = await this.#json(`${executionPath(arn)}/history`, {
        query: { IncludeExecutionData: 'true', Marker: marker || undefined, MaxItems: MAX_PAGE_ITEMS },
      });
      events.push(...page.Events);
      marker = page.NextMarker || undefined;
    }
    return events;
  }

  /** The events after the one with a number, oldest first; requests only the pages that contain them. */
  async eventsAfter(arn: string, eventId: number): Promise<TimelineEvent[]> {
    const newestFirst: TimelineEvent[] = [];
    for (let marker: string | undefined = ''; marker !== undefined;) {
      const page: { Events: TimelineEvent[]; NextMarker?: string } = await this.#json(`${executionPath(arn)}/history`, {
        query: { IncludeExecutionData: 'true', ReverseOrder: 'true', Marker: marker || undefined, MaxItems: '100' },
      });
      const fresh = page.Events.filter(({ EventId = 0 }) => EventId > eventId);
      newestFirst.push(...fresh);
      marker = fresh.length < page.Events.length ? undefined : page.NextMarker || undefined;
    }
    return newestFirst.reverse();
  }

  /** Starts an execution, or a plain function, without waiting until it ends. */
  async start(functionName: string, options: { payload?: string; executionName?: string }): Promise<Started> {
    const { executionName, payload } = options;
    const response = await this.#call(`/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`, {
      method: 'POST',
      query: { Qualifier: '$LATEST' },
      headers: {
        'x-amz-invocation-type': 'Event',
        ...(executionName !== undefined && { 'x-amz-durable-execution-name': executionName }),
      },
      body: payload,
    });
    const durableExecutionArn = response.headers.get('x-amz-durable-execution-arn');
    return durableExecutionArn === null ? {} : { durableExecutionArn };
  }

  async stop(arn: string, error: ErrorObject): Promise<{ StopTimestamp: number }> {
    return this.#json(`${executionPath(arn)}/stop`, { method: 'POST', body: JSON.stringify(error) });
  }

  async pause(arn: string, request: { Reason?: string; ExecutionTimeoutPaused?: boolean }): Promise<void> {
    const body = JSON.stringify({ ...request, ClientToken: randomUUID() });
    await this.#call(`${executionPath(arn)}/pause`, { method: 'POST', body });
  }

  async resume(arn: string, request: { Reason?: string }): Promise<void> {
    const body = JSON.stringify({ ...request, ClientToken: randomUUID() });
    await this.#call(`${executionPath(arn)}/resume`, { method: 'POST', body });
  }

  async delete(arn: string): Promise<{ DeletionRequestTimestamp: number }> {
    return this.#json(executionPath(arn), { method: 'DELETE' });
  }

  async completeCallback(callbackId: string, outcome: 'succeed' | 'fail' | 'heartbeat', body?: string): Promise<void> {
    const path = `/2025-12-01/durable-execution-callbacks/${encodeURIComponent(callbackId)}/${outcome}`;
    await this.#call(path, { method: 'POST', body });
  }

  async #json<T>(path: string, request: Request = {}): Promise<T> {
    const response = await this.#call(path, request);
    return (await response.json()) as T;
  }

  async #call(path: string, { method = 'GET', query = {}, headers = {}, body }: Request): Promise<Response> {
    const url = new URL(`${this.#endpoint}${path}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const signal = AbortSignal.timeout(this.#patienceMs);
    const response = await fetch(url, { method, headers, body, signal }).catch(() => undefined);
    // Every response of the service has this header; another program may use the port, and respond with success.
    if (!response?.headers.has('x-amzn-requestid')) {
      const who = response ? 'Another program, no local service,' : 'No local service';
      throw new CliError(
        `${who} responds at ${this.#endpoint}; start one with "nestjs-durable dev", or set its port with --port.`,
      );
    }
    if (!response.ok) throw await refusalOf(response);
    return response;
  }
}

function executionPath(arn: string): string {
  return `/2025-12-01/durable-executions/${encodeURIComponent(arn)}`;
}

async function refusalOf(response: Response): Promise<ServiceRefusal> {
  const text = await response.text();
  const code = response.headers.get('x-amzn-errortype') ?? `HTTP ${response.status}`;
  return new ServiceRefusal(code, `The service refuses this: ${messageOf(text) ?? code}`);
}

function messageOf(body: string): string | undefined {
  try {
    const { message, Message } = Object(JSON.parse(body)) as Record<string, unknown>;
    return [message, Message].find((text): text is string => typeof text === 'string');
  } catch {
    return undefined;
  }
}
