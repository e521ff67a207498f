import { type ArgumentsHost, Logger } from '@nestjs/common';
import type { ExternalContextCreator } from '@nestjs/core';
import { currentScope } from './current-scope.js';
import { endResponse } from './end-response.js';
import { replaceMethod } from './replace-method.js';

const SEAM = Symbol.for('nestjs-durable-execution:filter-seam');

type Catch = (exception: unknown, host: ArgumentsHost) => unknown;

/** A filter, as Nest keeps it for a method. */
interface ReadyFilter {
  func: Catch;
}

type CreateContext = (this: unknown, ...args: unknown[]) => ReadyFilter[];

/**
 * Nest's router does not await filters: one that rejects would end the process, and with it every invocation of this
 * execution. Instead, the response ends as if the filter had thrown. Outside executions nothing changes.
 *
 * A version of Nest without the method is not changed.
 */
export function installFilterSeam(contexts: ExternalContextCreator): void {
  const replaced = { of: 'filtersContextCreator', method: 'createConcreteContext', mark: SEAM } as const;
  replaceMethod<CreateContext>(contexts, replaced, (createContext) => {
    return function (...args) {
      return createContext.apply(this, args).map((filter) => ({ ...filter, func: settling(filter.func) }));
    };
  });
}

function settling(filter: Catch): Catch {
  return (exception, host) => {
    const answer = filter(exception, host);
    // Pipelines of other types are awaited, also if a request is behind them.
    const scope = host.getType() === 'http' ? currentScope() : undefined;
    if (!(answer instanceof Promise) || scope?.route !== 'http') return answer;
    const settled = answer.catch((error: unknown) => {
      Logger.error('An exception filter has failed itself; it ends in 500.', error, 'DurableExecution');
      endResponse(host);
    });
    scope.progress.filterAnswers(settled);
    return settled;
  };
}
