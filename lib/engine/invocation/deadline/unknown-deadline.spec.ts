import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { type Handler, Stage } from '../../../../test/engine/support/stage.js';
import { deferred, turns } from '../../../../test/engine/support/turns.js';
import type { LambdaContext } from '../../base/lambda-context.js';

/** What contexts of tests and of local runners say. */
const UNKNOWN: Array<[string, Partial<LambdaContext>]> = [
  ['is no function', { getRemainingTimeInMillis: undefined as never }],
  ['returns nothing', { getRemainingTimeInMillis: () => undefined as never }],
  ['is always 0', { getRemainingTimeInMillis: () => 0 }],
  ['is negative', { getRemainingTimeInMillis: () => -1 }],
  ['is no number', { getRemainingTimeInMillis: () => NaN }],
];

describe.each(UNKNOWN)('where the time that is left %s', (_, lambdaContext) => {
  const clock = new ManualClock();
  const staged = (handler: Handler) => new Stage(handler, { config: { clock }, lambdaContext });

  it('no step is told that it is about to be cut off', async () => {
    const stage = staged((context) =>
      context.step('charge', async ({ signal }) => {
        await clock.advance(1_000);
        return signal.aborted;
      }),
    );
    await expect(stage.result()).resolves.toBe(false);
  });

  it('a wait beside a step completes when it is due', async () => {
    const finish = deferred();
    const stage: Stage = staged(async (context) => {
      const wait = context.wait('patience', { seconds: 10 }).then(finish.resolve);
      return Promise.all([wait, context.step('charge', () => finish.promise)]);
    });
    const ending = stage.invoke();
    await turns(5);
    stage.service.passTime();
    await clock.advance(10_000);
    await expect(ending).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });
});
