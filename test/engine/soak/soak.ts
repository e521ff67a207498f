// Runs many invocations in one process, as a warm sandbox does, and prints what they leave behind as one JSON line.
import { runInvocation } from '../../../lib/engine/invocation/run-invocation.js';
import { ExecutionError } from '../../../lib/engine/base/errors/execution-error.js';
import { InvocationError } from '../../../lib/engine/base/errors/invocation-error.js';
import { lambdaContext, MemoryService } from '../../fixtures/memory-service.js';
import { quietLogger } from '../../fixtures/quiet-logger.js';
import type { Handler } from '../support/stage.js';

export interface SoakReport {
  invocations: number;
  heapGrowthBytes: number;
  /** By handler: timers that were pending when the invocation had just ended, and whatever was one turn later. */
  pending: Record<string, string[]>;
  /** Listeners on `process` that were not there before. */
  listeners: number;
  unhandledRejections: string[];
}

const WARM_UP = 300;
const INVOCATIONS = 1000;

const turn = () => new Promise((resolve) => setImmediate(resolve));
const declined = () => Promise.reject(new Error('declined'));
const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };

const handlers: Record<string, Handler> = {
  steps: async (context) => {
    for (let at = 0; at < 5; at += 1) await context.step(`step ${at}`, async () => ({ at }));
  },
  'a wait': (context) => context.wait({ seconds: 1 }),
  'a retry': (context) => context.step(declined),
  'a callback': async (context) => (await context.createCallback())[0],
  'a lost race': (context) => Promise.race([context.wait({ hours: 1 }), context.step(turn)]),
  children: (context) =>
    Promise.all(
      [1, 2, 3].map((at) =>
        context.runInChildContext(`child ${at}`, async (child) => {
          await child.step(turn);
          return child.step(declined, noRetry).catch(String);
        }),
      ),
    ),
  'orphans that never end': (context) =>
    context.runInChildContext((child) =>
      Promise.race([child.step(() => new Promise(() => undefined)), child.wait({ days: 1 }), child.step(turn)]),
    ),
  'operations that nobody awaits': async (context) => {
    void context.step(declined);
    void context.wait({ hours: 1 });
    void context.runInChildContext((child) => child.step(turn));
  },
  'plain code that is cut off': (context) =>
    Promise.all([context.wait({ hours: 1 }), context.runInChildContext(() => new Promise(() => undefined))]),
  'a handler that fails': declined,
  'a fault': (context) => context.step(() => Promise.reject(new ExecutionError('cancelled'))),
  'a throw': (context) => context.step(() => Promise.reject(new InvocationError('broken sandbox'))),
};
const names = Object.keys(handlers);

const unhandledRejections: string[] = [];
process.on('unhandledRejection', (reason) => unhandledRejections.push(String(reason)));

async function invoke(name: string): Promise<void> {
  const service = new MemoryService({ order: 7 });
  const invocation = runInvocation({
    event: service.event(),
    lambdaContext: lambdaContext(),
    client: service,
    config: { logger: quietLogger },
    body: ({ context }) => handlers[name]!(context, {}),
  });
  // Failures are among the ends that are tried.
  await Promise.allSettled([invocation]);
}

async function invokeAll(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await invoke(names[at % names.length]!);
}

function heapBytes(): number {
  for (let round = 0; round < 3; round += 1) global.gc!();
  return process.memoryUsage().heapUsed;
}

function countListeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}

/** What is pending now and was not before. */
function pendingSince(before: readonly string[]): string[] {
  const left = process.getActiveResourcesInfo();
  for (const known of before) if (left.includes(known)) left.splice(left.indexOf(known), 1);
  return left;
}

async function pendingAfterEach(): Promise<Record<string, string[]>> {
  const pending: Record<string, string[]> = {};
  for (const name of names) {
    const before = process.getActiveResourcesInfo();
    await invoke(name);
    // What is due this turn anyway, such as a check that has become idle or a step of user code, ends with the turn.
    const timers = pendingSince(before).filter((kind) => kind !== 'Immediate');
    await turn();
    const left = [...timers, ...pendingSince(before)];
    if (left.length > 0) pending[name] = left;
  }
  return pending;
}

const listeners = countListeners();
await invokeAll(WARM_UP);
const pending = await pendingAfterEach();
await turn();
const before = heapBytes();
await invokeAll(INVOCATIONS);
await turn();
const report: SoakReport = {
  invocations: INVOCATIONS,
  heapGrowthBytes: heapBytes() - before,
  pending,
  listeners: countListeners() - listeners,
  unhandledRejections,
};
console.log(JSON.stringify(report));
