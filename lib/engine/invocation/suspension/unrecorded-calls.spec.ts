import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import type { OperationScope } from '../../scope.js';
import { OTHER_CODE_MS, UnrecordedCalls } from './unrecorded-calls.js';

function opened() {
  const clock = new ManualClock();
  const context = { isClosed: false, isLeft: false };
  const operation = { context } as OperationScope;
  const stuck: OperationScope[] = [];
  const calls = new UnrecordedCalls({ clock, remainingMs: () => Infinity, onStuck: (one) => stuck.push(one) });
  calls.add(operation);
  return { calls, clock, context, operation, stuck };
}

describe('UnrecordedCalls', () => {
  it('give a body time from the first moment at which nothing else continues', async () => {
    const { calls, clock, operation, stuck } = opened();
    expect(calls.holdQuiet()).toBe(true);
    await clock.advance(OTHER_CODE_MS - 1);
    expect([calls.holdQuiet(), stuck]).toEqual([true, []]);
    await clock.advance(1);
    expect([stuck, clock.pendingMs]).toEqual([[operation], []]);
  });

  it.each(['isClosed', 'isLeft'] as const)('do not matter in a context that meanwhile %s', async (how) => {
    const { calls, clock, context, stuck } = opened();
    calls.holdQuiet();
    context[how] = true;
    await clock.advance(OTHER_CODE_MS);
    expect([calls.holdQuiet(), stuck]).toEqual([false, []]);
  });
});
