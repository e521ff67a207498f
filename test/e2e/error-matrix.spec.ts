import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ErrorObject } from '../../lib/wire/operation.js';
import { ExecutionError, InvocationError } from '../../lib/engine/index.js';
import type { FaultKind } from '../../lib/local/index.js';
import { hostileApp } from '../fixtures/hostile-app.js';
import { plainApp } from '../fixtures/plain-app.js';
import type { Script } from '../fixtures/orders-app.js';
import { MatrixStage } from './matrix-stage.js';

/** How one invocation may end. */
type Expected = { ends: 'failed'; errorType: string } | { ends: 'thrown'; errorType: string } | { ends: 'pending' };

interface Row {
  what: string;
  /** Which call of the durable API fails, and how; absent where user code fails by itself. */
  fault?: { api: 'CheckpointDurableExecution' | 'GetDurableExecutionState'; kind: FaultKind; times: number };
  script: Script;
  expected: Expected;
  /** Requests that failed, the AWS client's repetitions included. */
  requests?: number;
  /** How often the handler's body started in the invocation that ended so. */
  bodies: number;
  /** What the decision's log line says. */
  logged?: Record<string, unknown>;
}

/** Permanent failures cost one request; for temporary ones the AWS client sends three. */
const API_FAILURES: ReadonlyArray<{
  kind: FaultKind;
  scope: 'execution' | 'invocation';
  requests: number;
  status?: number;
  level: string;
}> = [
  { kind: 'kms-access-denied', scope: 'execution', requests: 1, status: 502, level: 'error' },
  { kind: 'kms-disabled', scope: 'execution', requests: 1, status: 502, level: 'error' },
  { kind: 'kms-invalid-state', scope: 'execution', requests: 1, status: 502, level: 'error' },
  { kind: 'kms-not-found', scope: 'execution', requests: 1, status: 502, level: 'error' },
  { kind: 'validation', scope: 'execution', requests: 1, status: 400, level: 'error' },
  { kind: 'foreign-token', scope: 'execution', requests: 1, status: 400, level: 'error' },
  { kind: 'access-denied', scope: 'execution', requests: 1, status: 403, level: 'error' },
  { kind: 'not-found', scope: 'execution', requests: 1, status: 404, level: 'error' },
  { kind: 'conflict', scope: 'execution', requests: 1, status: 409, level: 'error' },
  { kind: 'too-large', scope: 'execution', requests: 1, status: 413, level: 'error' },
  { kind: 'stale-token', scope: 'invocation', requests: 1, status: 400, level: 'info' },
  { kind: 'throttled', scope: 'invocation', requests: 3, status: 429, level: 'warn' },
  { kind: 'service-error', scope: 'invocation', requests: 3, status: 500, level: 'warn' },
  { kind: 'bad-gateway', scope: 'invocation', requests: 3, status: 502, level: 'warn' },
  { kind: 'html-503', scope: 'invocation', requests: 3, level: 'warn' },
  { kind: 'gateway-timeout', scope: 'invocation', requests: 3, status: 504, level: 'warn' },
  { kind: 'dropped', scope: 'invocation', requests: 3, level: 'warn' },
];

const after = async (): Promise<never> => new Promise(() => undefined);

/** Leaves something to page through, and a second invocation to do it in. */
const suspending: Script = async (_input, context) => {
  await context.step('first', async () => 1);
  await context.wait('pause', { seconds: 1 });
  await context.step('second', async () => 2);
  return 'done';
};

/** Does everything to hide a failed checkpoint, and continues. */
const swallowing: Script = async (_input, context) => {
  const aside = (async () => {
    await nextTurn();
    await context.step('aside', async () => 'never mind').catch(() => undefined);
  })();
  await context.step('charge', async () => 'charged').catch(() => 'ignored');
  await aside;
  return 'a result that must not count';
};

/** Has returned when its last updates are sent. */
const returning: Script = async (_input, context) => {
  void context.runInChildContext('unwatched', async () => 1);
  return 'already returned';
};

const oversized: Script = async () => 'x'.repeat(6 * 1024 * 1024);

/** Throttling is left out of the variants of the checkpoint path: the AWS client takes two seconds to give up. */
function apiRows(path: 'state' | 'checkpoint' | 'draining' | 'oversized result', script: Script): Row[] {
  const api = path === 'state' ? 'GetDurableExecutionState' : 'CheckpointDurableExecution';
  const errorType = path === 'state' ? 'GetExecutionStateError' : 'CheckpointError';
  const failures = API_FAILURES.filter(({ kind }) => kind !== 'throttled' || path === 'state' || path === 'checkpoint');
  return failures.map(({ kind, scope, requests, status, level }) => ({
    what: `${path}: ${kind}`,
    fault: { api, kind, times: 10 },
    script,
    expected: { ends: scope === 'execution' ? 'failed' : 'thrown', errorType },
    requests,
    bodies: path === 'state' ? 0 : 1,
    logged: {
      level,
      path: path === 'state' ? 'initial-state' : 'checkpoint',
      scope: scope.toUpperCase(),
      ...(status && { httpStatus: status }),
    },
  }));
}

const userRows: Row[] = [
  {
    what: 'user code: ExecutionError',
    script: () => Promise.reject(new ExecutionError('the customer has left')),
    expected: { ends: 'failed', errorType: 'ExecutionError' },
    bodies: 1,
    logged: { level: 'error', path: 'user-code', scope: 'EXECUTION' },
  },
  {
    what: 'user code: any other error',
    script: () => Promise.reject(new RangeError('no such article')),
    expected: { ends: 'failed', errorType: 'RangeError' },
    bodies: 1,
    logged: { level: 'error', path: 'user-code', scope: 'EXECUTION' },
  },
  {
    what: 'user code: InvocationError',
    script: () => Promise.reject(new InvocationError('the cache is cold')),
    expected: { ends: 'thrown', errorType: 'InvocationError' },
    bodies: 1,
    logged: { level: 'warn', path: 'user-code', scope: 'INVOCATION' },
  },
  {
    what: 'user code: InvocationError in a step whose failure is swallowed',
    script: async (_input, context) => {
      await context.step('look up', () => Promise.reject(new InvocationError('the cache is cold'))).catch(after);
      return 'swallowed';
    },
    expected: { ends: 'thrown', errorType: 'InvocationError' },
    bodies: 1,
    logged: { level: 'warn', path: 'user-code', scope: 'INVOCATION' },
  },
  {
    what: 'user code: ExecutionError in a child context whose failure is swallowed',
    script: async (_input, context) => {
      const child = context.runInChildContext('inner', () => Promise.reject(new ExecutionError('beyond repair')));
      await child.catch(() => 'swallowed');
      return 'swallowed';
    },
    expected: { ends: 'failed', errorType: 'ExecutionError' },
    bodies: 1,
    logged: { level: 'error', path: 'user-code', scope: 'EXECUTION' },
  },
];

const rows: Row[] = [
  ...apiRows('state', suspending),
  ...apiRows('checkpoint', swallowing),
  ...apiRows('draining', returning),
  ...apiRows('oversized result', oversized),
  ...userRows,
  {
    what: 'checkpoint: answered without a token',
    fault: { api: 'CheckpointDurableExecution', kind: 'missing-token', times: 1 },
    script: swallowing,
    expected: { ends: 'pending' },
    requests: 1,
    bodies: 1,
  },
];

const places = [
  { app: 'plain', makeApp: plainApp, route: 'direct' as const },
  { app: 'plain', makeApp: plainApp, route: 'http' as const },
  { app: 'hostile', makeApp: hostileApp, route: 'direct' as const },
  { app: 'hostile', makeApp: hostileApp, route: 'http' as const },
];

describe.each(places)('The $app app on the $route route', ({ app, makeApp, route }) => {
  const stage = new MatrixStage(makeApp, route);
  beforeAll(() => stage.open());
  afterAll(() => stage.close());

  // An oversized HTTP response is cut by API Gateway's own limit long before Lambda's: the direct route returns values.
  // An error that states no scope is the application's own: the hostile interceptor makes a value of it.
  const applicable = rows.filter(
    ({ what }) =>
      (route === 'direct' || !what.startsWith('oversized')) &&
      (app === 'plain' || what !== 'user code: any other error'),
  );

  it.each(applicable)(
    'ends as the table says: $what',
    async ({ fault, script, expected, requests, bodies, logged }) => {
      const run = await stage.run({ script, fault });
      expect(endOf(run.end)).toEqual(expected);
      expect(run.bodies).toBe(bodies);
      expect(run.faultyRequests).toBe(requests ?? 0);
      const decisions = run.log.filter((record) => 'path' in record);
      expect(decisions).toEqual(logged ? [expect.objectContaining(logged)] : []);
    },
  );

  it('asks nothing of the service once an invocation has ended', () => {
    expect(stage.executionsWrittenAfterTheirEnd()).toEqual([]);
  });
});

function endOf(end: MatrixEnd): Expected {
  if ('thrown' in end) return { ends: 'thrown', errorType: end.thrown.name };
  if (end.returned.Status === 'PENDING') return { ends: 'pending' };
  return { ends: 'failed', errorType: end.returned.Error?.ErrorType ?? `not failed: ${JSON.stringify(end.returned)}` };
}

type MatrixEnd = { returned: { Status: string; Error?: ErrorObject } } | { thrown: Error };
