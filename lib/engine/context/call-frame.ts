import { nodeModule } from '../../node-module.js';
import { shared } from '../../process-state.js';
import type { StepContext } from '../operations/step-config.js';
import type { ContextScope, InvocationScope } from '../scope.js';
import type { NamedOperation } from './named-operation.js';

const { AsyncLocalStorage } = nodeModule('node:async_hooks');

/** An attempt of a step, or of the check of a condition. */
export interface RunningAttempt {
  readonly operation: NamedOperation;
  /** From 1. */
  readonly number: number;
  /** The context that its body received. */
  context?: StepContext;
}

/** A function of the user that is no part of a body, such as a strategy, a serdes or a hook. */
export interface AskedFunction {
  /** Its name in the configuration. */
  readonly name: string;
  /** The operation that asks it. */
  readonly operation: NamedOperation;
}

/** The running code: a context's body, the body of an attempt inside it, or a function that an operation asks. */
export interface CallFrame {
  readonly invocation: InvocationScope;
  readonly context: ContextScope;
  /** Set in an attempt's body, where no durable operation may be called. */
  readonly attempt?: RunningAttempt;
  /** Set in the handler's own code, unlike code around it, such as an interceptor. */
  readonly isHandler?: true;
  /** Set in such a function: it may call no durable operation either, because a replay does not ask it again. */
  readonly asked?: AskedFunction;
}

/** One for all copies of this package: code of any copy finds the invocation that runs it. */
const frames = shared('frames', () => new AsyncLocalStorage<CallFrame>());

/** Runs a body with its argument so that it, and everything it calls, finds its frame. */
export function runInFrame<G, T>(frame: CallFrame, body: (given: G) => T, given: G): T {
  return frames.run(frame, body, given);
}

/** The frame of the running code; `undefined` in code that no body has called, such as a callback from outside. */
export function currentFrame(): CallFrame | undefined {
  return frames.getStore();
}
