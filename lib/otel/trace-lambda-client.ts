import { context, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';
import { type CallbackInput, withSender } from './callback-sender.js';
import { traceHeaderOf } from './trace-header.js';

/** The part of an AWS `LambdaClient` that is needed here. */
export interface ClientWithMiddleware {
  readonly middlewareStack: {
    /** Accepts values without a type: the types of middleware differ between releases of the AWS client. */
    add(middleware: never, options: never): void;
  };
}

export interface TraceLambdaClientOptions {
  /**
   * Sends the active span with the completion of a callback, so that the span of the callback links to it. The API of
   * callbacks has no field for it. So it is recorded inside the value, or as the last line of the stack of a failure.
   * Only executions under this package remove it again: leave it off if other code awaits the callback.
   * @defaultValue false
   */
  linkCallbacks?: boolean;
}

interface RequestArguments {
  request: { headers?: Record<string, string> };
}

interface InputArguments {
  input: CallbackInput;
}

type Next<Arguments> = (args: Arguments) => Promise<unknown>;

const HEADER = 'X-Amzn-Trace-Id';

/**
 * Makes a `LambdaClient` send the active span with its requests, in the form of AWS X-Ray: an execution that it starts
 * becomes a child of that span, in the same trace.
 *
 * @returns the client itself
 * @example
 * ```ts
 * DurableExecutionModule.forRoot({ lambda: { client: traceLambdaClient(new LambdaClient()) } });
 * ```
 */
export function traceLambdaClient<Client extends ClientWithMiddleware>(
  client: Client,
  { linkCallbacks = false }: TraceLambdaClientOptions = {},
): Client {
  const withHeader = (next: Next<RequestArguments>) => (args: RequestArguments) => {
    const active = activeSpan();
    const value = active && traceHeaderOf(active);
    if (value !== undefined && args.request.headers) args.request.headers[HEADER] = value;
    return next(args);
  };
  const options = { step: 'build', priority: 'high', name: 'durableTraceHeader', override: true };
  // Before the client's own middleware, which repeats the header of the invocation if there is none yet.
  client.middlewareStack.add(withHeader as never, options as never);
  if (linkCallbacks) linkCallbacksOf(client);
  return client;
}

function linkCallbacksOf({ middlewareStack }: ClientWithMiddleware): void {
  const withSpan =
    (next: Next<InputArguments>, { commandName }: { commandName?: string }) =>
    (args: InputArguments) => {
      const active = activeSpan();
      return next(active ? { ...args, input: withSender(args.input, commandName, active) } : args);
    };
  const options = { step: 'initialize', priority: 'high', name: 'durableCallbackSender', override: true };
  middlewareStack.add(withSpan as never, options as never);
}

function activeSpan(): SpanContext | undefined {
  const active = trace.getSpanContext(context.active());
  return active && isSpanContextValid(active) ? active : undefined;
}
