import { AsyncLocalStorage } from 'node:async_hooks';
import type { Invocation } from '../invocation.js';
import type { LoggingOperation } from '../logging/logging-context.js';
import type { EngineContext } from './engine-context.js';

/** Whose code is running: a context's body, or a step's body inside it. */
export interface CallFrame {
  readonly invocation: Invocation;
  readonly context: EngineContext;
  /** Set in a step's body, where no durable operation may be called: how to name the step in a message. */
  readonly step?: string;
  /** Set with it: the attempt, as log records name it. */
  readonly attempt?: LoggingOperation;
}

const frames = new AsyncLocalStorage<CallFrame>();

/** Runs a body so that it, and whatever it calls, knows where it is. */
export function runInFrame<T>(frame: CallFrame, body: () => T): T {
  return frames.run(frame, body);
}

export function currentFrame(): CallFrame | undefined {
  return frames.getStore();
}
