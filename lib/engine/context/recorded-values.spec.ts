import { ManualClock } from '../../../test/engine/support/manual-clock.js';
import { Stage } from '../../../test/engine/support/stage.js';

describe('Recorded values', () => {
  it('are the same on every run', async () => {
    const seen: unknown[][] = [];
    const clock = new ManualClock();
    const stage = new Stage(
      async (context) => {
        seen.push([await context.now(), await context.uuid(), await context.random(), await context.uuid('order id')]);
        await context.wait({ hours: 1 });
      },
      { config: { clock } },
    );
    const startMs = clock.now();
    await stage.invoke();
    await clock.advance(3_600_000);
    stage.service.passTime();
    await stage.result();
    const [first, second] = seen;
    expect(second).toEqual(first);
    expect(first).toEqual([
      new Date(startMs),
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      expect.any(Number),
      expect.any(String),
    ]);
    expect(first![2]).toBeGreaterThanOrEqual(0);
    expect(first![2]).toBeLessThan(1);
    expect(first![3]).not.toBe(first![1]);
    expect([...stage.service.operations.values()].slice(1, 5).map(({ Name, SubType }) => [Name, SubType])).toEqual([
      ['now', 'Now'],
      ['uuid', 'Uuid'],
      ['random', 'Random'],
      ['order id', 'Uuid'],
    ]);
  });
});
