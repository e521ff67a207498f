import type { DurableExecutionClient } from '../../../wire/durable-execution-client.js';
import { STATE_PAGE_ITEMS } from '../../../wire/limits.js';
import { readStatePage } from '../../../wire/read-answers.js';
import { UnreadableAnswerError } from '../../../wire/unreadable-answer.js';
import { GetExecutionStateError } from '../../base/errors/get-execution-state-error.js';
import type { ExecutionState } from '../../state/execution-state.js';
import type { AwaitedCall, LambdaDeadlineError } from './awaited-call.js';
import type { CallLimits } from './call-limits.js';

export interface StatePages {
  client: DurableExecutionClient;
  durableExecutionArn: string;
  checkpointToken: string;
  /** The marker of the next page. */
  marker: string;
  limits: CallLimits;
}

/** Reads further pages of state to the last one, and validates each before it is used. */
export class StateReading {
  /** Resolves when every page is merged. @throws {GetExecutionStateError} (rejects) when one cannot be read */
  readonly done: Promise<void>;
  readonly #state: ExecutionState;
  readonly #pages: StatePages;
  #page = 1;
  #isOver = false;
  #giveUp!: (error: Error) => void;

  constructor(state: ExecutionState, pages: StatePages) {
    this.#state = state;
    this.#pages = pages;
    this.done = new Promise((resolve, reject) => {
      this.#giveUp = reject;
      this.#readAll().then(resolve, reject);
    });
  }

  /** Absent when the last page has arrived. */
  get awaited(): AwaitedCall | undefined {
    if (this.#isOver) return undefined;
    const waiting = this.#state.waitingForPages;
    const purpose = `page ${this.#page + 1} of the state${waiting === undefined ? '' : `, for which ${waiting} waits`}`;
    return { wait: this, purpose, fail: (reason) => this.#fail(reason) };
  }

  async #readAll(): Promise<void> {
    const seen = new Set<string>();
    let marker: string | undefined = this.#pages.marker;
    try {
      while (marker !== undefined && !this.#isOver) {
        assertNew(marker, seen);
        const page = readStatePage(await this.#call(marker));
        if (this.#isOver) return;
        this.#state.merge(page.operations);
        this.#page += 1;
        marker = page.marker;
      }
      this.#isOver = true;
    } catch (error) {
      this.#isOver = true;
      // Also for an unreadable response: in every case the state is missing.
      throw GetExecutionStateError.fromException(error, this.#pages.limits.apiErrorCodes);
    }
  }

  #call(marker: string): Promise<unknown> {
    const { client, limits, durableExecutionArn: DurableExecutionArn, checkpointToken: CheckpointToken } = this.#pages;
    const request = { DurableExecutionArn, CheckpointToken, Marker: marker, MaxItems: STATE_PAGE_ITEMS };
    limits.onAttempt();
    return client.getExecutionState(request, undefined, limits);
  }

  #fail(reason: LambdaDeadlineError): void {
    const { limits } = this.#pages;
    const { error, waiting } = limits.reasonAt(reason);
    this.#isOver = true;
    this.#giveUp(GetExecutionStateError.fromException(error, limits.apiErrorCodes, waiting));
    limits.callOff(reason);
  }
}

/** Pages in a cycle would be read for ever. */
function assertNew(marker: string, seen: Set<string>): void {
  if (seen.has(marker)) throw new UnreadableAnswerError('GetDurableExecutionState has returned the same marker twice.');
  seen.add(marker);
}
