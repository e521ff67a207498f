import { type Outcome, Settlement } from './settlement.js';

const success: Outcome = { kind: 'succeeded', value: 1 };
const suspension: Outcome = { kind: 'suspended' };
const misuse: Outcome = { kind: 'failed', error: new Error('misuse'), path: 'user-code' };
const lost: Outcome = { kind: 'retried', error: new Error('network'), path: 'checkpoint' };
const refused: Outcome = { kind: 'failed', error: new Error('kms'), path: 'checkpoint' };

type Said = ['propose' | 'fault' | 'overrule', Outcome];

describe('Settlement', () => {
  it.each<[string, Said[], Outcome]>([
    [
      'the first proposal',
      [
        ['propose', success],
        ['propose', suspension],
      ],
      success,
    ],
    [
      'a fault over an earlier proposal',
      [
        ['propose', success],
        ['fault', misuse],
      ],
      misuse,
    ],
    [
      'a fault over a later proposal',
      [
        ['fault', misuse],
        ['propose', success],
      ],
      misuse,
    ],
    [
      'a failed checkpoint over a result already returned',
      [
        ['propose', success],
        ['overrule', lost],
      ],
      lost,
    ],
    [
      'a failed checkpoint over an earlier fault',
      [
        ['fault', misuse],
        ['overrule', lost],
      ],
      lost,
    ],
    [
      'a failed checkpoint over a later fault',
      [
        ['overrule', lost],
        ['fault', misuse],
      ],
      lost,
    ],
    [
      'the first of two failed checkpoints',
      [
        ['overrule', refused],
        ['overrule', lost],
      ],
      refused,
    ],
    [
      'being superseded over a result',
      [
        ['propose', success],
        ['overrule', suspension],
      ],
      suspension,
    ],
  ])('lets stand %s', (_, said, outcome) => {
    const settlement = new Settlement();
    for (const [how, what] of said) settlement[how](what);
    expect(settlement.outcome).toBe(outcome);
  });

  it.each(['propose', 'fault', 'overrule'] as const)('is settled by the first %s', async (how) => {
    const settlement = new Settlement();
    expect(settlement.isSettled).toBe(false);
    settlement[how](suspension);
    await settlement.settled;
    expect(settlement.isSettled).toBe(true);
  });
});
