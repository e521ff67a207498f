import { type AsyncHook, createHook } from 'node:async_hooks';
import { ClientRequest } from 'node:http';
import { currentInvocation } from '../../engine/context/current.js';
import { ambientDurableContext } from '../../nest/pipeline/ambient-durable-context.js';
import { CallStack } from '../run/call-site.js';
import { isKitArming } from '../time/event-loop.js';
import { type Patch, patchMembers } from './patch.js';

/** Plain asynchronous work that orchestration code has begun. */
interface Work {
  /** Such as `A timer`. */
  what: string;
  executionArn: string;
  stack: CallStack;
  isPending(): boolean;
}

export interface CutOffWork {
  what: string;
  /** File, line and column in the user's code. */
  site: string;
}

/** Node's names of what calls back once, and what people call it. Handles that live on, such as sockets in a pool, are none. */
const KINDS: Readonly<Record<string, string>> = {
  Timeout: 'A timer',
  Immediate: 'A timer',
  FSREQCALLBACK: 'Work on a file',
  FSREQPROMISE: 'Work on a file',
  GETADDRINFOREQWRAP: 'A DNS query',
  QUERYWRAP: 'A DNS query',
  TCPCONNECTWRAP: 'A connection',
  PIPECONNECTWRAP: 'A connection',
  PROCESSWRAP: 'A child process',
  PBKDF2REQUEST: 'A computation',
  SCRYPTREQUEST: 'A computation',
  KEYPAIRGENREQUEST: 'A computation',
};

/** A timer as Node makes it: one without a reference keeps nothing waiting. */
interface TimerResource {
  _destroyed?: boolean;
  hasRef?(): boolean;
}

/**
 * Keeps what orchestration code has begun beside its operations and has not ended: timers, files, connections, requests.
 * A suspension freezes the sandbox without waiting for it. Promises are not looked at: most wait for an operation.
 */
export class AsynchronousWork {
  readonly #begun = new Map<unknown, Work>();
  readonly #hook: AsyncHook;
  #requests: Patch | undefined;

  constructor() {
    this.#hook = createHook({
      // eslint-disable-next-line no-restricted-syntax -- as Node calls it
      init: (asyncId, type, _trigger, resource) => {
        const what = KINDS[type];
        if (what === undefined || isKitArming()) return;
        this.#note(asyncId, what, () => isAwaited(resource as TimerResource));
      },
      // Called for every promise as well. Hooks are not switched on and off meanwhile: stores would be lost.
      after: (asyncId) => {
        if (this.#begun.size > 0) this.#begun.delete(asyncId);
      },
    });
  }

  start(): void {
    this.#hook.enable();
    this.#requests = patchMembers(ClientRequest.prototype, { end: (end) => this.#noting(end as ClientRequest['end']) });
  }

  stop(): void {
    this.#hook.disable();
    this.#requests?.restore();
    this.#begun.clear();
  }

  /** Keeps what is pending until a promise settles, where orchestration code has begun it. */
  follow(what: string, promise: Promise<unknown>): void {
    const forget = () => void this.#begun.delete(promise);
    if (this.#note(promise, what, () => true)) promise.then(forget, forget);
  }

  /** An invocation of an execution is over. @returns what it has left undone, and where that was begun */
  invocationEnded(executionArn: string): CutOffWork[] {
    const left: CutOffWork[] = [];
    for (const [key, work] of this.#begun) {
      if (work.executionArn !== executionArn) continue;
      this.#begun.delete(key);
      const site = work.isPending() ? work.stack.initiatorSite : undefined;
      if (site !== undefined) left.push({ what: work.what, site });
    }
    return left;
  }

  #note(key: unknown, what: string, isPending: () => boolean): boolean {
    const context = ambientDurableContext();
    if (!context || currentInvocation()?.isSettled) return false;
    const executionArn = context.executionContext.durableExecutionArn;
    this.#begun.set(key, { what, executionArn, stack: new CallStack(), isPending });
    return true;
  }

  /** A request that is complete is pending until its response is. */
  #noting(end: ClientRequest['end']): ClientRequest['end'] {
    const note = (request: ClientRequest & { res?: { complete?: boolean } }) =>
      this.#note(request, 'An HTTP request', () => !request.destroyed && !request.res?.complete);
    return function (this: ClientRequest, ...args: never[]) {
      note(this);
      return Reflect.apply(end, this, args) as ClientRequest;
    };
  }
}

/** Whether somebody may wait for it: not for a timer that was cleared, or that keeps no process alive. */
function isAwaited(resource: TimerResource): boolean {
  return resource._destroyed !== true && resource.hasRef?.() !== false;
}
