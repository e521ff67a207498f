import type { expect as expectOfJest } from '@jest/globals';
import type { expect as expectOfVitest } from 'vitest';
import type { DurableRun } from 'nestjs-durable-execution/testing';

declare class Payments {
  charge(order: { id: string }): Promise<string>;
}

/** Never called: that it compiles is what is tested, in what each runner's `expect` is declared to be. */
export function typed(run: DurableRun, jest: typeof expectOfJest, vitest: typeof expectOfVitest): void {
  jest(run).toHaveSucceeded();
  jest(run).not.toHaveRun('ship', { times: 1 });
  jest(run).toHaveRun(Payments, 'charge', { times: 1 });
  // @ts-expect-error -- no such method
  jest(run).toHaveRun(Payments, 'chrage');
  vitest(run).toHaveSucceeded();
  vitest(run).not.toHaveRun('ship', { times: 1 });
  vitest(run).toHaveRun(Payments, 'charge', { times: 1 });
  // @ts-expect-error -- no such option
  vitest(run).toHaveRun('ship', { time: 1 });
}
