import type { DurableContext } from '../context/durable-context.js';
import type { ErrorKnowledge } from '../base/errors/error-knowledge.js';
import type { EngineConfig } from './engine-config.js';
import type { FailureListening, OpenSaga } from '../saga/saga-scope.js';
import type { LambdaContext } from '../base/lambda-context.js';
import type { Activity } from './suspension/activity.js';

/** Settings that one handler may override. */
export type HandlerSettings = Pick<EngineConfig, 'errors' | 'maxFailedInvocations'>;

/** An open invocation, for the code that runs its body. */
export interface DurableInvocation {
  readonly arn: string;
  /** The Lambda request id of this invocation. */
  readonly requestId: string;
  readonly input: unknown;
  readonly context: DurableContext;
  readonly lambdaContext: LambdaContext;
  /** Whether the next operation of the handler is recorded already: the code that leads to it has run before. */
  readonly isReplaying: boolean;
  readonly isSettled: boolean;
  /** Resolves when the outcome of the invocation is decided; never rejects. */
  readonly settled: Promise<void>;
  /** Whether any operation is in progress: it runs, or it waits for the service. */
  readonly isUnderWay: boolean;
  /** What operations do, and how many of them wait for the service and are awaited; also the loser of a race is. */
  readonly activity: Pick<Activity, 'changes' | 'blockedCount'>;
  /** Knowledge of errors; a promise while it is being loaded, and absent if none is configured. */
  errorKnowledge(): ErrorKnowledge | undefined | Promise<ErrorKnowledge>;
  /** Replaces the general settings by those of the running handler. */
  configure(settings: HandlerSettings): void;
  /**
   * Runs a hook when the invocation ends, before its response: always, or only if it is suspended. No operation can be
   * called in it. A hook that takes longer than 2 seconds is abandoned, and errors are logged.
   */
  atEnd(hook: () => unknown, when: 'always' | 'suspended'): void;
  readonly failureAround: FailureListening;
  /** Steps and their undos, in the context of the execution itself. */
  openSaga(): OpenSaga;
  /** Proposes that the execution succeeds with a value. The first proposal wins; a failed checkpoint overrides all. */
  proposeSuccess(value: unknown): void;
  /** Proposes a failure; its class decides between FAILED and a throw. */
  proposeFailure(error: unknown): void;
  /** Proposes the failure of the handler, once all sagas whose bodies still run are undone. */
  handlerFailed(error: unknown): void;
  /**
   * Ends the invocation because of a mistake of the deployment that shows only now, such as a handler that the function
   * does not have. No user code may have run: an execution without operations fails with the problem, and for a running
   * one the problem is thrown.
   */
  refuse(problem: Error): Promise<void>;
  /** Resolves when every update so far is saved; never settles when one cannot be. */
  flush(): Promise<void>;
  /**
   * Keeps the invocation from being suspended while code around the body works, for example creating a response from
   * its value. To the engine the body looks idle then, and the loser of a race looks like an awaited operation. It may be
   * suspended while that code awaits an operation that it has called itself.
   *
   * @returns ends it
   */
  holdOpen(): () => void;
  /** Nothing ends before this promise does, whatever code around the body makes: meanwhile a hold has no effect. */
  pauseHoldDuring(running: PromiseLike<unknown>): void;
  /** From now on, operations of code around the handler are told from its own, also if it is never reached. */
  expectHandler(): void;
  /** Runs the handler's own code, so that its operations are told from those of code around it. */
  inHandler<T>(method: () => T): T;
  /** Makes a function, such as a receiver of the handler's stream, run as code of this place, wherever it is called. */
  aroundHandler<V>(receive: (value: V) => void): (value: V) => void;
}
