import type { FaultKind, FaultRule } from './fault.js';
import { faultRuleProblem } from './fault-rule-problem.js';
import { ApiName } from './router.js';

/** A call, as rules match it. */
export interface FaultTarget {
  api: ApiName;
  /** The execution's ARN, or the callback's id, or the function's name. */
  label: string;
}

/** What faults need from the service. */
export interface FaultSurroundings {
  /** The random source for rules with a `share`. */
  random: () => number;
  /** The service's clock, milliseconds since the epoch. */
  now: () => number;
  /** When the execution, or the callback, of a call was started. */
  startedAtMs: (target: FaultTarget) => number | undefined;
}

export interface PlannedFault {
  id: number;
  rule: FaultRule;
  /** Calls that matched the rule so far. */
  matched: number;
  /** Calls that failed by it so far. */
  injected: number;
}

/** Failures on demand. Rules are checked in the order of their creation; the first that applies decides. */
export class Faults {
  readonly #planned = new Map<number, { fault: PlannedFault; fromMs: number }>();
  readonly #surroundings: FaultSurroundings;
  #nextId = 1;

  constructor(surroundings: FaultSurroundings) {
    this.#surroundings = surroundings;
  }

  /** @throws {TypeError} for a rule that does not say which calls fail, and how */
  add(rule: FaultRule): PlannedFault {
    const problem = faultRuleProblem(rule);
    if (problem !== undefined) throw new TypeError(`faults.add(): ${problem}.`);
    const fromMs = this.#surroundings.now() + (rule.afterSeconds ?? 0) * 1000;
    const fault: PlannedFault = { id: this.#nextId++, rule, matched: 0, injected: 0 };
    this.#planned.set(fault.id, { fault, fromMs });
    return fault;
  }

  list(): readonly PlannedFault[] {
    return [...this.#planned.values()].map(({ fault }) => fault);
  }

  remove(id: number): boolean {
    return this.#planned.delete(id);
  }

  clear(): void {
    this.#planned.clear();
  }

  /** The fault to inject into this call. */
  strike(target: FaultTarget): FaultRule | undefined {
    for (const { fault, fromMs } of this.#planned.values()) {
      if (fromMs > this.#surroundings.now() || !this.#concerns(fault.rule, target)) continue;
      fault.matched += 1;
      if (!this.#strikes(fault)) continue;
      fault.injected += 1;
      return fault.rule;
    }
    return undefined;
  }

  #concerns(rule: FaultRule, target: FaultTarget): boolean {
    const apis = INVISIBLE_TO[rule.kind];
    return concerns(rule, target) && (!apis || (apis.has(target.api) && this.#isInvisible(rule, target)));
  }

  #isInvisible({ invisibleSeconds = 1 }: FaultRule, target: FaultTarget): boolean {
    const startedAtMs = this.#surroundings.startedAtMs(target);
    return startedAtMs !== undefined && this.#surroundings.now() - startedAtMs < invisibleSeconds * 1000;
  }

  #strikes({ rule, matched, injected }: PlannedFault): boolean {
    const { nth = 1, share, kind } = rule;
    const times = rule.times ?? (share === undefined && !INVISIBLE_TO[kind] ? 1 : Infinity);
    return matched >= nth && injected < times && (share === undefined || this.#surroundings.random() < share);
  }
}

/** The calls that do not find what has just been started. */
const INVISIBLE_TO: Readonly<Partial<Record<FaultKind, ReadonlySet<ApiName>>>> = {
  'execution-not-visible': new Set<ApiName>([ApiName.GET, ApiName.HISTORY]),
  'callback-not-visible': new Set<ApiName>([
    ApiName.CALLBACK_SUCCESS,
    ApiName.CALLBACK_FAILURE,
    ApiName.CALLBACK_HEARTBEAT,
  ]),
};

function concerns({ api, execution }: FaultRule, target: FaultTarget): boolean {
  if (api !== undefined && api !== target.api) return false;
  return (
    execution === undefined || target.label === execution || target.label.includes(`/durable-execution/${execution}/`)
  );
}
