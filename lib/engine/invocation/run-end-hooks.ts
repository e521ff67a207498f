import { normaliseThrown } from '../base/errors/error-object.js';
import { lateAfterMs } from './deadline/late-after-ms.js';
import type { Invocation } from './invocation.js';

/** The maximum time that an invocation may take to close its resources. */
const LONGEST_MS = 2000;

/** Runs the end hooks of an invocation, the last registered first; never rejects, and never takes too long. */
export async function runEndHooks(invocation: Invocation, hooks: ReadonlyArray<() => unknown>): Promise<void> {
  const lateMs = await lateAfterMs(invocation, LONGEST_MS, runAll(invocation, hooks));
  if (lateMs !== undefined) warn(invocation, `did not end within ${lateMs} ms, and were abandoned`);
}

async function runAll(invocation: Invocation, hooks: ReadonlyArray<() => unknown>): Promise<void> {
  for (const hook of [...hooks].reverse()) {
    try {
      await hook();
    } catch (error) {
      const { name, message } = normaliseThrown(error);
      warn(invocation, `failed with ${name}: ${message}`);
    }
  }
}

function warn(invocation: Invocation, what: string): void {
  invocation.warn(`The hooks at the end of the invocation (onSuspend, use) ${what}; the execution continues.`);
}
