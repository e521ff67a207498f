import type { FaultRule } from './fault.js';
import type { ApiName } from './router.js';

/** A call as far as faults are concerned. */
export interface FaultTarget {
  api: ApiName;
  /** The execution's ARN, or the callback's id, or the function's name. */
  label: string;
}

export interface PlannedFault {
  id: number;
  rule: FaultRule;
  /** Calls that fitted the rule so far. */
  matched: number;
  /** Calls that failed by it so far. */
  injected: number;
}

/** Failures on demand. Rules are looked at in the order of their making; the first that strikes decides. */
export class Faults {
  readonly #planned = new Map<number, PlannedFault>();
  readonly #random: () => number;
  #nextId = 1;

  constructor(random: () => number) {
    this.#random = random;
  }

  add(rule: FaultRule): PlannedFault {
    const planned: PlannedFault = { id: this.#nextId++, rule, matched: 0, injected: 0 };
    this.#planned.set(planned.id, planned);
    return planned;
  }

  list(): readonly PlannedFault[] {
    return [...this.#planned.values()];
  }

  remove(id: number): boolean {
    return this.#planned.delete(id);
  }

  clear(): void {
    this.#planned.clear();
  }

  /** The fault that this call has to suffer. */
  strike(target: FaultTarget): FaultRule | undefined {
    for (const planned of this.#planned.values()) {
      if (!concerns(planned.rule, target)) continue;
      planned.matched += 1;
      if (!this.#strikes(planned)) continue;
      planned.injected += 1;
      return planned.rule;
    }
    return undefined;
  }

  #strikes({ rule, matched, injected }: PlannedFault): boolean {
    const { nth = 1, share } = rule;
    const times = rule.times ?? (share === undefined ? 1 : Infinity);
    return matched >= nth && injected < times && (share === undefined || this.#random() < share);
  }
}

function concerns({ api, execution }: FaultRule, target: FaultTarget): boolean {
  if (api !== undefined && api !== target.api) return false;
  return (
    execution === undefined || target.label === execution || target.label.includes(`/durable-execution/${execution}/`)
  );
}
