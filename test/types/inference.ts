import {
  type BatchResult,
  createRetryStrategy,
  type DurableContext,
  type DurablePromise,
  type DurableLambdaHandler,
  withDurableExecution,
} from 'nestjs-durable-execution/engine';

/** Compiles only where the inferred type is exactly the stated one. */
type Exactly<T, U> = [T, U] extends [U, T] ? true : never;
const inferred = <T extends true>(..._values: unknown[]): T => true as T;

/** Where the official types infer less, or need `as const` and type arguments. */
export async function inferences(context: DurableContext) {
  const trip = await context.parallel('trip', [
    async (branch) => branch.step(async () => 'LH 400'),
    { name: 'hotel', func: async () => ({ stars: 4 }) },
  ]);
  inferred<Exactly<typeof trip, BatchResult<string | { stars: number }>>>(trip);

  const unnamed = await context.parallel([async () => 1, async () => 'two']);
  inferred<Exactly<typeof unnamed, BatchResult<number | string>>>(unnamed);

  const pending = context.parallel('same', [async () => 1, async () => 2]);
  inferred<Exactly<typeof pending, DurablePromise<BatchResult<number>>>>(pending);

  const [flight, nights] = await context.promise.all('booking', [
    context.step(async () => 'LH 400'),
    context.step(async () => 2),
  ]);
  inferred<Exactly<typeof flight, string>>(flight);
  inferred<Exactly<typeof nights, number>>(nights);

  const same = context.promise.all([context.step(async () => 1), context.step(async () => 2)]);
  inferred<Exactly<typeof same, DurablePromise<number[]>>>(same);

  const [paid] = await context.promise.allSettled([context.step(async () => 1), context.wait({ seconds: 1 })]);
  inferred<Exactly<typeof paid, PromiseSettledResult<number>>>(paid);

  const winner = await context.promise.race('first', [context.step(async () => 1), context.step(async () => 'two')]);
  inferred<Exactly<typeof winner, number | string>>(winner);

  const any = await context.promise.any([context.step(async () => 1), context.step(async () => 'two')]);
  inferred<Exactly<typeof any, number | string>>(any);

  const items = await context.map('double', [1, 2] as const satisfies number[], async (_child, item) => item * 2);
  inferred<Exactly<typeof items, BatchResult<number>>>(items);

  const strategy = createRetryStrategy({ retryableErrorTypes: [class extends Error {}, TypeError] });
  return strategy(new Error('declined'), 1).shouldRetry;
}

export const handler: DurableLambdaHandler = withDurableExecution(async ({ id }: { id: string }, context) => {
  const [answer, callbackId] = await context.createCallback(id);
  inferred<Exactly<typeof callbackId, string>>(callbackId);
  return answer;
});
