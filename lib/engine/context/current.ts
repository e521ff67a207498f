import type { DurableInvocation } from '../invocation/durable-invocation.js';
import { currentFrame, type RunningAttempt } from './call-frame.js';
import type { DurableContext } from './durable-context.js';

/** The invocation whose code is running; `undefined` outside any. */
export function currentInvocation(): DurableInvocation | undefined {
  return currentFrame()?.invocation;
}

/** The context whose body is running, also inside children and branches; `undefined` inside a step and outside. */
export function currentDurableContext(): DurableContext | undefined {
  const frame = currentFrame();
  return frame?.attempt === undefined ? frame?.context : undefined;
}

/** Whether a step's body is running, where no durable operation may be called. */
export function isInsideStep(): boolean {
  return currentFrame()?.attempt !== undefined;
}

/** The attempt whose body is running, of a step or of the check of a condition; `undefined` outside any. */
export function currentAttempt(): RunningAttempt | undefined {
  return currentFrame()?.attempt;
}
