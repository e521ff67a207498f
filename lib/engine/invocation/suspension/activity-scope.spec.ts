import { ActivityScope } from './activity-scope.js';
import type { ActivityCounter } from './activity.js';

function countingInvocation() {
  const counts = { executing: 0, blocked: 0, observed: 0, freeBodies: 0 };
  const invocation: ActivityCounter = {
    executing: (by) => (counts.executing += by),
    blocked: (by) => (counts.blocked += by),
    observed: (by) => (counts.observed += by),
    freeBodies: (by) => (counts.freeBodies += by),
  };
  return { counts, invocation };
}

describe('ActivityScope', () => {
  it('counts for the invocation what happens in each context', () => {
    const { counts, invocation } = countingInvocation();
    const one = new ActivityScope(invocation);
    const other = new ActivityScope(invocation);
    one.blocked(1);
    other.executing(2);
    other.executing(-1);
    other.observed(1);
    other.freeBodies(1);
    expect(counts).toEqual({ executing: 1, blocked: 1, observed: 1, freeBodies: 1 });
  });

  it('takes back all that is left of it when it is closed, and counts no more', () => {
    const { counts, invocation } = countingInvocation();
    const staying = new ActivityScope(invocation);
    const closed = new ActivityScope(invocation);
    staying.executing(1);
    closed.blocked(2);
    closed.executing(1);
    closed.observed(1);
    closed.freeBodies(1);
    closed.close();
    expect(counts).toEqual({ executing: 1, blocked: 0, observed: 0, freeBodies: 0 });
    closed.executing(-1);
    closed.blocked(5);
    closed.observed(1);
    closed.freeBodies(1);
    closed.close();
    expect(counts).toEqual({ executing: 1, blocked: 0, observed: 0, freeBodies: 0 });
  });
});
