import nodeCrypto from 'node:crypto';
import { Socket } from 'node:net';
import { CallStack } from '../run/call-site.js';
import { AsynchronousWork } from './asynchronous-work.js';
import { isAfterHandler, orchestrationContext } from './orchestration.js';
import { type Patch, patchMembers } from './patch.js';

/** Something in orchestration code that behaves differently when the code is replayed. */
export interface DeterminismFinding {
  /**
   * `differs`: its value is different on replay. `cut-off`: a suspension did not wait for it. `not-awaited`: neither did
   * the end of the execution.
   */
  kind: 'differs' | 'cut-off' | 'not-awaited';
  /** Such as `Date.now()`, `A timer`, or `Step "mail"`. */
  what: string;
  /** File, line and column in the user's code. */
  site: string;
  executionArn: string;
}

export type FindingListener = (finding: DeterminismFinding) => void;

/** The context method that replaces a call: its value is recorded once. */
const OFFERS: Readonly<Record<string, string>> = {
  'Date()': 'now',
  'new Date()': 'now',
  'Date.now()': 'now',
  'Math.random()': 'random',
  'crypto.randomUUID()': 'uuid',
};

/** The problem, and the remedy. */
export function describeFinding({ kind, what, site }: DeterminismFinding): string {
  if (kind === 'cut-off') {
    return (
      `${what} was started outside of a step, at ${site}, and had not ended when the execution was suspended: that cuts it ` +
      'off. Move it into a step, which a suspension waits for.'
    );
  }
  if (kind === 'not-awaited') {
    return (
      `${what}, called at ${site}, was never awaited. The execution has ended without it, or without its failure. ` +
      'Write await before the call, or .catch() behind it if its end does not matter.'
    );
  }
  const offer = OFFERS[what];
  const remedy =
    offer === undefined
      ? 'Move it into a step, whose result is saved.'
      : `Use \`await context.${offer}()\`, or move it into a step: either is saved.`;
  return `${what} is called outside of a step, at ${site}. On replay it has another value. ${remedy}`;
}

/**
 * Watches sources of non-determinism: the clock, random values, timers and the network. It reports only calls in the
 * user's own orchestration code, not calls inside steps, in packages, in the engine, or outside executions.
 */
class DeterminismGuard {
  readonly #listeners = new Set<FindingListener>();
  readonly #work = new AsynchronousWork();
  /** Of code after the handler, until it is known whether that is replayed. */
  #undecided: DeterminismFinding[] = [];
  #patches: Patch[] = [];

  /** @returns ends the watch; the last one restores what was patched */
  watch(listener: FindingListener): () => void {
    if (this.#listeners.size === 0) this.#patches = this.#install();
    this.#listeners.add(listener);
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      for (const patch of this.#patches.splice(0).reverse()) patch.restore();
      this.#work.stop();
      this.#undecided = [];
    };
  }

  /** An invocation of an execution has ended. @param isSuspended - whether the execution continues later */
  invocationEnded(executionArn: string, isSuspended: boolean): void {
    if (this.#listeners.size === 0) return;
    const left = this.#work.invocationEnded(executionArn);
    const undecided = this.#undecided.filter((finding) => finding.executionArn === executionArn);
    this.#undecided = this.#undecided.filter((finding) => finding.executionArn !== executionArn);
    if (!isSuspended) return;
    for (const finding of undecided) this.#tell(finding);
    for (const work of left) this.#tell({ kind: 'cut-off', ...work, executionArn });
  }

  /** An execution has ended well. @param lost - calls of operations that were not awaited */
  executionSucceeded(executionArn: string, lost: ReadonlyArray<{ what: string; site: string }>): void {
    for (const call of lost) this.#tell({ kind: 'not-awaited', ...call, executionArn });
  }

  #install(): Patch[] {
    this.#work.start();
    const notice = (what: string) => this.#notice(what);
    return [
      patchCalls(Date, ['now'], { prefix: 'Date.', notice }),
      patchMembers(globalThis, { Date: (original) => guardedDate(original as DateConstructor, notice) }),
      patchCalls(Math, ['random'], { prefix: 'Math.', notice }),
      patchCalls(globalThis, ['setTimeout', 'setInterval', 'setImmediate'], { prefix: '', notice }),
      patchMembers(globalThis, { fetch: (original) => this.#guardedFetch(original as typeof fetch) }),
      patchCalls(globalThis.crypto, ['randomUUID', 'getRandomValues'], { prefix: 'crypto.', notice }),
      patchCalls(nodeCrypto, ['randomUUID', 'randomBytes', 'randomInt'], { prefix: 'crypto.', notice }),
      patchCalls(Socket.prototype, ['connect'], { prefix: 'net.Socket.', notice }),
    ];
  }

  #notice(what: string): void {
    const context = orchestrationContext();
    if (!context) return;
    const site = new CallStack().callerSite;
    if (site === undefined) return;
    const { durableExecutionArn: executionArn } = context.executionContext;
    const finding: DeterminismFinding = { kind: 'differs', what, site, executionArn };
    if (isAfterHandler()) this.#undecided.push(finding);
    else this.#tell(finding);
  }

  #tell(finding: DeterminismFinding): void {
    for (const listener of this.#listeners) listener(finding);
  }

  #guardedFetch(original: typeof fetch): typeof fetch {
    return (...args) => {
      this.#notice('fetch()');
      const response = original(...args);
      this.#work.follow('An HTTP request', response);
      return response;
    };
  }
}

interface Notice {
  /** The prefix of the names of the calls. */
  prefix: string;
  notice: (what: string) => void;
}

function patchCalls(owner: object, names: readonly string[], { prefix, notice }: Notice): Patch {
  const wrap = (name: string) => (original: unknown) => {
    if (typeof original !== 'function') return original;
    const call = original as (...args: unknown[]) => unknown;
    const guarded = function (this: unknown, ...args: unknown[]): unknown {
      notice(`${prefix}${name}()`);
      return Reflect.apply(call, this, args);
    };
    // Some functions have members of their own, such as the promisified form of timers.
    return Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(original));
  };
  return patchMembers(owner, Object.fromEntries(names.map((name) => [name, wrap(name)])));
}

function guardedDate(original: DateConstructor, notice: (what: string) => void): DateConstructor {
  return new Proxy(original, {
    construct(target, args, newTarget) {
      if (args.length === 0) notice('new Date()');
      return Reflect.construct(target, args, newTarget) as object;
    },
    apply(target, receiver, args) {
      notice('Date()');
      return Reflect.apply(target, receiver, args) as unknown;
    },
  });
}

/** One for the process, because several tests may run concurrently. */
export const determinismGuard = new DeterminismGuard();
