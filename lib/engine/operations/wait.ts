import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import { isTerminalStatus, type Operation } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import { type Duration, toDelaySeconds, toSeconds } from '../duration.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import type { Next, OperationDefinition, OperationScope } from '../scope.js';
import { awaitService, end, save } from './next.js';

/** A pause that the service keeps. */
export class Wait implements OperationDefinition<void> {
  readonly type = 'WAIT';
  readonly subType = 'Wait';
  readonly #duration: Duration;

  constructor(duration: Duration) {
    this.#duration = duration;
  }

  start(operation: OperationScope): Next<void> {
    const WaitSeconds = this.#waitSeconds(operation);
    return save('START', { WaitOptions: { WaitSeconds } }, () => this.#goOn(operation, operation.record, WaitSeconds));
  }

  replay(operation: OperationScope, record: Operation): Next<void> {
    return this.#goOn(operation, record, 0);
  }

  #goOn({ context }: OperationScope, record: Operation | undefined, waitSeconds: number): Next<void> {
    if (record && isTerminalStatus(record.Status)) return end(() => undefined);
    const startedMs = context.invocation.clock.now();
    const dueMs = toEpochMs(record?.WaitDetails?.ScheduledEndTimestamp) ?? startedMs + waitSeconds * 1000;
    return awaitService(record?.Status ?? 'STARTED', dueMs);
  }

  #waitSeconds({ label }: OperationScope): number {
    const seconds = toSeconds(this.#duration);
    if (seconds >= 0 && seconds <= MAX_DELAY_SECONDS) return toDelaySeconds(seconds, MAX_DELAY_SECONDS);
    throw new ConfigValidationError(
      `${label} has a duration of ${seconds} seconds. A wait lasts 1 to ${MAX_DELAY_SECONDS} seconds (366 days), ` +
        'given as { days, hours, minutes, seconds } in non-negative numbers.',
    );
  }
}
