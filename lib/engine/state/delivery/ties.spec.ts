import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { deferred, turns } from '../../../../test/engine/support/turns.js';
import { Ties } from './ties.js';

function openTies({ mayOthersEnd = true, sinceMs = 0 } = {}) {
  const clock = new ManualClock();
  const state = { lastEndOutsideMs: clock.now() - sinceMs, findLastEndMs: () => state.lastEndOutsideMs + 7 };
  const answer = deferred();
  const seen = { polls: 0 };
  const poll = () => ((seen.polls += 1), answer.promise);
  return { clock, state, answer, seen, ties: new Ties({ clock, state, checkpointer: { poll } }, () => mayOthersEnd) };
}

describe('Ties', () => {
  it('asks for what else bears the millisecond of an end from outside, when that is over', async () => {
    const { ties, clock, seen, answer } = openTies();
    let isKnown = false;
    void ties.whenKnown()!.then(() => (isKnown = true));
    expect(seen.polls).toBe(0);
    await clock.advance(1);
    expect([seen.polls, isKnown]).toEqual([1, false]);
    answer.resolve();
    await turns(1);
    expect(isKnown).toBe(true);
    expect(ties.whenKnown()).toBeUndefined();
  });

  it.each([
    ['where nothing else may end', { mayOthersEnd: false }],
    ['where the millisecond is over', { sinceMs: 1 }],
  ])('asks for nothing %s', (_where, given) => {
    const { ties, clock } = openTies(given);
    expect(ties.whenKnown()).toBeUndefined();
    expect(clock.delaysMs).toEqual([]);
  });

  it('asks once where the clock stands still, as in a test', async () => {
    const { ties, clock, seen, answer } = openTies();
    const now = clock.now();
    clock.now = () => now;
    answer.resolve();
    const known = ties.whenKnown();
    await clock.advance(1);
    await known;
    expect([seen.polls, ties.whenKnown()]).toEqual([1, undefined]);
  });

  it('looks for what was recorded before the invocation only while that may be of now', async () => {
    const { ties, clock, state } = openTies();
    expect(ties.lastOtherEndMs()).toBe(state.lastEndOutsideMs + 7);
    await clock.advance(2);
    expect(ties.lastOtherEndMs()).toBe(state.lastEndOutsideMs);
  });

  it('leaves no timer when it is stopped', async () => {
    const { ties, clock, seen } = openTies();
    ties.stop();
    void ties.whenKnown();
    ties.stop();
    expect(clock.pendingMs).toEqual([]);
    await clock.advance(10);
    expect(seen.polls).toBe(0);
  });
});
