import type { Timer } from '../base/clock.js';
import { normaliseThrown } from '../base/errors/error-object.js';
import { remainingMsOf } from '../base/lambda-context.js';
import { report } from '../context/logging/decision-log.js';
import type { Invocation } from './invocation.js';

/** The maximum time that an invocation may take to close its resources. */
const LONGEST_MS = 2000;

/** The end of the function's time that this must not use. */
const DEADLINE_MARGIN_MS = 1000;

/** Runs the end hooks of an invocation, the last registered first; never rejects, and never takes too long. */
export async function runEndHooks(invocation: Invocation, hooks: ReadonlyArray<() => unknown>): Promise<void> {
  const { clock, lambdaContext } = invocation;
  const leftMs = remainingMsOf(lambdaContext) - DEADLINE_MARGIN_MS;
  const waitMs = Math.max(0, Math.min(LONGEST_MS, leftMs));
  let timer: Timer | undefined;
  const expiry = new Promise<'late'>((resolve) => (timer = clock.setTimer(() => resolve('late'), waitMs)));
  const ended = await Promise.race([runAll(invocation, hooks), expiry]);
  clock.clearTimer(timer!);
  if (ended === 'late') warn(invocation, `did not end within ${waitMs} ms, and were abandoned`);
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

function warn({ logger, arn: executionArn, requestId }: Invocation, what: string): void {
  const message = `The hooks at the end of the invocation (onSuspend, use) ${what}; the execution continues.`;
  report(logger, 'warn', { message, executionArn, requestId });
}
