import type { OperationUpdate } from '../../wire/operation.js';
import { restoreState } from './merge.js';
import { statePage } from './page.js';
import { ServiceError } from './service-error.js';
import { Play } from './testing-fixtures/play.js';
import { timersOf } from './timers.js';
import { fc } from '../../../test/fixtures/seeded-fast-check.js';

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');

/** Updates with a fair chance to be legal after one another. */
const update: fc.Arbitrary<OperationUpdate> = fc
  .record({
    Id: ids,
    Type: fc.constantFrom('STEP', 'CONTEXT', 'WAIT', 'CALLBACK', 'CHAINED_INVOKE'),
    Action: fc.constantFrom('START', 'START', 'SUCCEED', 'FAIL', 'RETRY', 'CANCEL'),
    parent: fc.option(ids),
    replaysChildren: fc.boolean(),
  })
  .map(({ parent, replaysChildren, ...base }) => ({
    ...base,
    ...(parent === null ? {} : { ParentId: parent }),
    ...(base.Action === 'RETRY' ? { StepOptions: { NextAttemptDelaySeconds: 1 } } : {}),
    ...(base.Type === 'WAIT' ? { WaitOptions: { WaitSeconds: 1 } } : {}),
    ...(base.Type === 'CHAINED_INVOKE' ? { ChainedInvokeOptions: { FunctionName: 'g' } } : {}),
    ...(base.Type === 'CONTEXT' && base.Action === 'SUCCEED'
      ? { ContextOptions: { ReplayChildren: replaysChildren } }
      : {}),
  }));

const batches = fc.array(fc.array(update, { minLength: 1, maxLength: 3 }), { maxLength: 30 });

/** Whatever happens, in any order: a refusal is a valid response, any other thrown error is not. */
function play(given: OperationUpdate[][], between: (play: Play) => void = () => undefined): Play {
  const played = new Play({ functions: [{ name: 'g' }] });
  played.begin();
  for (const batch of given) {
    try {
      played.checkpoint(...batch);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
    between(played);
  }
  return played;
}

describe('any sequence of batches', () => {
  it('leaves a state that a store can give back as it was', () => {
    fc.assert(
      fc.property(batches, (given) => {
        const { state } = play(given);
        const records = [...state.operations.values()];
        const kept = {
          start: state.start,
          progress: state.progress,
          untold: [...state.untold],
          updated: [...state.updated],
          records,
        };
        const restored = restoreState(kept, play(given).nowMs);
        expect(restored.order).toEqual(state.order);
        expect(restored.pending).toEqual(state.pending);
        expect(restored.pruned).toEqual(state.pruned);
      }),
      { numRuns: 300 },
    );
  });

  it('hides exactly what lies below a context that closed without wanting its children', () => {
    fc.assert(
      fc.property(batches, (given) => {
        const { state } = play(given);
        const isHidden = (id: string | undefined): boolean => {
          const parent = id === undefined ? undefined : state.operations.get(id)?.operation.ParentId;
          const context = parent === undefined ? undefined : state.operations.get(parent)?.operation;
          if (!context) return false;
          const isClosed = context.Status === 'SUCCEEDED' || context.Status === 'FAILED';
          return (isClosed && context.ContextDetails?.ReplayChildren !== true) || isHidden(parent);
        };
        const shown = statePage(state, 0, { items: 1000, bytes: Infinity }).records.map(
          ({ operation }) => operation.Id,
        );
        expect(shown).toEqual(state.order.filter((id) => !isHidden(id)));
      }),
      { numRuns: 300 },
    );
  });

  it('tells the function every change once, whatever came from outside', () => {
    fc.assert(
      fc.property(batches, (given) => {
        const told = new Map<string, string>();
        const tell = (played: Play) => {
          for (const { operation } of played.checkpoint().operations) told.set(operation.Id, operation.Status);
        };
        const played = play(given, (one) => {
          fireFirst(one);
          tell(one);
          expect(one.checkpoint().operations).toEqual([]);
        });
        for (const [id, status] of told) expect(played.operation(id)?.Status).toBe(status);
      }),
      { numRuns: 200 },
    );
  });

  it('numbers events without gaps', () => {
    fc.assert(
      fc.property(batches, (given) => {
        const { events, state } = play(given);
        expect(events.map(({ eventId }) => eventId)).toEqual(events.map((_, index) => index + 1));
        expect(state.progress.eventCount).toBe(events.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('any output of a function', () => {
  it('is taken as an outcome or as a failed invocation', () => {
    const status = fc.constantFrom('SUCCEEDED', 'FAILED', 'PENDING', 'RETRY', 'toString');
    const envelope = fc.record({ Status: status, Result: fc.anything(), Error: fc.anything() }, { requiredKeys: [] });
    const payload = fc.oneof(
      envelope.map((value) => safeJson(value)),
      fc.json(),
      fc.string(),
    );
    fc.assert(
      fc.property(payload, (text) => {
        const played = new Play();
        played.begin();
        played.end({ kind: 'returned', payload: text });
        const { status: ended, failures, running } = played.state.progress;
        expect(running).toBeUndefined();
        expect(ended === 'RUNNING' ? failures : 0).toBe(ended === 'RUNNING' ? 1 : 0);
      }),
      { numRuns: 1000 },
    );
  });
});

/** The first timer that runs comes due. */
function fireFirst(played: Play): void {
  const timer = timersOf(played.state).find(({ operationId }) => operationId !== '');
  if (timer) played.fire(timer.purpose, timer.operationId);
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? 'null';
  } catch {
    return 'null';
  }
}
