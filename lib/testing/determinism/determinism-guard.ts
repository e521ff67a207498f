import nodeCrypto from 'node:crypto';
import { Socket } from 'node:net';
import { ambientDurableContext } from '../../nest/pipeline/ambient-durable-context.js';
import { callerSite } from '../run/call-site.js';
import { type Patch, patchMembers } from './patch.js';

/** Something in orchestration code whose value is another one when the code is replayed. */
export interface DeterminismFinding {
  /** Such as `Date.now()`. */
  what: string;
  /** File, line and column in the user's code. */
  site: string;
  executionArn: string;
}

export type FindingListener = (finding: DeterminismFinding) => void;

const REMEDY = 'Move it into a step, whose result is saved.';

/** What is wrong, and what to do. */
export function describeFinding({ what, site }: DeterminismFinding): string {
  return `${what} is called outside of a step, at ${site}. On replay it has another value. ${REMEDY}`;
}

/**
 * Watches what is never the same twice: the clock, random values, timers and the network. Only calls that stand in the
 * user's own orchestration code are told of: not those inside steps, of packages, of the engine, or outside executions.
 */
class DeterminismGuard {
  readonly #listeners = new Set<FindingListener>();
  #patches: Patch[] = [];

  /** @returns ends the watch; what is patched is restored with the last one */
  watch(listener: FindingListener): () => void {
    if (this.#listeners.size === 0) this.#patches = this.#install();
    this.#listeners.add(listener);
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      for (const patch of this.#patches.splice(0).reverse()) patch.restore();
    };
  }

  #install(): Patch[] {
    const notice = (what: string) => this.#notice(what);
    return [
      patchMembers(globalThis, { Date: (original) => guardedDate(original as DateConstructor, notice) }),
      patchCalls(Math, ['random'], { prefix: 'Math.', notice }),
      patchCalls(globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'fetch'], { prefix: '', notice }),
      patchCalls(globalThis.crypto, ['randomUUID', 'getRandomValues'], { prefix: 'crypto.', notice }),
      patchCalls(nodeCrypto, ['randomUUID', 'randomBytes', 'randomInt'], { prefix: 'crypto.', notice }),
      patchCalls(Socket.prototype, ['connect'], { prefix: 'net.Socket.', notice }),
    ];
  }

  #notice(what: string): void {
    // Guards, pipes and the like run anew in each invocation, and are free to look at the clock.
    const context = ambientDurableContext();
    if (!context) return;
    const site = callerSite();
    if (site === undefined) return;
    const executionArn = context.executionContext.durableExecutionArn;
    for (const listener of this.#listeners) listener({ what, site, executionArn });
  }
}

interface Notice {
  /** What stands before the names of the calls. */
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
    // Some carry members of their own, such as the promisified form of timers.
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
      return Reflect.apply(target, receiver, args);
    },
    get(target, name, receiver) {
      if (name !== 'now') return Reflect.get(target, name, receiver) as unknown;
      return () => {
        notice('Date.now()');
        return target.now();
      };
    },
  });
}

/** One for the process: several tests run side by side. */
export const determinismGuard = new DeterminismGuard();
