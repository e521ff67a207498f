import * as official from '@aws/durable-execution-sdk-js';
import type { DurableContext } from '../../lib/engine/index.js';
import * as engine from '../../lib/engine/index.js';
import type { DurableExecutionInvocationOutput } from '../../lib/wire/envelope.js';
import { quietLogger } from '../fixtures/quiet-logger.js';
import { lambdaContext } from '../fixtures/memory-service.js';
import { StrictService } from '../engine/support/strict-service.js';
import { settledWithin } from '../engine/support/turns.js';

export type Handler = (event: unknown, context: DurableContext) => Promise<unknown>;

/** How an invocation ended, as Lambda sees it. */
export type Ending = DurableExecutionInvocationOutput | { thrown: string } | 'hangs';

export interface Play {
  handler: Handler;
  /** Makes the service misbehave before the invocation. */
  trouble?(service: StrictService): void;
  /** Invocations before the one that is looked at: each runs to its end, and time passes after it. */
  before?: number;
  config?: engine.DurableExecutionConfig;
  /** Milliseconds until Lambda ends the invocation. */
  remainingMs?: number;
  /** Another version of the code, deployed before the invocation that is looked at. */
  redeployed?: Handler;
}

export interface Played {
  ending: Ending;
  service: StrictService;
}

/** Long enough that an invocation which has not ended by then, with nothing left to wait for, never will, in milliseconds. */
const PATIENCE_MS = 400;

/** One invocation under the official SDK and under our engine, each against its own service with the same behaviour. */
export async function sideBySide(play: Play): Promise<{ theirs: Played; ours: Played }> {
  const withOfficial = official.withDurableExecution as unknown as typeof engine.withDurableExecution;
  return { theirs: await run(play, withOfficial), ours: await run(play, engine.withDurableExecution) };
}

async function run(play: Play, withDurableExecution: typeof engine.withDurableExecution): Promise<Played> {
  const service = new StrictService({});
  const makes = (handler: Handler) =>
    withDurableExecution(handler, { durableExecutionClient: service, logger: quietLogger, ...play.config });
  for (let invocation = 0; invocation < (play.before ?? 0); invocation += 1) {
    await makes(play.handler)(service.event(), lambdaContext());
    service.passTime();
  }
  play.trouble?.(service);
  const handler = makes(play.redeployed ?? play.handler);
  const { remainingMs = 60_000 } = play;
  const context = lambdaContext({ getRemainingTimeInMillis: () => remainingMs });
  return { ending: await endingOf(handler(service.event(), context)), service };
}

async function endingOf(running: Promise<DurableExecutionInvocationOutput>): Promise<Ending> {
  const ended = running.catch((error: Error): Ending => ({ thrown: error.name }));
  return (await settledWithin<Ending>(ended, PATIENCE_MS)) ?? 'hangs';
}
