import { type AsyncHook, createHook } from 'node:async_hooks';
import type { ClientRequest } from 'node:http';
import { currentInvocation } from '../../engine/context/current.js';
import { CallStack } from '../run/call-site.js';
import { isKitArming } from '../time/event-loop.js';
import { nodeModule } from '../../node-module.js';
import { orchestrationContext } from './orchestration.js';
import { type Patch, patchMembers } from './patch.js';

const http = nodeModule('node:http');

/** Plain asynchronous work that orchestration code has started. */
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

/**
 * Node's names of resources that call back once, with their names in messages. Handles that live on, such as sockets in
 * a pool, are not included.
 */
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

/** A timer of Node: an unreferenced timer does not keep the process waiting. */
interface TimerResource {
  _destroyed?: boolean;
  hasRef?(): boolean;
}

/**
 * Tracks the work that orchestration code has started outside operations and that is pending: timers, files,
 * connections, requests. A suspension freezes the sandbox without waiting for it. Promises are not tracked: most wait
 * for an operation.
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
        this.#note(asyncId, what, () => isAwaited(resource));
      },
      // Called for every promise as well. Hooks are not disabled and enabled meanwhile: stores would be lost.
      after: (asyncId) => {
        if (this.#begun.size > 0) this.#begun.delete(asyncId);
      },
    });
  }

  start(): void {
    this.#hook.enable();
    this.#requests = patchMembers(http.ClientRequest.prototype, {
      end: (end) => this.#noting(end as ClientRequest['end']),
    });
  }

  stop(): void {
    this.#hook.disable();
    this.#requests?.restore();
    this.#begun.clear();
  }

  /** Tracks a promise until it settles, if orchestration code has started it. */
  follow(what: string, promise: Promise<unknown>): void {
    const forget = () => void this.#begun.delete(promise);
    if (this.#note(promise, what, () => true)) promise.then(forget, forget);
  }

  /** The invocation of an execution has ended. @returns its pending work, and where that was started */
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
    const context = orchestrationContext();
    if (!context || currentInvocation()?.isSettled) return false;
    const executionArn = context.executionContext.durableExecutionArn;
    this.#begun.set(key, { what, executionArn, stack: new CallStack(), isPending });
    return true;
  }

  /** A request that was sent is pending until its response ends. */
  #noting(end: ClientRequest['end']): ClientRequest['end'] {
    const note = (request: ClientRequest & { res?: { complete?: boolean } }) =>
      this.#note(request, 'An HTTP request', () => !request.destroyed && !request.res?.complete);
    return function (this: ClientRequest, ...args: never[]) {
      note(this);
      return Reflect.apply(end, this, args) as ClientRequest;
    };
  }
}

/** Whether code may wait for it: not if a timer was cleared, or keeps no process alive. */
function isAwaited(resource: TimerResource): boolean {
  return resource._destroyed !== true && resource.hasRef?.() !== false;
}
