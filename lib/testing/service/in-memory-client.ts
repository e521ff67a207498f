import { readAnswer } from '../../client/lean/service-answer.js';
import { ENGINE_SETTINGS } from '../../engine/invocation/client-in-event.js';
import type { EngineConfig } from '../../engine/invocation/engine-config.js';
import type { DurableApi } from '../../local/http/durable-api.js';
import { routeOf } from '../../local/http/router.js';
import { classifyApiError, isWorthRepeating } from '../../wire/classify-api-error.js';
import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  DurableExecutionClient,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
} from '../../wire/durable-execution-client.js';
import { asRecord } from '../../wire/thrown.js';
import type { WriteGate } from './write-gate.js';

/** A request in the form of an HTTP request. */
export interface InMemoryRequest {
  method: string;
  /** Without the query, percent-encoded. */
  path: string;
  query?: URLSearchParams;
  headers?: Record<string, string>;
  body?: string;
}

export interface InMemoryResponse {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface InMemoryClientOptions {
  send: (request: InMemoryRequest) => Promise<InMemoryResponse>;
  gate: WriteGate;
  settings: (own: EngineConfig) => EngineConfig;
}

/** The attempts of one call, the first included: as many as the AWS client makes. */
const MAX_ATTEMPTS = 3;

/** Sends a request to the service's API in this process, in the bytes that HTTP would carry. */
export async function sendInMemory(durableApi: DurableApi, request: InMemoryRequest): Promise<InMemoryResponse> {
  const route = routeOf(request.method, request.path);
  if (!route) throw new Error(`The local service has no ${request.method} ${request.path}.`);
  const reply = await durableApi.answer({
    ...route,
    query: request.query ?? new URLSearchParams(),
    headers: request.headers ?? {},
    body: request.body ?? '',
  });
  if (!reply) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  return { status: reply.status, headers: { ...reply.headers }, text: reply.body ?? '' };
}

/**
 * The durable API for one invocation. When the invocation is killed, its client is disconnected: no further requests
 * are sent and no responses arrive. So code of a killed invocation stops at its next operation.
 */
export class InMemoryClient implements DurableExecutionClient {
  readonly #send: InMemoryClientOptions['send'];
  readonly #gate: WriteGate;
  /** Settings of the engine under test, which the invocation reads from its client. */
  readonly [ENGINE_SETTINGS]: (own: EngineConfig) => EngineConfig;
  #isCut = false;

  constructor({ send, gate, settings }: InMemoryClientOptions) {
    this.#send = send;
    this.#gate = gate;
    this[ENGINE_SETTINGS] = settings;
  }

  cut(): void {
    this.#isCut = true;
  }

  async checkpoint(request: CheckpointDurableExecutionRequest): Promise<CheckpointDurableExecutionResponse> {
    const { DurableExecutionArn: arn = '', ...members } = request;
    const write = { arn, updates: members.Updates ?? [] };
    await this.#gate.before(write);
    const answer = await this.#call({
      method: 'POST',
      path: `${pathOf(arn)}/checkpoint`,
      body: JSON.stringify(members),
    });
    await this.#gate.after(write);
    return this.#unlessCut(answer);
  }

  async getExecutionState(request: GetDurableExecutionStateRequest): Promise<GetDurableExecutionStateResponse> {
    const { DurableExecutionArn: arn = '', ...members } = request;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(members)) if (value !== undefined) query.set(name, String(value));
    return this.#unlessCut(await this.#call({ method: 'GET', path: `${pathOf(arn)}/state`, query }));
  }

  async #call(request: InMemoryRequest): Promise<object> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#isCut) return neverAnswered();
      try {
        return withoutNulls(readAnswer(await this.#send(request)));
      } catch (error) {
        if (this.#isCut) return neverAnswered();
        if (attempt === MAX_ATTEMPTS || !isWorthRepeating(classifyApiError(error))) throw error;
      }
    }
  }

  #unlessCut<T>(answer: object): T | Promise<T> {
    return this.#isCut ? neverAnswered<T>() : (answer as T);
  }
}

function pathOf(arn: string): string {
  return `/2025-12-01/durable-executions/${encodeURIComponent(arn)}`;
}

/** The service may write `null` for an absent member. */
function withoutNulls(answer: unknown): object {
  return Object.fromEntries(Object.entries(asRecord(answer)).filter(([, value]) => value !== null));
}

function neverAnswered<T>(): Promise<T> {
  return new Promise(() => undefined);
}
