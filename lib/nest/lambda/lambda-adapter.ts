import type { INestApplicationContext } from '@nestjs/common';
import type { LambdaContext } from '../../engine/lambda-context.js';
import { isDurableEnvelope } from '../../wire/envelope.js';
import { CheckpointService } from '../checkpoint.service.js';
import { type ChosenHandler, DurableRegistry } from '../discovery/durable.registry.js';
import { unsupportedEvent } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { originOf } from '../events/lambda-event-source.js';
import { LambdaEventRegistry } from '../events/lambda-event.registry.js';
import { type ApplicationHost, find } from './application-host.js';
import { DurableRunner } from './durable-runner.js';
import { answer } from './http-bridge.js';
import { httpEventSource } from './http-event.js';
import { loadServerlessExpress } from './serverless-express.js';

/** Takes every event of the function to where it belongs. */
export class LambdaAdapter {
  readonly #durable: DurableRunner;

  constructor(
    private readonly host: ApplicationHost,
    chosen: ChosenHandler,
  ) {
    this.#durable = new DurableRunner(host, chosen);
  }

  /** Boots for events of one kind, and loads what they will surely need. */
  async preload(kind: PreloadedKind): Promise<void> {
    if (kind === 'direct') return this.host.withContext((app) => this.#preloadDurable(app));
    await this.host.withHttp((app) => Promise.all([this.#preloadDurable(app), loadServerlessExpress()]));
  }

  async handle(event: unknown, lambdaContext: LambdaContext): Promise<unknown> {
    if (isDurableEnvelope(event)) return this.#durable.run(event, lambdaContext);
    const source = httpEventSource(event);
    if (source) return this.host.withHttp((app) => answer(app, { event, source, lambdaContext }));
    const origin = originOf(event);
    if (!origin) throw new DurableConfigurationError(unsupportedEvent());
    return this.host.withContext(async (app) => find(app, LambdaEventRegistry).handle(event, lambdaContext, origin));
  }

  /** The engine and the AWS client are surely needed where something is durable. */
  async #preloadDurable(app: INestApplicationContext): Promise<void> {
    if (find(app, DurableRegistry).names.length === 0) return;
    await Promise.all([this.#durable.preload(), find(app, CheckpointService).preload?.()]);
  }
}

/** What the first event will be. */
export type PreloadedKind = 'direct' | 'http';

/** Fails the boot of an application that could not run the chosen handler. */
export function verifyChosen(app: INestApplicationContext, chosen: ChosenHandler): void {
  const registry = find(app, DurableRegistry);
  if (chosen.name !== undefined) registry.select(chosen);
}
