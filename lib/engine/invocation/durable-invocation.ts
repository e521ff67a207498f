import type { DurableContext } from '../context/durable-context.js';
import type { ErrorKnowledge } from '../base/errors/error-knowledge.js';
import type { EngineConfig } from './engine-config.js';
import type { OpenSaga } from '../saga/saga-scope.js';
import type { LambdaContext } from '../base/lambda-context.js';

/** What may be otherwise for one handler than for others. */
export type HandlerSettings = Pick<EngineConfig, 'errors' | 'maxFailedInvocations'>;

/** An open invocation, as whoever runs its body sees it. */
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
  /** Resolves when it is decided how the invocation ends; never rejects. */
  readonly settled: Promise<void>;
  /** What is known of errors; on its way, where it is not loaded yet, and absent where nothing is configured. */
  errorKnowledge(): ErrorKnowledge | undefined | Promise<ErrorKnowledge>;
  /** Puts what holds for the handler that runs in place of what is configured for all. */
  configure(settings: HandlerSettings): void;
  /**
   * Has something run when the invocation ends, before it answers: whenever that is, or only if it is suspended. No operation
   * can be called there. What takes longer than 2 seconds is left behind, and what throws is logged.
   */
  atEnd(hook: () => unknown, when: 'always' | 'suspended'): void;
  /** Steps and what undoes them, in the context of the execution itself. */
  openSaga(): OpenSaga;
  /** Proposes that the execution succeeds with a value. The first proposal wins; a failed checkpoint beats any. */
  proposeSuccess(value: unknown): void;
  /** Proposes a failure; its class decides between FAILED and a throw. */
  proposeFailure(error: unknown): void;
  /**
   * Ends the invocation for a mistake of the deployment that shows only now, such as a handler that the function does not
   * have. No user code may have run: an execution without operations fails with the problem, one under way is thrown.
   */
  refuse(problem: Error): Promise<void>;
  /** Resolves when every update so far is saved; never settles when one cannot be. */
  flush(): Promise<void>;
  /**
   * Keeps the invocation from being suspended while something around the body works, such as making an answer of what it
   * returned: to the engine the body looks idle then, and the loser of a race looks like what it waits for.
   *
   * @returns ends it
   */
  holdOpen(): () => void;
}
