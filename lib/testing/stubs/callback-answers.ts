import { toErrorObject } from '../../client/control-results.js';
import { recordedErrorOf } from '../../client/recorded-error-of.js';
import type { Journal } from '../run/journal.js';
import type { TestService } from '../service/test-service.js';

/** How a test completes the callbacks of a name. `timeout`: nobody completes them, and time passes. */
export type CallbackAnswer = { value: unknown } | { error: Error } | 'timeout';

/** Completes callbacks as soon as they are open. */
export class CallbackAnswers {
  #answers = new Map<string, CallbackAnswer>();
  #kept: ReadonlyMap<string, CallbackAnswer> = new Map();
  readonly #answered = new Set<string>();
  /** Callbacks that fail whatever value the test has set, by the ids of their operations. */
  readonly #failing = new Map<string, Error>();

  set(name: string, answer: CallbackAnswer): void {
    this.#answers.set(name, answer);
  }

  /** Makes one callback fail, whatever value its name has. */
  fail(operationId: string, error: Error): void {
    this.#failing.set(operationId, error);
  }

  /** Completes the open callbacks before time passes. An execution that has ended may have left some open. */
  answer(journal: Journal, service: TestService): void {
    if (journal.hasEnded) return;
    for (const { callbackId, name, operationId } of journal.openCallbacks()) {
      const error = this.#failing.get(operationId);
      const answer = error ? { error } : this.#answers.get(name ?? '');
      if (answer === undefined || answer === 'timeout' || this.#answered.has(callbackId)) continue;
      this.#answered.add(callbackId);
      const release = service.clock.hold();
      send(service, { callbackId, answer })
        .catch((error: unknown) =>
          journal.fail(`The callback ${JSON.stringify(name)} cannot be completed: ${String(error)}`),
        )
        .finally(release);
    }
  }

  /** The names of the callbacks that the test completes. */
  get names(): string[] {
    return [...this.#answers.keys()];
  }

  /** From now on, {@link clear} returns to what is set now. */
  keep(): void {
    this.#kept = new Map(this.#answers);
  }

  clear(): void {
    this.#answers = new Map(this.#kept);
    this.#failing.clear();
  }
}

async function send(
  service: TestService,
  { callbackId, answer }: { callbackId: string; answer: Exclude<CallbackAnswer, 'timeout'> },
): Promise<void> {
  return 'error' in answer
    ? service.failCallback(callbackId, toErrorObject(recordedErrorOf(answer.error)))
    : service.succeedCallback(callbackId, answer.value);
}
