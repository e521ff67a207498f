import { AsyncLocalStorage } from 'node:async_hooks';
import { shared } from '../../process-state.js';
import type { ContextScope, InvocationScope, NamedOperation } from '../scope.js';

/** An attempt of a step, or of the check of a condition. */
export interface RunningAttempt {
  readonly operation: NamedOperation;
  /** From 1. */
  readonly number: number;
}

/** Whose code is running: a context's body, or the body of an attempt inside it. */
export interface CallFrame {
  readonly invocation: InvocationScope;
  readonly context: ContextScope;
  /** Set in an attempt's body, where no durable operation may be called. */
  readonly attempt?: RunningAttempt;
}

interface Ambient {
  readonly frames: AsyncLocalStorage<CallFrame>;
  /**
   * The handler's frame in the first invocation of a process, until it has ended. Up to Node 22, the first frame that is
   * entered makes every promise of the process dearer: more than half the time in which a fresh sandbox replays a long
   * history. While there has been one invocation only, whatever runs in no frame is its handler, so it needs none.
   */
  onlyHandler?: CallFrame | undefined;
  mayBeOnly: boolean;
}

/** One for all copies of this package: code of any copy finds the invocation that runs it. */
const ambient = shared<Ambient>('frames', () => ({ frames: new AsyncLocalStorage(), mayBeOnly: true }));
const { frames } = ambient;

/** From now on every handler runs in a frame: there is other code in this process that must not pass for one. */
export function trackHandlers(): void {
  ambient.mayBeOnly = false;
}

/** Runs the handler of an invocation. */
export function runHandler<T>(frame: CallFrame, body: () => T): T {
  if (!ambient.mayBeOnly) return frames.run(frame, body);
  trackHandlers();
  ambient.onlyHandler = frame;
  return body();
}

/** The handler's invocation has ended: what it left running is nobody's code. */
export function forgetHandler(invocation: InvocationScope): void {
  if (ambient.onlyHandler?.invocation === invocation) ambient.onlyHandler = undefined;
}

/** Runs a body so that it, and whatever it calls, knows where it is. */
export function runInFrame<T>(frame: CallFrame, body: () => T): T {
  return frames.run(frame, body);
}

export function currentFrame(): CallFrame | undefined {
  return frames.getStore() ?? ambient.onlyHandler;
}

/**
 * Whose code is using something of the given context. Code in no frame that uses something of another invocation than the
 * only one's is not its handler: a callback from outside, rather. So is, as far as anybody can tell, what uses the context
 * of a child while it runs: a pool or an emitter calls back in no frame what the child's body has given it.
 */
export function callerOf(context: ContextScope): CallFrame | undefined {
  return frames.getStore() ?? (isOfOnlyHandler(context) ? ambient.onlyHandler : undefined);
}

function isOfOnlyHandler(context: ContextScope): boolean {
  if (ambient.onlyHandler?.context === context) return true;
  return ambient.onlyHandler?.invocation === context.invocation && context.isClosed;
}
