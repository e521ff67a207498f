import { Readable } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { DurableControlClient } from '../../client/control-client.js';
import { currentInvocation } from '../../engine/adapter.js';
import { loadLambdaSdk } from '../../client/load-lambda-sdk.js';
import type { LambdaClientLike } from '../../client/send-without-futile-repeats.js';
import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { ownPauses } from '../../nest/client/await-result.js';
import { otherCopiesOf } from '../../nest/copies.js';
import { DurableRegistry } from '../../nest/discovery/durable.registry.js';
import { DURABLE_OPTIONS } from '../../nest/durable-execution.constants.js';
import type { DurableExecutionModuleOptions } from '../../nest/durable-execution.options.js';
import type { TestService } from '../service/test-service.js';
import { setTimeout } from '../time/event-loop.js';
import type { VirtualClock } from '../time/virtual-clock.js';

/** A request as the AWS client passes it to its transport. */
interface AwsRequest {
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

/** Never called: it signals that status requests need no budget. */
const IN_MEMORY = 'http://service.localhost';

/** Lets the application's own `DurableClient` and `DurableControlClient` call the service of the test. */
export function provideControlClient(builder: TestingModuleBuilder, service: () => TestService): void {
  const control = new DurableControlClient({ client: inMemoryLambda(service), endpoint: IN_MEMORY });
  ownPauses.set(control, async (arn, _pauseMs, signal) => {
    const asked = service();
    await letTimeCome(asked, () => isRunning(asked, arn), signal);
    // It would look for ever, and keep the process alive.
    asked.assertOpen();
  });
  for (const token of [DurableControlClient, ...otherCopiesOf(DurableControlClient)])
    builder.overrideProvider(token).useValue(control);
}

/** Real milliseconds between two looks at code that runs. */
const LOOK_MS = 5;
const MOST_LOOKS = 20;

/** Code that awaits the result of an execution. */
interface Waiter {
  /** In which it runs, if it is that of an execution. */
  readonly invocation: DurableInvocation | undefined;
  isAwaited(): boolean | Promise<boolean>;
}

const waitersOf = new WeakMap<VirtualClock, Set<Waiter>>();

/**
 * Code that awaits the result of an execution waits as a test does that awaits a run: so time passes, unless other code
 * runs. The invocations of all code that waits so do not count, until what it awaits has ended.
 */
async function letTimeCome(
  { clock }: TestService,
  isAwaited: Waiter['isAwaited'],
  signal?: AbortSignal,
): Promise<void> {
  const waiters = waitersOf.get(clock) ?? new Set();
  waitersOf.set(clock, waiters);
  const waiter = { invocation: currentInvocation(), isAwaited };
  waiters.add(waiter);
  const isHeld = (by: Iterable<Waiter> = waiters) =>
    clock.holds > new Set([...by].flatMap(({ invocation }) => invocation ?? [])).size;
  const settle = async (): Promise<void> => {
    // Several routes may await results at the same time: then each looks again, and time does not pass.
    for (let looks = 0; looks === 0 || (looks < MOST_LOOKS && isHeld()); looks += 1) {
      await new Promise<void>((resolve) => setTimeout(resolve, LOOK_MS));
      signal?.throwIfAborted();
    }
  };
  try {
    clock.goOn();
    await settle();
    // What has ended meanwhile lets its code go on first, and after its retention it would be gone.
    const running = (await Promise.all([...waiters].map(async (one) => ((await one.isAwaited()) ? one : [])))).flat();
    if (clock.isManual || !running.includes(waiter) || isHeld(running)) return;
    clock.step(Infinity);
    await settle();
  } finally {
    waiters.delete(waiter);
  }
}

/** The response to a synchronous start comes when the execution has ended. */
async function ended<T>(service: TestService, response: Promise<T>): Promise<T> {
  let isAwaited = true;
  const stop = () => void (isAwaited = false);
  response.then(stop, stop);
  while (isAwaited && !service.isClosed) await letTimeCome(service, () => isAwaited && !service.isClosed);
  if (isAwaited) service.assertOpen();
  return response;
}

async function isRunning(service: TestService, executionArn: string): Promise<boolean> {
  const { text } = await service.transport.send({
    method: 'GET',
    path: `/2025-12-01/durable-executions/${encodeURIComponent(executionArn)}`,
    query: new URLSearchParams(),
    headers: {},
    body: '',
  });
  return (JSON.parse(text) as { Status?: string }).Status === 'RUNNING';
}

/** Makes the function of the test run every handler of the application, whatever functions run them in the cloud. */
export function addressOwnFunction(app: INestApplicationContext, functionName: string): void {
  const options = app.get<DurableExecutionModuleOptions>(DURABLE_OPTIONS, { strict: false });
  const own = { ...options.functions };
  const registry = app.get(DurableRegistry, { strict: false });
  const isOwn = (handler: string | symbol) => typeof handler === 'string' && registry.has(handler);
  Object.assign(options, {
    functions: new Proxy(own, {
      has: (_target, handler) => isOwn(handler) || handler in own,
      get: (_target, handler) => (isOwn(handler) ? `${functionName}:$LATEST` : own[String(handler)]),
    }),
  });
}

/** The AWS client with a transport in memory; it is loaded when the application first uses it. */
function inMemoryLambda(service: () => TestService): LambdaClientLike {
  let opening: Promise<LambdaClientLike> | undefined;
  const open = async (): Promise<LambdaClientLike> => {
    const { LambdaClient } = await loadLambdaSdk();
    return new LambdaClient({
      region: 'us-east-1',
      endpoint: 'http://service.in.memory',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: {
        handle: async (request: AwsRequest) => ({ response: await answer(service(), request) }),
      } as never,
    });
  };
  return {
    async send(command: never) {
      opening ??= open();
      return (await opening).send(command);
    },
  };
}

async function answer(service: TestService, { method, path, query = {}, headers, body }: AwsRequest): Promise<object> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) parameters.append(name, one);
  }
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const text = body === undefined ? '' : typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
  const sent = service.transport.send({ method, path, query: parameters, headers: lower, body: text });
  const isSynchronous = lower['x-amz-invocation-type'] === 'RequestResponse';
  const response = await (isSynchronous ? ended(service, sent) : sent);
  return { statusCode: response.status, headers: response.headers, body: Readable.from([Buffer.from(response.text)]) };
}
