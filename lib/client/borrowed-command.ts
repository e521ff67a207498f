import type { StopDurableExecutionCommand } from '@aws-sdk/client-lambda';

/** The request that replaces the one of StopDurableExecution. */
export interface BorrowedRequest {
  method: 'POST' | 'DELETE';
  /** Follows the path of the execution. */
  suffix: '/pause' | '/resume' | '';
  body?: object;
}

interface HttpRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}

type Handler = (args: { request: HttpRequest }) => Promise<unknown>;

/**
 * The AWS client of today lacks the calls that pause, resume and delete. They differ from StopDurableExecution only in
 * method, path and body, so its command is used for them. The settings of the client (credentials, endpoint, proxy,
 * middleware) apply to them too.
 */
export function borrowed(
  command: StopDurableExecutionCommand,
  { method, suffix, body }: BorrowedRequest,
): StopDurableExecutionCommand {
  const rewrite = (next: Handler) => (args: { request: HttpRequest }) => {
    const { request } = args;
    request.method = method;
    request.path = request.path.replace(/\/stop$/, suffix);
    request.body = body && JSON.stringify(body);
    if (!body) delete request.headers['content-type'];
    return next(args);
  };
  // Runs before the middleware that counts the bytes of the body.
  command.middlewareStack.add(rewrite as never, { step: 'build', name: 'borrowedRequest', priority: 'high' });
  return command;
}
