import { ActivityScope } from './activity-scope.js';
import type { Activity, ActivityCounts } from './activity.js';

function countingActivity() {
  const counts: ActivityCounts = { executing: 0, blocked: 0, freeBodies: 0 };
  const activity = { change: (kind: keyof ActivityCounts, by: number) => (counts[kind] += by) };
  return { counts, activity: activity as unknown as Activity };
}

describe('ActivityScope', () => {
  it('counts what happens in it and below it', () => {
    const { counts, activity } = countingActivity();
    const outer = new ActivityScope(activity);
    const inner = new ActivityScope(outer);
    outer.change('blocked', 1);
    inner.change('executing', 2);
    inner.change('executing', -1);
    inner.change('freeBodies', 1);
    expect(counts).toEqual({ executing: 1, blocked: 1, freeBodies: 1 });
  });

  it('takes back all that is left of it when it is closed, and counts no more', () => {
    const { counts, activity } = countingActivity();
    const outer = new ActivityScope(activity);
    const inner = new ActivityScope(outer);
    outer.change('executing', 1);
    inner.change('blocked', 2);
    inner.change('executing', 1);
    inner.close();
    expect(counts).toEqual({ executing: 1, blocked: 0, freeBodies: 0 });
    inner.change('executing', -1);
    inner.change('blocked', 5);
    inner.close();
    expect(counts).toEqual({ executing: 1, blocked: 0, freeBodies: 0 });
  });

  it('takes back what is below it, too', () => {
    const { counts, activity } = countingActivity();
    const outer = new ActivityScope(activity);
    const inner = new ActivityScope(outer);
    inner.change('executing', 3);
    outer.close();
    inner.change('executing', -1);
    inner.close();
    expect(counts).toEqual({ executing: 0, blocked: 0, freeBodies: 0 });
  });
});
