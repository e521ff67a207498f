import { answerableError } from './http-answer.js';
import type { InvocationScope } from './invocation-scope.js';
import { describedParameters } from '../discovery/method-marks.js';

export interface RouteMethod {
  host: object;
  name: string | symbol;
}

type Next = (error?: unknown) => void;

/** Nest's number for the parameter of `@Next()`. */
const NEXT_PARAMETER = /^2:(\d+)$/;

/**
 * The arguments of a route, with a `next` that records the error it is called with. Like a thrown error, filters
 * respond to it, and it fails the execution if that response is 500 or above.
 */
export function watchingNext(args: readonly never[], { host, name }: RouteMethod, scope: InvocationScope): never[] {
  const index = Object.keys(describedParameters(host, name)).flatMap((key) => NEXT_PARAMETER.exec(key)?.[1] ?? [])[0];
  const next = index === undefined ? undefined : (args[Number(index)] as Next | undefined);
  if (typeof next !== 'function') return [...args];
  const watched: Next = (thrown) => {
    const error = answerableError(thrown);
    if (error !== undefined && error !== 'route' && error !== 'router') {
      scope.progress.noteLateFailure(error);
      if (scope.progress.observes(error)) return;
    }
    next(error);
  };
  return args.map((arg, position) => (position === Number(index) ? (watched as never) : arg));
}
