import { MAX_DELAY_SECONDS } from '../../wire/limits.js';
import { isKnownStatus, isTerminalStatus, type Operation } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';
import { type Duration, toDelaySeconds, toSeconds } from '../duration.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { DurableOperation, type OperationPlace } from './operation.js';

/** A pause that the service keeps (PROTOCOL §5.4). */
export class WaitOperation extends DurableOperation<void> {
  readonly type = 'WAIT';
  readonly subType = 'Wait';
  readonly #duration: Duration;

  constructor(place: OperationPlace, duration: Duration) {
    super(place);
    this.#duration = duration;
  }

  protected start(): void {
    const WaitSeconds = this.#waitSeconds();
    this.busy();
    this.save('START', { WaitOptions: { WaitSeconds } }, () => {
      this.#goOn(this.record, WaitSeconds);
      this.idle();
    });
  }

  protected replay(existing: Operation): void {
    this.#goOn(existing, 0);
  }

  #goOn(record: Operation | undefined, waitSeconds: number): void {
    if (record && isTerminalStatus(record.Status)) return this.completion.settle(() => undefined);
    if (record && !isKnownStatus(record.Status)) return this.awaitUnknown(record);
    const startedMs = this.invocation.clock.now();
    const dueMs = toEpochMs(record?.WaitDetails?.ScheduledEndTimestamp) ?? startedMs + waitSeconds * 1000;
    this.awaitService({ status: record?.Status ?? 'STARTED', dueMs });
  }

  #waitSeconds(): number {
    const seconds = toSeconds(this.#duration);
    if (seconds >= 0 && seconds <= MAX_DELAY_SECONDS) return toDelaySeconds(seconds, MAX_DELAY_SECONDS);
    throw new ConfigValidationError(
      `${this.label} has a duration of ${seconds} seconds. A wait lasts 1 to ${MAX_DELAY_SECONDS} seconds (366 days), ` +
        'given as { days, hours, minutes, seconds } in non-negative numbers.',
    );
  }
}
