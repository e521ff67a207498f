import { FAULT_KINDS, faultReply } from './fault.js';
import { Faults } from './faults.js';
import { ApiName } from './router.js';

const CHECKPOINT = { api: ApiName.CHECKPOINT, label: 'arn:…/durable-execution/order-7/id' };
const INVOKE = { api: ApiName.INVOKE, label: 'f' };

describe('Faults', () => {
  it('lets the first rule that strikes decide, and counts for each what it saw', () => {
    const faults = new Faults(() => 0);
    const first = faults.add({ kind: 'throttled', nth: 2 });
    const second = faults.add({ kind: 'service-error', times: 2 });
    expect([1, 2, 3, 4].map(() => faults.strike(CHECKPOINT)?.kind)).toEqual([
      'service-error',
      'throttled',
      'service-error',
      undefined,
    ]);
    expect([first.matched, first.injected, second.matched, second.injected]).toEqual([4, 1, 3, 2]);
  });

  it('leaves alone what a rule does not concern', () => {
    const faults = new Faults(() => 0);
    faults.add({ kind: 'throttled', api: ApiName.CHECKPOINT, execution: 'order-7', times: 9 });
    const other = { ...CHECKPOINT, label: 'arn:…/durable-execution/order-77/id' };
    expect([INVOKE, other, CHECKPOINT].map((target) => faults.strike(target)?.kind)).toEqual([
      undefined,
      undefined,
      'throttled',
    ]);
  });

  it('forgets rules one by one or all', () => {
    const faults = new Faults(() => 0);
    const { id } = faults.add({ kind: 'throttled' });
    faults.add({ kind: 'dropped' });
    expect([faults.remove(id), faults.remove(id), faults.list().length]).toEqual([true, false, 1]);
    faults.clear();
    expect(faults.strike(CHECKPOINT)).toBeUndefined();
  });
});

describe('faultReply', () => {
  it('has an answer for every kind but those that concern the exchange', () => {
    const exchange = FAULT_KINDS.filter((kind) => faultReply({ kind }) === undefined);
    expect(exchange).toEqual(['dropped', 'dropped-after', 'missing-token', 'delay']);
  });
});
