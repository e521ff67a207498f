import { Logger } from '@nestjs/common';
import { defer, isObservable, lastValueFrom, Observable } from 'rxjs';

/** What code that is loaded with the first execution uses of Nest, which it must not import itself. */
export interface NestTools {
  /**
   * What Nest receives in place of the promise or the observable of a guard. Nest subscribes to an observable itself, as
   * without this package: a store that is entered then reaches the handler in each invocation, or in none.
   */
  judged(answer: unknown, judge: (verdict: Promise<unknown>) => Promise<unknown>): unknown;
  debug(message: string): void;
  warn(message: string): void;
}

const LOG = 'DurableExecution';

export const nestTools: NestTools = {
  judged: (answer, judge) => {
    const judged = () => judge(verdictOf(answer));
    // Early versions of Nest 11 let a request pass for an observable of another copy of RxJS. They await every promise.
    return answer instanceof Observable ? defer(judged) : judged();
  },
  debug: (message) => Logger.debug(message, LOG),
  warn: (message) => Logger.warn(message, LOG),
};

async function verdictOf(answer: unknown): Promise<unknown> {
  const value: unknown = isObservable(answer) ? answer : await answer;
  return isObservable(value) ? lastValueFrom(value) : value;
}
