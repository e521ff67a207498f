import * as official from '@aws/durable-execution-sdk-js';
import * as engine from '../../../lib/engine/index.js';
import type { DurableExecutionInvocationInput, DurableExecutionInvocationOutput } from '../../../lib/wire/envelope.js';
import { StrictService } from '../../engine/support/strict-service.js';
import { lambdaContext } from '../../fixtures/memory-service.js';
import { quietLogger } from '../../fixtures/quiet-logger.js';
import type { Sdk } from '../../official-runner/scenarios.js';
import { type HookCall, HookStream, ownStrandsOf, strandsOf } from './hook-stream.js';
import { type HookScenario, hookScenarios } from './hook-scenarios.js';

type Answer = DurableExecutionInvocationOutput;

/** Plays an execution invocation by invocation; time passes, and the world acts, only between two of them. */
async function streamOf(scenario: HookScenario, sdk: Sdk): Promise<HookCall[]> {
  const stream = new HookStream();
  const service = new StrictService(scenario.input);
  const handler = sdk.withDurableExecution(scenario.handler(sdk) as never, {
    durableExecutionClient: service,
    plugins: [stream.plugin],
    pluginsConfig: scenario.pluginsConfig,
    ...(sdk === engine && { logger: quietLogger }),
  }) as unknown as (event: DurableExecutionInvocationInput, context: engine.LambdaContext) => Promise<Answer>;
  for (let invocation = 1; invocation <= 20; invocation += 1) {
    const answer = await handler(service.event(), lambdaContext());
    if (answer.Status !== 'PENDING') return stream.calls;
    if (scenario.between) scenario.between(service, invocation);
    else service.passTime();
  }
  throw new Error('still pending after 20 invocations');
}

/** What our engine tells beside what the official one does; `endTimestamp` of attempts AWS's requirement 10-21 asks for. */
const TOLD_BESIDE: Readonly<Record<string, readonly string[]>> = {
  onOperationAttemptEnd: ['startTimestamp', 'endTimestamp'],
  onInvocationEnd: ['isFirstInvocation'],
};

/** It also tells the times of contexts, and when a step starts. */
function hasOwnTimes({ hook, info: { type } }: HookCall): boolean {
  return type === 'CONTEXT' || (type === 'STEP' && hook === 'onOperationStart');
}

/** The official SDK tells nothing of a body that runs again for its result, nor that a virtual context had ended before. */
function ofBoth({ hook, info: { isReplayingChildren, ...info } }: HookCall): HookCall[] {
  const isRebuilding = hook.startsWith('wrapChildContextFn') && isReplayingChildren === true && info.isReplay === true;
  return isRebuilding ? [] : [{ hook, info }];
}

/** Nor does our engine tell, after the last invocation has ended, how what was left behind fails for want of a record. */
function upToTheEnd(calls: readonly HookCall[]): HookCall[] {
  return calls.slice(0, calls.findLastIndex(({ hook }) => hook === 'wrapInvocation ended') + 1);
}

function compared(call: HookCall): HookCall {
  const { hook, info } = call;
  const beside = hasOwnTimes(call) ? ['startTimestamp', 'endTimestamp'] : (TOLD_BESIDE[hook] ?? []);
  return { hook, info: Object.fromEntries(Object.entries(info).filter(([key]) => !beside.includes(key))) };
}

describe('Hooks are told as by the official SDK', () => {
  it.each(hookScenarios.map((scenario) => [scenario.name, scenario] as const))('of %s', async (_name, scenario) => {
    const ours = await streamOf(scenario, engine);
    const theirs = await streamOf(scenario, official as unknown as Sdk);

    const [told, expected] = [ours, theirs].map((calls) => upToTheEnd(calls).flatMap(ofBoth).map(compared)) as [
      HookCall[],
      HookCall[],
    ];
    if (scenario.endsBesideAwaited) expect(ownStrandsOf(told)).toEqual(ownStrandsOf(expected));
    else if (scenario.isConcurrent) expect(strandsOf(told)).toEqual(strandsOf(expected));
    else expect(told).toEqual(expected);
  });
});
