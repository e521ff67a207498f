import type { RecordedError } from '../../client/control-types.js';
import { DurableExecutionsError } from '../../wire/durable-executions-error.js';
import { brand } from '../../wire/error-brand.js';

/** Thrown by a `@CompletesCallback()` route to complete the callback with a failure instead of a value. */
export class CallbackRefusal extends DurableExecutionsError {
  static {
    brand(this, 'CallbackRefusal', 'CALLBACK_REFUSED');
  }

  readonly refusal: RecordedError & { message: string };

  /** @param refusal - what the execution receives as the failure of its callback; text is the message of it */
  constructor(refusal: string | (RecordedError & { message: string })) {
    const recorded = typeof refusal === 'string' ? { message: refusal } : refusal;
    super(recorded.message);
    this.refusal = recorded;
  }
}
