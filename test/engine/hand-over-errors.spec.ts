import { DurableError } from '../../lib/engine/base/errors/durable-error.js';
import { type Course, type HandlerOf, official, own, run } from './hand-over/engines.js';

@DurableError('OutOfStock')
class OutOfStock extends Error {
  override readonly name = 'OutOfStock';

  constructor(readonly sku: string) {
    super(`There is no ${sku} left`, { cause: new TypeError('shelf is empty') });
  }
}

const noRetry = { retryStrategy: () => ({ shouldRetry: false }) };
const throws = async (): Promise<never> => {
  throw new OutOfStock('A1');
};

/** A registered class where the SDK rebuilds it; else, as under the official SDK, the name that is recorded. */
function kindOf(error: unknown): string {
  let link = error as Error;
  while (!(link instanceof OutOfStock) && link.cause instanceof Error) link = link.cause;
  return `${link instanceof OutOfStock ? 'OutOfStock' : link.name} ${link.message}`;
}

/** What distinguishes each of the failed operations, on the first run and after two suspensions. */
const failing: HandlerOf = () => async (context) => {
  const told: string[] = [];
  const tell = (promise: Promise<unknown>) =>
    promise.then(
      () => told.push('nothing'),
      (error: unknown) => told.push(kindOf(error)),
    );
  await tell(context.step('step', throws, noRetry));
  await context.wait('a second', { seconds: 1 });
  await tell(context.runInChildContext('child', throws));
  await context.wait('another second', { seconds: 1 });
  const batch = await context.map('items', [1], throws);
  told.push(...batch.getErrors().map(kindOf));
  await context.wait('the last second', { seconds: 1 });
  return told;
};

const courses: Array<[string, Course['sdkOf']]> = [
  ['is begun by ours', (invocation) => (invocation % 2 ? official : own)],
  ['is begun by the official SDK', (invocation) => (invocation % 2 ? own : official)],
  ['is ended by ours', (invocation) => (invocation > 1 ? own : official)],
  ['is ended by the official SDK', (invocation) => (invocation > 1 ? official : own)],
];

describe('An execution whose operations fail with an error of a registered class', () => {
  it.each(courses)('takes the same path when it %s, at each suspension and after each crash', async (_, sdkOf) => {
    const { output, world } = await run(failing, { sdkOf: () => own });
    expect(JSON.parse((output as { Result: string }).Result)).toEqual(Array(3).fill('OutOfStock There is no A1 left'));
    const ids = world.record.map(({ Id }) => Id);
    for (let crashAtCall = 0; crashAtCall <= world.calls.length; crashAtCall += 1) {
      const handed = await run(failing, { sdkOf, crashAtCall });
      expect(handed.output).toEqual(output);
      expect(handed.world.record.map(({ Id }) => Id)).toEqual(ids);
    }
  });

  it('is rebuilt by ours from what ours has recorded, and keeps its data in a form that the official SDK shows', async () => {
    const { world } = await run(failing, { sdkOf: (invocation) => (invocation ? official : own) });
    const { StepDetails } = world.record.find(({ Name }) => Name === 'step')!;
    expect(StepDetails?.Error).toMatchObject({ ErrorType: 'OutOfStock', ErrorMessage: 'There is no A1 left' });
    expect(JSON.parse(StepDetails!.Error!.ErrorData!)).toMatchObject({ class: 'OutOfStock', members: { sku: 'A1' } });
  });
});
