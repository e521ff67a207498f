import type { DeliveredUntil } from '../state/delivery/deliveries.js';
import { RecordedScope } from './recorded-scope.js';

const at = (endMs: number) => ({ endMs }) as unknown as DeliveredUntil;

function nested() {
  const counts = { executing: 0, blocked: 0, observed: 0, freeBodies: 0 };
  const invocation = {
    executing: (by: number) => (counts.executing += by),
    blocked: (by: number) => (counts.blocked += by),
    observed: (by: number) => (counts.observed += by),
    freeBodies: (by: number) => (counts.freeBodies += by),
  };
  const outer = new RecordedScope(invocation, undefined);
  const inner = new RecordedScope(invocation, outer);
  return { counts, outer, inner };
}

describe('RecordedScope', () => {
  it('closes with all inside, at the same moment, and counts nothing of them any more', () => {
    const { counts, outer, inner } = nested();
    inner.executing(1);
    outer.finish(at(1));
    expect([outer.closedAt, inner.closedAt]).toEqual([at(1), at(1)]);
    inner.executing(1);
    expect(counts.executing).toBe(0);
  });

  it('leaves the one around it open, which does not close it again', () => {
    const { counts, outer, inner } = nested();
    inner.finish(at(1));
    expect(outer.closedAt).toBeUndefined();
    outer.executing(1);
    expect(counts.executing).toBe(1);
    outer.finish(at(2));
    expect(inner.closedAt).toEqual(at(1));
  });
});
