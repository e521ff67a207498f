import type { Clock } from './clock/clock.js';
import { ApiFront } from './http/api-front.js';
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
  /** Draws for faults with a `share`. */
  random: () => number;
  log: (message: string) => void;
}

/** The whole service without a transport: what HTTP serves, and what tests call in memory with the same bytes. */
export class ServiceCore {
  readonly parts: ServiceParts;
  readonly faults: Faults;
  readonly calls = new CallLog();
  readonly apis: Apis;
  readonly front: ApiFront;
  readonly #checkpointListeners = new Listeners<[arn: string]>();

  constructor({ parts, random, log }: ServiceCoreOptions) {
    this.parts = parts;
    this.faults = new Faults(random);
    this.apis = {
      invoke: new InvokeApi(parts),
      checkpoint: new CheckpointApi(parts),
      execution: new ExecutionApi(parts),
      control: new ControlApi(parts),
      callback: new CallbackApi(parts),
    };
    this.front = new ApiFront({
      apis: this.apis,
      faults: this.faults,
      calls: this.calls,
      clock: parts.clock,
      onCheckpoint: (arn) => this.#checkpointListeners.tell(arn),
      log,
    });
  }

  get clock(): Clock {
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
