import type { ServiceClock } from './clock/clock.js';
import { addressOf } from './core/callback-id.js';
import { DurableApi } from './http/durable-api.js';
import type { Apis } from './http/api-handlers.js';
import { CallLog } from './http/call-log.js';
import { Faults } from './http/faults.js';
import { eventForm } from './http/wire-form.js';
import type { CheckpointListener, HistoryListener } from './local-service.js';
import { CallbackApi } from './service/callback-api.js';
import { CheckpointApi } from './service/checkpoint-api.js';
import { ControlApi } from './service/control-api.js';
import { ExecutionApi } from './service/execution-api.js';
import { InvokeApi } from './service/invoke-api.js';
import { Listeners } from './service/listeners.js';
import type { ServiceParts } from './service/service-parts.js';

export interface ServiceCoreOptions {
  parts: ServiceParts;
  /** The random source for faults with a `share`. */
  random: () => number;
  /** Whether data is included if a call does not say. */
  includesData: boolean;
  log: (message: string) => void;
}

/** The whole service without a transport: HTTP serves it, and tests call it in memory with the same bytes. */
export class ServiceCore {
  readonly parts: ServiceParts;
  readonly faults: Faults;
  readonly calls = new CallLog();
  readonly apis: Apis;
  readonly log: (message: string) => void;
  readonly durableApi: DurableApi;
  readonly #checkpointListeners = new Listeners<[arn: string]>();

  constructor({ parts, random, includesData, log }: ServiceCoreOptions) {
    this.parts = parts;
    this.log = log;
    this.faults = new Faults({
      random,
      now: () => parts.clock.now(),
      startedAtMs: ({ label }) => startOf(parts, label),
    });
    this.apis = {
      invoke: new InvokeApi(parts),
      checkpoint: new CheckpointApi(parts),
      execution: new ExecutionApi(parts),
      control: new ControlApi(parts),
      callback: new CallbackApi(parts),
      includesData,
    };
    this.durableApi = new DurableApi({
      apis: this.apis,
      faults: this.faults,
      calls: this.calls,
      clock: parts.clock,
      onCheckpoint: (arn) => this.#checkpointListeners.tell(arn),
      log,
    });
  }

  get clock(): ServiceClock {
    return this.parts.clock;
  }

  onCheckpoint(listener: CheckpointListener): () => void {
    return this.#checkpointListeners.add(listener);
  }

  onEvent(listener: HistoryListener): () => void {
    return this.parts.eventListeners.add((arn, event) => listener(arn, eventForm(event, true)));
  }

  killInvocation(durableExecutionArn: string): boolean {
    return this.parts.dispatcher.kill(durableExecutionArn.slice(durableExecutionArn.lastIndexOf('/') + 1));
  }
}

/** When an execution, by its ARN, or a callback, by its id, was started. */
function startOf({ registry }: ServiceParts, label: string): number | undefined {
  if (label.startsWith('arn:')) return registry.findByArn(label)?.start.startedAtMs;
  const address = addressOf(label);
  const operation = address && registry.findLive(address.executionId)?.operations.get(address.operationId)?.operation;
  return operation?.StartTimestamp === undefined ? undefined : Number(operation.StartTimestamp);
}
