import type { AroundAttempt, AttemptSubject } from '../../engine/invocation/engine-config.js';

export interface BodyRulesOptions {
  /** How often invocations were interrupted in the run. */
  crashes: number;
  /** Names of steps whose body may start once, whatever their semantics and their retries allow. */
  once: readonly string[];
  /** File, line and column of the call of an operation. */
  placeOf(executionArn: string, operationId: string): string | undefined;
}

/** Bodies that ran more often than allowed, in one disturbed run. */
export class BodyRules {
  readonly violations: string[] = [];
  readonly #options: BodyRulesOptions;
  readonly #starts = new Map<string, number>();
  readonly #ended = new Set<string>();

  constructor(options: BodyRulesOptions) {
    this.#options = options;
  }

  readonly around: AroundAttempt = async (subject, body) => {
    this.#began(subject);
    return body();
  };

  /** The completion of an operation is saved: its body may never start again. */
  saved(executionArn: string, operationId: string): void {
    this.#ended.add(`${executionArn} ${operationId}`);
  }

  #began(subject: AttemptSubject): void {
    const { executionArn, operationId, name, attempt, isAtMostOnce } = subject;
    const operation = `${executionArn} ${operationId}`;
    const inAll = this.#count(operation);
    const inAttempt = this.#count(`${operation} ${attempt}`);
    if (this.#ended.has(operation)) this.#violated(subject, 'ran again after its completion was saved');
    if (inAll > 1 && this.#options.once.includes(name ?? '')) {
      this.#violated(subject, `ran ${inAll} times, and may run once`);
    }
    const allowed = isAtMostOnce ? 1 : 1 + this.#options.crashes;
    if (inAttempt <= allowed) return;
    const semantics = isAtMostOnce ? 'at most once' : `at most ${allowed} times`;
    this.#violated(subject, `ran attempt ${attempt} ${inAttempt} times, and may run it ${semantics}`);
  }

  #count(key: string): number {
    const count = (this.#starts.get(key) ?? 0) + 1;
    this.#starts.set(key, count);
    return count;
  }

  #violated({ executionArn, operationId, name }: AttemptSubject, what: string): void {
    const place = this.#options.placeOf(executionArn, operationId);
    const where = place === undefined ? '' : ` (called at ${place})`;
    this.violations.push(`step ${JSON.stringify(name ?? operationId)}${where} ${what}`);
  }
}
