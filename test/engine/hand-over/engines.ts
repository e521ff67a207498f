import * as officialSdk from '@aws/durable-execution-sdk-js';
import * as ownSdk from '../../../lib/engine/index.js';
import type { DurableContext } from '../../../lib/engine/context/durable-context.js';
import type { DurableExecutionInvocationOutput } from '../../../lib/wire/envelope.js';
import { lambdaContext } from '../../fixtures/memory-service.js';
import { OutsideWorld } from './outside-world.js';

/** What handlers use of an SDK beside the context, in words that both SDKs know. */
export type Sdk = Pick<
  typeof ownSdk,
  | 'withDurableExecution'
  | 'withRetry'
  | 'createWaitStrategy'
  | 'completeBatch'
  | 'continueBatch'
  | 'CompletionOutcome'
  | 'JitterStrategy'
  | 'NestingType'
>;

/** Makes the same handler with either SDK. */
export type HandlerOf = (sdk: Sdk) => (context: DurableContext) => Promise<unknown>;

export const own: Sdk = ownSdk;
export const official = officialSdk as unknown as Sdk;

export interface Course {
  /** Which SDK runs the n-th invocation, from 0. */
  sdkOf(invocation: number): Sdk;
  /** The call of the durable API, from 1, at which the process loses its connection and dies. */
  crashAtCall?: number;
}

export interface Ended {
  output: DurableExecutionInvocationOutput;
  world: OutsideWorld;
}

/** A program of retries within retries takes many. */
const MOST_INVOCATIONS = 300;

/** Runs an execution to its end, each invocation by the SDK whose turn it is. */
export async function run(handlerOf: HandlerOf, { sdkOf, crashAtCall }: Course): Promise<Ended> {
  const world = new OutsideWorld({});
  // Alternately lost with its response, or before the service has received it.
  world.lose = (call) => (call === crashAtCall ? (call % 2 ? 'response' : 'request') : undefined);
  for (let invocation = 0; invocation < MOST_INVOCATIONS; invocation += 1) {
    const output = await invoke(sdkOf(invocation), handlerOf, world);
    if (output !== undefined && output.Status !== 'PENDING') return { output, world };
    world.goOn();
  }
  throw new Error(`still not over after ${MOST_INVOCATIONS} invocations`);
}

/** @returns `undefined` when the invocation ended with an error, as it does when its connection is lost */
async function invoke(sdk: Sdk, handlerOf: HandlerOf, world: OutsideWorld) {
  const handler = handlerOf(sdk);
  const entry = sdk.withDurableExecution((_event, context) => handler(context), {
    durableExecutionClient: world,
    ...(sdk === own && { logger: silent }),
  });
  const callsBefore = world.calls.length;
  try {
    return await entry(world.event(), lambdaContext());
  } catch (error) {
    if (world.calls.length === callsBefore || !String(error).includes('socket hang up')) throw error;
    return undefined;
  }
}

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
