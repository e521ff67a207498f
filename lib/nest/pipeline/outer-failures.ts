import { Catch, type ExceptionFilter } from '@nestjs/common';
import { shared } from '../../process-state.js';
import { currentScope } from './current-scope.js';

/** Nest uses `instanceof` to find the filter for an error: so this one sees it. */
/* eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest asks by `instanceof`, which asks a class */
class Nothing {
  static [Symbol.hasInstance](thrown: unknown): boolean {
    currentScope()?.progress.failedOutside(thrown);
    return false;
  }
}

/**
 * A global filter that handles nothing. It records what middleware throws on the way to a durable method, for the
 * reason why an admitted execution did not reach that.
 */
@Catch(Nothing)
class OuterFailureFilter implements ExceptionFilter {
  catch(): void {
    // Never called.
  }
}

export const outerFailureFilter = shared('outer-filter', () => new OuterFailureFilter());
