import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import { isTerminalStatus, type Operation } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import { type Duration, secondsOf, toDelaySeconds } from '../base/duration.js';
import type { Next, OperationDefinition, OperationScope } from '../scope.js';
import { awaitService, end, replayRecord, save } from './next.js';

/** A wait that the service keeps. */
export class Wait implements OperationDefinition<void> {
  readonly type = 'WAIT';
  readonly subType = 'Wait';
  readonly #duration: Duration;
  #startedSeconds = 0;

  constructor(duration: Duration) {
    this.#duration = duration;
  }

  start(operation: OperationScope): Next<void> {
    const seconds = secondsOf(this.#duration, `The duration of ${operation.label}`, MAX_DELAY_SECONDS);
    const WaitSeconds = toDelaySeconds(seconds, MAX_DELAY_SECONDS);
    this.#startedSeconds = WaitSeconds;
    return save('START', { WaitOptions: { WaitSeconds } }, () =>
      replayRecord(operation, () => awaitService('STARTED', this.#dueMs(operation))),
    );
  }

  replay(operation: OperationScope, { Status, WaitDetails }: Operation): Next<void> {
    if (isTerminalStatus(Status)) return end(() => undefined);
    return awaitService(Status, toEpochMs(WaitDetails?.ScheduledEndTimestamp) ?? this.#dueMs(operation));
  }

  /** If the service does not say, a wait that was started before may be due any time. */
  #dueMs({ context }: OperationScope): number {
    return context.invocation.clock.now() + this.#startedSeconds * 1000;
  }
}
