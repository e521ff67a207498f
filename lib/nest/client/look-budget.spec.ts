import { LookBudget } from './look-budget.js';

function budgetAt(perSecond?: number) {
  const clock = { ms: 0 };
  const budget = new LookBudget(() => clock.ms);
  if (perSecond !== undefined) budget.allow(perSecond);
  const reserve = (count: number) => Array.from({ length: count }, () => Math.round(budget.reserveMs()));
  return { clock, budget, reserve };
}

describe('The budget of looks', () => {
  it('lets a second’s worth look at once, and then one after the other, in the order in which they asked', () => {
    const { reserve } = budgetAt();
    expect(reserve(13)).toEqual([...Array<number>(10).fill(0), 100, 200, 300]);
  });

  it('fills again with time, and never above a second’s worth', () => {
    const { clock, reserve } = budgetAt();
    reserve(10);
    clock.ms = 250;
    expect(reserve(4)).toEqual([0, 0, 50, 150]);
    clock.ms = 3_600_000;
    expect(reserve(11)).toEqual([...Array<number>(10).fill(0), 100]);
  });

  it('never lets more look than it has, whatever the moments in which they ask', () => {
    const { clock, budget } = budgetAt(4);
    const looks: number[] = [];
    for (let ask = 0; ask < 200; ask += 1) {
      clock.ms += (ask * 37) % 61;
      looks.push(clock.ms + budget.reserveMs());
    }
    const inSecondsBefore = looks.map((moment) => looks.filter((other) => other > moment - 1_000 && other <= moment));
    // A second's worth that was saved, and what comes in within that second.
    expect(Math.max(...inSecondsBefore.map(({ length }) => length))).toBeLessThanOrEqual(8);
    const last = looks.at(-1)!;
    expect(last).toBeGreaterThanOrEqual((200 - 4) * 250 - 250);
  });

  it('may be less than one a second, and without a limit', () => {
    expect(budgetAt(0.5).reserve(3)).toEqual([0, 2_000, 4_000]);
    expect(
      budgetAt(Infinity)
        .reserve(1_000)
        .every((ms) => ms === 0),
    ).toBe(true);
  });

  it.each([0, -1, NaN])('refuses %d looks a second', (perSecond) => {
    expect(() => budgetAt(perSecond)).toThrow(/looksPerSecond must be a number above 0/);
  });

  it('ends the wait for a turn with the signal', async () => {
    const { budget } = budgetAt(0.001);
    await budget.turn();
    await expect(budget.turn(AbortSignal.timeout(1))).rejects.toThrow(/abort/i);
  });
});
