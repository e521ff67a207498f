import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceClock } from '../clock/clock.js';
import { ServiceError } from '../core/service-error.js';
import { DataDirectoryError } from '../store/data-directory-error.js';
import type { Apis } from './api-handlers.js';
import { API_HANDLERS } from './api-handlers.js';
import type { CallLog } from './call-log.js';
import type { FaultRule } from './fault.js';
import { faultReply } from './fault.js';
import type { Faults } from './faults.js';
import type { Reply } from './reply.js';
import { replyOfThrown } from './reply.js';
import type { ApiRequest } from './request.js';
import type { Route } from './router.js';
import { ApiName } from './router.js';

export interface DurableApiOptions {
  apis: Apis;
  faults: Faults;
  calls: CallLog;
  clock: ServiceClock;
  /** Called for every accepted checkpoint before the response. */
  onCheckpoint: (arn: string) => Promise<void>;
  /** Receives failures of the service itself. */
  log: (message: string) => void;
}

/** One request of the durable API, independent of its transport. */
export type ApiCallInput = ApiRequest & Route;

/** The durable API behind its transport: injected faults, one handler per operation, a log of the calls. */
export class DurableApi {
  readonly #options: DurableApiOptions;

  constructor(options: DurableApiOptions) {
    this.#options = options;
  }

  /** @returns nothing when the connection must break */
  async answer(call: ApiCallInput): Promise<Reply | undefined> {
    const fault = this.#options.faults.strike(call);
    const reply = await this.#answerUnder(fault, call);
    const errorCode = reply?.headers?.['x-amzn-errortype'];
    const { api, label, body } = call;
    const { calls, clock } = this.#options;
    calls.add({
      api,
      label,
      atMs: clock.now(),
      status: reply?.status ?? 0,
      errorCode,
      bodyBytes: Buffer.byteLength(body),
    });
    return reply;
  }

  /** A thrown error as a response; failures of the service itself are logged. */
  replyOfThrown(thrown: unknown): Reply {
    if (!(thrown instanceof ServiceError)) this.#options.log(`Internal failure: ${detailOf(thrown)}`);
    return replyOfThrown(thrown);
  }

  async #answerUnder(fault: FaultRule | undefined, call: ApiCallInput): Promise<Reply | undefined> {
    if (!fault) return this.#handle(call);
    if (fault.kind === 'dropped') return undefined;
    if (fault.kind === 'delay') await delay(fault.delayMs ?? 1000);
    const refusal = faultReply(fault);
    if (refusal) return refusal;
    const reply = await this.#handle(call);
    if (fault.kind === 'dropped-after') return undefined;
    return fault.kind === 'missing-token' ? withoutToken(reply) : reply;
  }

  async #handle(call: ApiCallInput): Promise<Reply> {
    try {
      const reply = await API_HANDLERS[call.api](this.#options.apis, call);
      if (call.api === ApiName.CHECKPOINT) await this.#options.onCheckpoint(call.label);
      return reply;
    } catch (thrown) {
      return this.replyOfThrown(thrown);
    }
  }
}

function withoutToken(reply: Reply): Reply {
  const { CheckpointToken: _, ...rest } = JSON.parse(reply.body ?? '{}') as Record<string, unknown>;
  return { ...reply, body: JSON.stringify(rest) };
}

/** The stack of a failure of the service itself; for unreadable data the sentence is enough. */
function detailOf(thrown: unknown): string {
  if (thrown instanceof DataDirectoryError) return thrown.message;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
