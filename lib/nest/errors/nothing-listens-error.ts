import { DurableExecutionsError } from '../../wire/durable-executions-error.js';
import { brand } from '../../wire/error-brand.js';

/** An execution should stop with compensation, but listens to no such request. Nothing was done: it continues. */
export class NothingListensError extends DurableExecutionsError {
  readonly executionArn: string;

  static {
    brand(this, 'NothingListensError', 'NOTHING_LISTENS');
  }

  constructor(executionArn: string) {
    super(
      `The execution ${executionArn} listens to no request to stop, so nothing would be undone. Nothing was done: it continues. ` +
        'Give its method @Durable({ stoppable: true }), its saga { stoppable: true }, or call context.stopRequested() in it; ' +
        'or stop it without compensate.',
    );
    this.executionArn = executionArn;
  }
}
