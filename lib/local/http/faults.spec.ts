import { FAULT_KINDS, faultReply, type FaultRule } from './fault.js';
import { Faults } from './faults.js';
import type { FaultSurroundings } from './faults.js';
import { ApiName } from './router.js';

const CHECKPOINT = { api: ApiName.CHECKPOINT, label: 'arn:…/durable-execution/order-7/id' };
const INVOKE = { api: ApiName.INVOKE, label: 'f' };

const faultsWith = (surroundings: Partial<FaultSurroundings>) =>
  new Faults({ random: () => 0, now: () => 0, startedAtMs: () => undefined, ...surroundings });

describe('Faults', () => {
  it('lets the first rule that strikes decide, and counts for each what it saw', () => {
    const faults = faultsWith({});
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
    const faults = faultsWith({});
    faults.add({ kind: 'throttled', api: ApiName.CHECKPOINT, execution: 'order-7', times: 9 });
    const other = { ...CHECKPOINT, label: 'arn:…/durable-execution/order-77/id' };
    expect([INVOKE, other, CHECKPOINT].map((target) => faults.strike(target)?.kind)).toEqual([
      undefined,
      undefined,
      'throttled',
    ]);
  });

  it('lets a rule wait for its time', () => {
    let nowMs = 1_000;
    const faults = faultsWith({ now: () => nowMs });
    faults.add({ kind: 'kms-disabled', afterSeconds: 900, times: 9 });
    const strikes = () => faults.strike(CHECKPOINT)?.kind;
    expect(strikes()).toBeUndefined();
    nowMs += 899_999;
    expect(strikes()).toBeUndefined();
    nowMs += 1;
    expect([strikes(), strikes()]).toEqual(['kms-disabled', 'kms-disabled']);
  });

  it('hides what has just been started from those who look for it, as often as they do', () => {
    let nowMs = 10_000;
    const faults = faultsWith({
      now: () => nowMs,
      startedAtMs: ({ label }) => (label === 'known' ? 10_000 : undefined),
    });
    faults.add({ kind: 'execution-not-visible', invisibleSeconds: 2 });
    faults.add({ kind: 'callback-not-visible' });
    const strikes = (api: ApiName, label = 'known') => faults.strike({ api, label })?.kind;
    const looks = [
      ApiName.GET,
      ApiName.GET,
      ApiName.HISTORY,
      ApiName.CALLBACK_SUCCESS,
      ApiName.CHECKPOINT,
      ApiName.STOP,
    ];
    const seen = ['execution-not-visible', 'execution-not-visible', 'execution-not-visible', 'callback-not-visible'];
    expect(looks.map((api) => strikes(api))).toEqual([...seen, undefined, undefined]);
    expect(strikes(ApiName.GET, 'unknown')).toBeUndefined();
    nowMs += 1_000;
    expect([strikes(ApiName.CALLBACK_SUCCESS), strikes(ApiName.GET)]).toEqual([undefined, 'execution-not-visible']);
    nowMs += 1_000;
    expect(strikes(ApiName.GET)).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [undefined, 'rule is missing'],
    [{}, 'rule.kind is missing; it must be one of throttled, '],
    [{ kind: 'throttle' }, 'rule.kind must be one of '],
    [{ kind: 'throttled', tims: 2 }, 'rule.tims is not a known key; known are '],
    [{ kind: 'throttled', api: 'Checkpoint' }, 'rule.api must be one of Invoke, CheckpointDurableExecution, '],
    [{ kind: 'throttled', nth: 0 }, 'rule.nth must be a whole number from 1'],
    [{ kind: 'throttled', times: '2' }, 'rule.times must be a whole number from 1'],
    [{ kind: 'throttled', share: 2 }, 'rule.share must be at most 1'],
    [{ kind: 'delay', delayMs: -1 }, 'rule.delayMs must be a whole number from 0'],
  ])('refuses a rule that would strike nothing, or other calls: %j', (rule, problem) => {
    const faults = faultsWith({});
    expect(() => faults.add(rule as FaultRule)).toThrow(`faults.add(): ${problem}`);
    expect(faults.list()).toEqual([]);
  });

  it('forgets rules one by one or all', () => {
    const faults = faultsWith({});
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
