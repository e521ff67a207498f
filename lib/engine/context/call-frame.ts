import { AsyncLocalStorage } from 'node:async_hooks';
import type { Invocation } from '../invocation.js';
import type { NamedOperation } from '../operations/operation.js';
import type { EngineContext } from './engine-context.js';

/** An attempt of a step, or of the check of a condition. */
export interface RunningAttempt {
  readonly operation: NamedOperation;
  /** From 1. */
  readonly number: number;
}

/** Whose code is running: a context's body, or the body of an attempt inside it. */
export interface CallFrame {
  readonly invocation: Invocation;
  readonly context: EngineContext;
  /** Set in an attempt's body, where no durable operation may be called. */
  readonly attempt?: RunningAttempt;
}

const frames = new AsyncLocalStorage<CallFrame>();

/** Runs a body so that it, and whatever it calls, knows where it is. */
export function runInFrame<T>(frame: CallFrame, body: () => T): T {
  return frames.run(frame, body);
}

export function currentFrame(): CallFrame | undefined {
  return frames.getStore();
}
