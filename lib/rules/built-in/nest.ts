import type { BuiltInRule } from '../built-in-rule.js';
import type { ErrorLink } from '../error-link.js';

/** HttpException by its two methods, for its name is that of a class, which minifiers change. */
export const nestRules: readonly BuiltInRule[] = [
  {
    id: 'nest-timeout',
    verdict: 'ambiguous',
    when: 'Nest: an HttpException of 408 or 504',
    matches: (error) => [408, 504].includes(statusOfException(error)),
  },
  {
    id: 'nest-server-error',
    verdict: 'transient',
    when: 'Nest: an HttpException of 500, 502 or 503 that the application throws itself',
    matches: (error) => [500, 502, 503].includes(statusOfException(error)),
  },
  {
    id: 'nest-intrinsic',
    verdict: 'permanent',
    when: 'Nest: an IntrinsicException; when minified, it looks like a plain error',
    matches: (error) => error.text('constructor.name') === 'IntrinsicException',
  },
];

/** 0 where the error is no HttpException. */
function statusOfException(error: ErrorLink): number {
  if (!error.isFunction('getStatus') || !error.isFunction('getResponse')) return 0;
  return error.number('status') ?? 0;
}
