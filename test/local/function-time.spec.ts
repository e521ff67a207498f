import { CheckpointDurableExecutionCommand, GetDurableExecutionStateCommand } from '@aws-sdk/client-lambda';
import { ManualClock } from '../../lib/local/index.js';
import { toEpochMs } from '../../lib/wire/timestamp.js';
import type { Operation } from '../../lib/wire/operation.js';
import { Puppet } from './puppet.js';
import { historyOf, start, startStage } from './service-fixture.js';

const NOW_MS = 1_767_350_000_000;
const SKIPPED_MS = 86_400_000;

/** A clock that is a day ahead of the system's, because it has skipped one. */
class DayAhead extends ManualClock {
  onSystemClock(atMs: number): number {
    return atMs - SKIPPED_MS;
  }
}

/** Seconds from now on the system's clock. */
const dueOf = ({ WaitDetails, StepDetails }: Operation): number =>
  (toEpochMs(WaitDetails?.ScheduledEndTimestamp ?? StepDetails?.NextAttemptTimestamp)! + SKIPPED_MS - NOW_MS) / 1000;

it('tells functions when waits and retries are due on their own clock', async () => {
  const puppet = new Puppet();
  const stage = await startStage({
    functions: { f: { handler: puppet.handler, durable: { executionTimeoutSeconds: 3600 } } },
    clock: new DayAhead(NOW_MS),
  });
  const DurableExecutionArn = await start(stage.client, 'f', {});
  const { event, answer } = await puppet.next();
  const { CheckpointToken, NewExecutionState } = await stage.client.send(
    new CheckpointDurableExecutionCommand({
      DurableExecutionArn,
      CheckpointToken: event.CheckpointToken,
      Updates: [
        { Id: 'first', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 1 } },
        { Id: 'wait', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 5 } },
        { Id: 'retry', Type: 'STEP', Action: 'RETRY', Error: {}, StepOptions: { NextAttemptDelaySeconds: 7 } },
      ],
    }),
  );
  const state = await stage.client.send(new GetDurableExecutionStateCommand({ DurableExecutionArn, CheckpointToken }));
  answer({ Status: 'PENDING' });
  stage.service.clock.advance(1_000);
  const next = await puppet.next();

  expect((NewExecutionState?.Operations as Operation[]).map(dueOf)).toEqual([1, 5, 7]);
  expect((state.Operations as Operation[]).slice(1).map(dueOf)).toEqual([1, 5, 7]);
  expect(
    next.event.InitialExecutionState.Operations.slice(2).map((operation) => dueOf(operation as Operation)),
  ).toEqual([5, 7]);
  const waits = (await historyOf(stage.client, DurableExecutionArn)).filter(
    ({ EventType }) => EventType === 'WaitStarted',
  );
  expect(waits.map(({ WaitStartedDetails }) => Number(WaitStartedDetails?.ScheduledEndTimestamp) - NOW_MS)).toEqual([
    1_000, 5_000,
  ]);
  await stage.close();
});
