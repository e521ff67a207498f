import { toEpochMs } from '../../../wire/timestamp.js';
import { endMomentOf } from '../../state/delivery/end-moment.js';
import { calledFromHere } from '../../context/called-from-here.js';
import { Completion } from '../../context/completion.js';
import { DurablePromise } from '../../base/durable-promise.js';
import type { AnswerNext, ConcludeNext, End, EndNext } from '../../scope.js';
import type { OperationCall } from '../operation-call.js';
import type { Running } from './running.js';

/** Resolves the operation with the promise of its completion, and continues with that. */
export function answer<T>(run: Running<T>, { answer: give, then }: AnswerNext<T>): void {
  const { call, completion } = run;
  if (run.outcome === completion) {
    const outcome = (run.outcome = new Completion<unknown>(call));
    const result = new DurablePromise(() => outcome.follow(), outcome);
    completion.end(() => give(result), toEpochMs(call.record?.StartTimestamp) ?? 0);
  }
  run.goOn(then);
}

/** Records how the operation completes. */
export function conclude(run: Running, conclusion: ConcludeNext<unknown>): void {
  if (run.call.type === 'CONTEXT') return concludeContext(run, conclusion);
  run.busy();
  const { call, observer, outcome } = run;
  const { action, content, end: how, runsUserCode, thrown } = conclusion;
  const saved = () => {
    if (call.context.isClosed) return;
    endWhenReported(run, observer?.concluded(content, thrown), how);
  };
  call.context.invocation.checkpointer.save(call.update(action, content), {
    end: outcome,
    onRecorded: runsUserCode ? calledFromHere(saved) : saved,
  });
}

/** It follows from completions inside, so it is known before it is recorded. */
function concludeContext(
  run: Running,
  { action, content, end: how, mayPrecedeRecord = false }: ConcludeNext<unknown>,
): void {
  const { call, observer, outcome } = run;
  outcome.isKnownBefore = mayPrecedeRecord;
  call.context.invocation.checkpointer.enqueue(call.update(action, content), {
    end: outcome,
    onRecorded: () => outcome.recorded(recordedMsOf(call)),
  });
  const concluded = () => {
    outcome.conclude(how, action === 'SUCCEED');
    run.idle();
  };
  run.whenReported(observer?.concluded(content), concluded);
}

/** The operation has completed, and nothing is left to record. */
export function end(run: Running, { end: how }: EndNext<unknown>): void {
  endWhenReported(run, run.observer?.ended(), how);
}

/** Without plugins it needs no callback: every completion comes here. */
function endWhenReported(run: Running, reporting: Promise<void> | undefined, how: End<unknown>): void {
  if (reporting) run.whenReported(reporting, () => endAs(run, how));
  else endAs(run, how);
}

function endAs(run: Running, how: End<unknown>): void {
  const { call, outcome } = run;
  if (call.isVirtual) outcome.endOffRecord(how);
  else outcome.end(how, recordedMsOf(call));
  run.idle();
}

function recordedMsOf({ record }: OperationCall<unknown>): number {
  return (record && endMomentOf(record)) ?? 0;
}
