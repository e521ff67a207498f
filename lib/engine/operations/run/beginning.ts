import { isKnownStatus, isTerminalStatus, type Operation } from '../../../wire/operation.js';
import type { Next } from '../../scope.js';
import { awaitService } from '../next.js';
import { assertSameOperation } from '../replay-check.js';
import type { Running } from './running.js';

/** Starts an operation, or replays it. Plugins are called for a continued operation before it continues. */
export function begin<T>(run: Running<T>): void {
  const existing = run.observer && run.call.record;
  if (existing) run.goOn(() => meet(run, existing));
  else run.goOn(startOrReplay);
}

function meet<T>(run: Running<T>, existing: Operation): undefined {
  assertSameOperation(existing, run.call);
  run.whenReported(run.observer!.met(existing), () => run.goOn(startOrReplay));
}

function startOrReplay<T>(run: Running<T>): Next<T> | undefined {
  const { call } = run;
  const existing = call.record;
  if (!call.context.invocation.state.isComplete && !call.isAnswered(existing)) {
    whenPageIsThere(run, existing);
    return undefined;
  }
  if (existing === undefined) return call.definition.start(call);
  assertSameOperation(existing, call);
  return replayed(run, existing);
}

/** An operation whose record has not arrived yet may have completed before all others. */
function whenPageIsThere<T>(run: Running<T>, existing: Operation | undefined): void {
  const { state, deliveries } = run.call.context.invocation;
  const mayHaveEnded = existing === undefined || isTerminalStatus(existing.Status);
  if (mayHaveEnded) deliveries.hold();
  const lookAgain = () => {
    run.goOn(startOrReplay);
    if (mayHaveEnded) deliveries.release();
  };
  state.onNextPage(lookAgain, run.call);
}

/** What follows from a record. An unknown status is never final: only the service can continue such an operation. */
export function replayed<T>({ call }: Running<T>, record: Operation): Next<T> {
  if (isKnownStatus(record.Status)) return call.definition.replay(call, record);
  call.context.invocation.warnOfStatus(call, record.Status);
  return awaitService(record.Status);
}
