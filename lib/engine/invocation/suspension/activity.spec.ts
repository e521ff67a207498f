import { ManualClock } from '../../../../test/engine/support/manual-clock.js';
import { turns } from '../../../../test/engine/support/turns.js';
import { Activity, type ActivityCounter, FREE_BODY_GRACE_MS } from './activity.js';

type Change = [kind: keyof ActivityCounter, by: number];

function watchActivity() {
  const clock = new ManualClock();
  const seen = { quiet: 0, asked: 0 };
  let saved = true;
  const activity = new Activity({
    clock,
    saved: () => ((seen.asked += 1), saved),
    onQuiet: () => (seen.quiet += 1),
  });
  const change = (...changes: Change[]) => changes.forEach(([kind, by]) => activity[kind](by));
  return { activity, clock, seen, change, setSaved: (value: boolean) => (saved = value) };
}

describe('Activity', () => {
  it.each<[string, Change[]]>([
    ['an operation is blocked and nothing else is there', [['blocked', 1]]],
    [
      'the last executing operation ends',
      [
        ['executing', 1],
        ['blocked', 1],
        ['executing', -1],
      ],
    ],
    [
      'the last free body awaits an operation',
      [
        ['freeBodies', 1],
        ['blocked', 1],
        ['freeBodies', -1],
      ],
    ],
    [
      'several are blocked',
      [
        ['blocked', 1],
        ['blocked', 1],
      ],
    ],
  ])('is quiet one turn after %s, without a timer', async (_, changes) => {
    const { seen, change, clock } = watchActivity();
    change(...changes);
    expect(seen.quiet).toBe(0);
    await turns(1);
    expect(seen.quiet).toBe(1);
    expect(clock.delaysMs).toEqual([]);
  });

  it.each<[string, Change[]]>([
    [
      'nothing is blocked: nobody could bring it on',
      [
        ['executing', 1],
        ['executing', -1],
      ],
    ],
    [
      'an operation executes',
      [
        ['executing', 1],
        ['blocked', 1],
      ],
    ],
    [
      'what was blocked is not any more',
      [
        ['blocked', 1],
        ['blocked', -1],
      ],
    ],
    [
      'only bodies are left that run code of their own',
      [
        ['freeBodies', 2],
        ['freeBodies', -1],
      ],
    ],
  ])('is never quiet while %s', async (_, changes) => {
    const { seen, change, clock } = watchActivity();
    change(...changes);
    await clock.advance(60_000);
    expect(seen.quiet).toBe(0);
    expect(clock.pendingMs).toEqual([]);
  });

  it('lets code that has just been given a result use it first', async () => {
    const { seen, change } = watchActivity();
    change(['executing', 1], ['blocked', 1], ['executing', -1]);
    await Promise.resolve();
    change(['executing', 1]);
    await turns(3);
    expect(seen.quiet).toBe(0);
  });

  it('is not quiet before everything is saved, and asks again when told so', async () => {
    const { activity, seen, change, setSaved } = watchActivity();
    setSaved(false);
    change(['blocked', 1]);
    await turns(2);
    expect(seen).toEqual({ quiet: 0, asked: 1 });
    setSaved(true);
    activity.check();
    await turns(1);
    expect(seen.quiet).toBe(1);
  });

  it('judges several changes of one turn once', async () => {
    const { seen, change } = watchActivity();
    change(['blocked', 1], ['blocked', 1], ['executing', 1], ['executing', -1]);
    await turns(3);
    expect(seen).toEqual({ quiet: 1, asked: 1 });
  });

  describe('with a body that runs code of its own', () => {
    it('is quiet after a grace in which nothing has happened', async () => {
      const { seen, change, clock } = watchActivity();
      change(['freeBodies', 1], ['blocked', 1]);
      await clock.advance(FREE_BODY_GRACE_MS - 1);
      expect(seen.quiet).toBe(0);
      await clock.advance(1);
      expect(seen.quiet).toBe(1);
    });

    it('gives a new grace whenever something has happened in the last one', async () => {
      const { seen, change, clock } = watchActivity();
      change(['freeBodies', 1], ['blocked', 1]);
      for (let round = 0; round < 5; round += 1) {
        await clock.advance(FREE_BODY_GRACE_MS - 1);
        change(['executing', 1], ['executing', -1]);
        await clock.advance(1);
      }
      expect(seen.quiet).toBe(0);
      await clock.advance(FREE_BODY_GRACE_MS);
      expect(seen.quiet).toBe(1);
    });

    it('does not spend the grace while something executes', async () => {
      const { seen, change, clock } = watchActivity();
      change(['freeBodies', 1], ['blocked', 1]);
      await turns(2);
      change(['executing', 1]);
      await clock.advance(10 * FREE_BODY_GRACE_MS);
      expect(seen.quiet).toBe(0);
      expect(clock.pendingMs).toEqual([]);
    });

    it('is quiet at once when the body goes on to await an operation', async () => {
      const { seen, change, clock } = watchActivity();
      change(['freeBodies', 1], ['blocked', 1]);
      await turns(2);
      change(['freeBodies', -1]);
      await turns(1);
      expect(seen.quiet).toBe(1);
      expect(clock.delaysMs).toHaveLength(1);
    });

    it('waits for what is not saved at the end of the grace', async () => {
      const { activity, seen, change, clock, setSaved } = watchActivity();
      change(['freeBodies', 1], ['blocked', 1]);
      await turns(2);
      setSaved(false);
      await clock.advance(FREE_BODY_GRACE_MS);
      expect(seen.quiet).toBe(0);
      setSaved(true);
      activity.check();
      await clock.advance(FREE_BODY_GRACE_MS);
      expect(seen.quiet).toBe(1);
    });
  });

  it('is never quiet once it is stopped, and leaves no timer', async () => {
    const { activity, seen, change, clock } = watchActivity();
    change(['freeBodies', 1], ['blocked', 1]);
    await turns(2);
    activity.stop();
    expect(clock.pendingMs).toEqual([]);
    change(['freeBodies', -1]);
    await clock.advance(60_000);
    expect(seen.quiet).toBe(0);
  });
});
