import { context, trace } from '@opentelemetry/api';
import { traceHeaderOf } from './trace-header.js';

/** The part of an AWS `LambdaClient` that is needed here. */
export interface ClientWithMiddleware {
  readonly middlewareStack: {
    /** Takes what no type is stated of: that of middleware differs from one release of the AWS client to the next. */
    add(middleware: never, options: never): void;
  };
}

interface BuildArguments {
  request: { headers?: Record<string, string> };
}

type Handler = (args: BuildArguments) => Promise<unknown>;

const HEADER = 'X-Amzn-Trace-Id';

/**
 * Makes a `LambdaClient` send the active span with what it asks for, in the form of AWS X-Ray: an execution that it starts
 * hangs below that span, in the same trace.
 *
 * @returns the client itself
 * @example
 * ```ts
 * DurableExecutionModule.forRoot({ lambda: { client: traceLambdaClient(new LambdaClient()) } });
 * ```
 */
export function traceLambdaClient<Client extends ClientWithMiddleware>(client: Client): Client {
  const middleware = (next: Handler) => (args: BuildArguments) => {
    const active = trace.getSpanContext(context.active());
    const value = active && traceHeaderOf(active);
    if (value !== undefined && args.request.headers) args.request.headers[HEADER] = value;
    return next(args);
  };
  const options = { step: 'build', priority: 'high', name: 'durableTraceHeader', override: true };
  // Before the client's own middleware, which repeats the header of the invocation where there is none yet.
  client.middlewareStack.add(middleware as never, options as never);
  return client;
}
