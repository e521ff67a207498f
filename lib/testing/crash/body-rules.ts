import type { AroundAttempt, AttemptSubject } from '../../engine/invocation/engine-config.js';

/** Bodies that ran more often than they may, in one disturbed run. */
export class BodyRules {
  readonly violations: string[] = [];
  readonly #starts = new Map<string, number>();
  readonly #ended = new Set<string>();

  /** @param crashes - how often invocations were cut off in the run */
  constructor(private readonly crashes: number) {}

  readonly around: AroundAttempt = async (subject, body) => {
    this.#began(subject);
    return body();
  };

  /** The end of an operation is saved: its body may never begin again. */
  saved(executionArn: string, operationId: string): void {
    this.#ended.add(`${executionArn} ${operationId}`);
  }

  #began({ executionArn, operationId, name, attempt, isAtMostOnce }: AttemptSubject): void {
    const label = `step ${JSON.stringify(name ?? operationId)}`;
    if (this.#ended.has(`${executionArn} ${operationId}`)) {
      this.violations.push(`${label} ran again after its end was saved`);
    }
    const key = `${executionArn} ${operationId} ${attempt}`;
    const starts = (this.#starts.get(key) ?? 0) + 1;
    this.#starts.set(key, starts);
    const allowed = isAtMostOnce ? 1 : 1 + this.crashes;
    if (starts > allowed) {
      const semantics = isAtMostOnce ? 'at most once' : `at most ${allowed} times`;
      this.violations.push(`attempt ${attempt} of ${label} ran ${starts} times, and may run ${semantics}`);
    }
  }
}
