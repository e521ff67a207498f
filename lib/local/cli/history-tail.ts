import type { TimelineEvent } from './timeline/timeline-event.js';
import { epochMsOf } from './timeline/timeline-event.js';

export interface HistoryTailOptions {
  /** The events of an execution that follow the one with this number, oldest first. */
  read: (arn: string, afterEventId: number) => Promise<readonly TimelineEvent[]>;
  /** What happened before, milliseconds since the epoch, is not reported. */
  sinceMs: number;
  onEvents: (arn: string, events: readonly TimelineEvent[]) => void;
}

/** How far the history of one execution has been read. */
interface Tail {
  lastEventId: number;
  timer?: NodeJS.Timeout;
  /** Something has happened since the last look began. */
  isTouched: boolean;
}

/** Events come in bursts; one look shows them all. */
const LOOK_DELAY_MS = 40;
/** After this, look once more for what nobody tells: a closing that follows the end of an invocation. */
const LAST_LOOK_DELAY_MS = 1000;
/** An execution that has ended is remembered for as long as somebody might still touch it. */
const FORGET_DELAY_MS = 30_000;

const CLOSING = /^Execution(Succeeded|Failed|TimedOut|Stopped)$/;

/** Reports what is new in the histories of executions, shortly after each touch. */
export class HistoryTail {
  readonly #options: HistoryTailOptions;
  readonly #tails = new Map<string, Tail>();

  constructor(options: HistoryTailOptions) {
    this.#options = options;
  }

  /** Something has happened in this execution, or is about to. */
  touch(arn: string): void {
    const tail = this.#tails.get(arn) ?? { lastEventId: 0, isTouched: false };
    this.#tails.set(arn, tail);
    if (tail.isTouched) return;
    tail.isTouched = true;
    this.#lookIn(arn, tail, LOOK_DELAY_MS);
  }

  close(): void {
    for (const { timer } of this.#tails.values()) clearTimeout(timer);
    this.#tails.clear();
  }

  #lookIn(arn: string, tail: Tail, delayMs: number): void {
    clearTimeout(tail.timer);
    tail.timer = setTimeout(() => void this.#look(arn, tail), delayMs).unref();
  }

  async #look(arn: string, tail: Tail): Promise<void> {
    const isLastLook = !tail.isTouched;
    tail.isTouched = false;
    const { read, onEvents, sinceMs } = this.#options;
    // A service that is closing, or an execution whose time to be kept has ended: there is nothing more to tell.
    const events = await read(arn, tail.lastEventId).catch(() => []);
    if (this.#tails.get(arn) !== tail) return;
    tail.lastEventId = events.at(-1)?.EventId ?? tail.lastEventId;
    const fresh = events.filter((event) => epochMsOf(event) >= sinceMs);
    if (fresh.length > 0) onEvents(arn, fresh);
    if (events.some(({ EventType = '' }) => CLOSING.test(EventType))) this.#forgetSoon(arn, tail);
    else if (!isLastLook && !tail.isTouched) this.#lookIn(arn, tail, LAST_LOOK_DELAY_MS);
  }

  #forgetSoon(arn: string, tail: Tail): void {
    clearTimeout(tail.timer);
    tail.timer = setTimeout(() => this.#tails.delete(arn), FORGET_DELAY_MS).unref();
  }
}
