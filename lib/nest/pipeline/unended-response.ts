import type { DurableInvocation } from '../../engine/invocation/durable-invocation.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { responseNotEnded } from './execution.messages.js';
import type { ResponseWatch } from './response-watch.js';

/** How long the engine may take to notice that everything that is left waits for the service. */
const SUSPENSION_GRACE_MS = 250;

/** What becomes of a response that is not ended. */
interface Listener {
  /** Nothing has been written to it for a while: if only operations are left, the invocation may be suspended. */
  silent(): void;
  /** Nothing will end it. */
  abandoned(error: DurableConfigurationError): void;
}

/**
 * A response that the method itself, or a stream that it has returned, must end, and has not. Operations that are left
 * may still end it, also in a later invocation; if there are none, nothing ends what is left to the method.
 */
export class UnendedResponse {
  /** Operations that were awaited when the method ended, such as the loser of a race: no stream awaits them. */
  #awaitedBefore = Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly invocation: DurableInvocation,
    private readonly watch: ResponseWatch,
  ) {}

  expectEnd(listener: Listener): void {
    const { watch } = this;
    const { activity } = this.invocation;
    this.#awaitedBefore = Math.min(this.#awaitedBefore, activity.blockedCount);
    let before = activity.changes;
    watch.expectEnd(() => {
      // What it is fed with is only slow: suspended, it would begin again once one of the others has ended.
      if (watch.isFed && activity.blockedCount <= this.#awaitedBefore) return this.expectEnd(listener);
      const wasIdle = activity.changes === before;
      listener.silent();
      before = activity.changes;
      this.#timer = setTimeout(() => {
        const isIdle = wasIdle && activity.changes === before && !this.invocation.isUnderWay;
        if (isIdle && !watch.isFed) listener.abandoned(new DurableConfigurationError(responseNotEnded()));
        else this.expectEnd(listener);
      }, SUSPENSION_GRACE_MS);
    });
  }

  stop(): void {
    this.watch.stop();
    clearTimeout(this.#timer);
  }
}
