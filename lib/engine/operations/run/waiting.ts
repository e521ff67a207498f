import type { Operation } from '../../../wire/operation.js';
import { calledFromHere } from '../../context/called-from-here.js';
import type { ConvertNext, Next, SaveNext, ServiceNext } from '../../scope.js';
import { replayed } from './beginning.js';
import type { Running } from './running.js';

/** Continues with a pending value. */
export function convert(run: Running, { value, then }: ConvertNext<unknown>): void {
  run.busy();
  const { deliveries } = run.call.context.invocation;
  const { endsOffRecord } = run.call;
  if (endsOffRecord) deliveries.hold();
  const converted = (piece: () => Next<unknown>) => {
    run.goOn(piece);
    if (endsOffRecord) deliveries.release();
  };
  value.then(
    (known) => converted(() => then(known as never)),
    (error: unknown) => converted(() => rethrow(error)),
  );
}

/** Continues when an update is saved. */
export function save(run: Running, { action, content, then }: SaveNext<unknown>): void {
  run.busy();
  const goOn = () => run.goOn(then);
  const saved = calledFromHere(() => run.whenReported(run.observer?.saved(action), goOn));
  const { call, outcome } = run;
  // The id of a callback is delivered when its start is recorded, in order with the completions of others.
  const end = call.type === 'CALLBACK' && { end: outcome };
  call.context.invocation.checkpointer.save(call.update(action, content), { ...end, onRecorded: saved });
}

/** Leaves the operation to the service, and replays it when its status has changed. */
export function awaitService(run: Running, { status, dueMs }: ServiceNext): void {
  const { outcome } = run;
  const { state, waits } = run.call.context.invocation;
  const operationId = run.call.id.wire;
  const watcher = calledFromHere((record: Operation) => {
    if (record.Status === status) return;
    state.unwatch(operationId);
    waits.remove(operationId);
    outcome.serviceAnswered();
    run.goOn(() => replayed(run, record));
  });
  state.watch(operationId, watcher);
  // A pending retry lets the invocation suspend even if no code awaits the operation yet.
  outcome.waitForService(status === 'PENDING');
  waits.add(operationId, dueMs);
  run.idle();
}

function rethrow(error: unknown): never {
  throw error;
}
