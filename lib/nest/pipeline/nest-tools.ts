import { Logger } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';

/** What code that is loaded with the first execution uses of Nest, which it must not import itself. */
export interface NestTools {
  /** What a guard has decided: it may return a promise or an observable. */
  verdictOf(answer: unknown): Promise<unknown>;
  debug(message: string): void;
  warn(message: string): void;
}

const LOG = 'DurableExecution';

export const nestTools: NestTools = {
  verdictOf: async (answer) => {
    const value: unknown = isObservable(answer) ? answer : await answer;
    return isObservable(value) ? lastValueFrom(value) : value;
  },
  debug: (message) => Logger.debug(message, LOG),
  warn: (message) => Logger.warn(message, LOG),
};
