import { Socket } from 'node:net';
import { lambdaContext } from './lambda-context.js';
import { loadHandler } from './load-handler.js';
import type { LambdaHandler } from './load-handler.js';
import { RuntimeApiClient } from './runtime-api-client.js';
import type { NextInvocation } from './runtime-api-client.js';
import { preloadFailure } from './preload-failure.js';
import { RuntimeFailure, toRuntimeError } from './runtime-error.js';

/** The pipe that the service holds open as long as it lives; it carries no data. */
const LIFELINE_FD = 3;
/** Exit codes of Lambda's Node.js runtime. */
const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT_EXCEPTION = 129;
const EXIT_UNSETTLED = 13;

type Phase = { name: 'init' } | { name: 'idle' } | { name: 'busy'; requestId: string };

/** The program of a worker: loads one handler, then passes it one event at a time, as Lambda's own runtime does. */
class Bootstrap {
  readonly #api = new RuntimeApiClient(String(process.env.AWS_LAMBDA_RUNTIME_API));
  #phase: Phase = { name: 'init' };

  async run(modulePath: string, exportName: string): Promise<void> {
    process.on('unhandledRejection', (reason) => void this.#die(rejection(reason), EXIT_UNHANDLED_REJECTION));
    process.on('uncaughtException', (error) => void this.#die(error, EXIT_UNCAUGHT_EXCEPTION));
    process.on('beforeExit', () => void this.#die(unsettled(), EXIT_UNSETTLED));
    const handler = await loadHandler(modulePath, exportName).catch((error: unknown) => this.#die(error, 1));
    if (handler === undefined) return;
    await this.#tellFailedPreload();
    for (;;) {
      this.#phase = { name: 'idle' };
      const invocation = await this.#api.next();
      this.#phase = { name: 'busy', requestId: invocation.requestId };
      await this.#handle(handler, invocation);
    }
  }

  /** The sandbox continues as on Lambda, where the first invocation boots again; only the service is informed. */
  async #tellFailedPreload(): Promise<void> {
    const failure = await preloadFailure();
    if (failure) await this.#api.failInit(toRuntimeError(failure.reason));
  }

  async #handle(handler: LambdaHandler, { requestId, headers, payload }: NextInvocation): Promise<void> {
    const traceId = headers['lambda-runtime-trace-id'];
    if (typeof traceId === 'string') process.env._X_AMZN_TRACE_ID = traceId;
    else delete process.env._X_AMZN_TRACE_ID;
    let result: string;
    try {
      result = JSON.stringify(await call(handler, JSON.parse(payload), lambdaContext(headers, process.env))) ?? 'null';
    } catch (error) {
      report('Invoke Error', error);
      return this.#api.fail(requestId, toRuntimeError(error));
    }
    return this.#api.respond(requestId, result);
  }

  /**
   * Reports the reason and ends; while idle no invocation can receive it, and the pending `next` occupies the socket.
   */
  async #die(error: unknown, exitCode: number): Promise<undefined> {
    const phase = this.#phase;
    this.#phase = { name: 'idle' };
    const syntaxError = phase.name === 'init' ? syntaxErrorOf(error) : undefined;
    report(phase.name === 'init' ? 'Init Error' : 'Uncaught Exception', error, syntaxError === undefined);
    try {
      if (phase.name === 'init') await this.#api.failInit(toRuntimeError(error));
      else if (phase.name === 'busy') await this.#api.fail(phase.requestId, toRuntimeError(error));
    } finally {
      if (syntaxError === undefined) process.exit(exitCode);
      else throwUncaught(syntaxError);
    }
  }
}

function syntaxErrorOf(error: unknown): SyntaxError | undefined {
  const { cause = error } = Object(error) as { cause?: unknown };
  return cause instanceof SyntaxError ? cause : undefined;
}

/** Only Node.js itself knows where the syntax of an ES module is wrong, and prints it if no code catches the error. */
function throwUncaught(error: SyntaxError): void {
  process.removeAllListeners('uncaughtException');
  process.removeAllListeners('unhandledRejection');
  setImmediate(() => {
    throw error;
  });
}

/** Awaits the handler's promise, or its callback if it has three parameters and returns no promise. */
function call(handler: LambdaHandler, event: unknown, context: ReturnType<typeof lambdaContext>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever the handler gives
    const returned = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
    const isThenable = typeof (Object(returned) as PromiseLike<unknown>).then === 'function';
    if (isThenable || handler.length < 3) resolve(returned);
  });
}

function rejection(reason: unknown): Error {
  const { errorType, errorMessage } = toRuntimeError(reason);
  return new RuntimeFailure('Runtime.UnhandledPromiseRejection', `${errorType}: ${errorMessage}`, { cause: reason });
}

function unsettled(): Error {
  return new RuntimeFailure(
    'Runtime.NodeJsExit',
    'No code is left to run, but the promise of the handler has not settled.',
  );
}

/** @param withTrace whether to write its stack too */
function report(what: string, error: unknown, withTrace = true): void {
  const { errorType, errorMessage, trace } = toRuntimeError(error);
  const isInTrace = trace.join('\n').includes(errorMessage);
  const summary = withTrace && trace.length > 0 && isInTrace ? [] : [`${errorType}: ${errorMessage}`];
  process.stderr.write(`${what}: ${[...summary, ...(withTrace ? trace : [])].join('\n')}\n`);
}

/** A worker must not outlive the service, whatever killed the service. */
function dieWithTheService(): void {
  const lifeline = new Socket({ fd: LIFELINE_FD, readable: true, writable: false });
  lifeline.on('error', () => undefined);
  lifeline.on('close', () => process.kill(process.pid, 'SIGKILL'));
  lifeline.resume();
  lifeline.unref();
}

dieWithTheService();
const [modulePath, exportName] = process.argv.splice(2, 2);
void new Bootstrap().run(String(modulePath), String(exportName));
