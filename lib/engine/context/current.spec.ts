import { Stage } from '../../../test/engine/support/stage.js';
import { turns } from '../../../test/engine/support/turns.js';
import { currentDurableContext, currentInvocation, isInsideStep } from './current.js';
import type { DurableContext } from './durable-context.js';

const where = (context: DurableContext) => [
  currentInvocation()?.arn !== undefined,
  currentDurableContext() === context,
  isInsideStep(),
];

afterEach(() => turns(3));

describe('the current invocation, context and step', () => {
  it('are unknown outside an invocation', () => {
    expect([currentInvocation(), currentDurableContext(), isInsideStep()]).toEqual([undefined, undefined, false]);
  });

  it('are those of the body that is running, also behind awaits', async () => {
    const seen: Record<string, boolean[]> = {};
    const stage = new Stage(async (context) => {
      seen.handler = where(context);
      await context.runInChildContext('child', async (child) => {
        seen.child = where(child);
        await child.step('step', async () => {
          await turns(1);
          seen.step = where(child);
        });
        seen['child behind a step'] = where(child);
      });
      await context.wait({ seconds: 1 });
      seen['handler behind a wait'] = where(context);
    });
    await stage.run();
    expect(seen).toEqual({
      handler: [true, true, false],
      child: [true, true, false],
      step: [true, false, true],
      'child behind a step': [true, true, false],
      'handler behind a wait': [true, true, false],
    });
  });

  it('are kept apart for invocations that run at once', async () => {
    const arns: unknown[] = [];
    const stages = [0, 1].map(
      () =>
        new Stage(async (context) => {
          await context.step(() => turns(3));
          arns.push(currentDurableContext() === context);
        }),
    );
    await Promise.all(stages.map((stage) => stage.run()));
    expect(arns).toEqual([true, true]);
  });
});
