import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Event, GetDurableExecutionResponse, LambdaClient } from '@aws-sdk/client-lambda';
import { GetDurableExecutionCommand, GetDurableExecutionHistoryCommand } from '@aws-sdk/client-lambda';
import type { JournalRecord } from './journal.js';
import type { SoakOperation } from './program.js';
import { valueOf } from './program.js';

/** A pause is no end. */
const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'STOPPED']);

export interface CheckedExecution {
  problems: string[];
  /** By the paths of steps: the runs of their bodies that the history says completed them. */
  completedRuns: Map<string, string>;
  /** Pauses that took hold while an invocation was in progress. */
  interruptingPauses: number;
}

export interface ExpectedExecution {
  arn: string;
  program: readonly SoakOperation[];
  /** Whether nothing moves any more, so that waiting is in vain. */
  isAtStandstill: () => boolean;
}

/** Waits for an execution's end and compares it with its uninterrupted twin. */
export async function checkExecution(
  client: LambdaClient,
  { arn, program, isAtStandstill }: ExpectedExecution,
): Promise<CheckedExecution> {
  const execution = await endOf(client, { arn, isAtStandstill });
  const events = await historyOf(client, arn);
  const problems: string[] = [];
  const expected = valueOf(program);
  const actual: unknown = execution.Result === undefined ? undefined : JSON.parse(execution.Result);
  if (execution.Status !== 'SUCCEEDED' || !isDeepStrictEqual(actual, expected)) {
    problems.push(
      `${arn} ended ${execution.Status} with ${execution.Result ?? JSON.stringify(execution.Error)}, not ${JSON.stringify(expected)}`,
    );
  }
  problems.push(...checkHistory(arn, events));
  return { problems, completedRuns: completedRunsOf(events), interruptingPauses: interruptingPausesOf(events) };
}

/**
 * Once a step was passed, or completed in the history, its body never runs again. Runs of an older generation of the
 * service are those of workers that had not yet noticed that it was gone.
 */
export function checkRuns(records: readonly JournalRecord[], completedRuns: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  const doneIn = new Map<string, number>();
  for (const record of records) {
    const step = `${record.execution} ${record.path}`;
    if (record.kind === 'run') {
      const generation = doneIn.get(step);
      if (generation !== undefined && Number(record.generation) >= generation)
        problems.push(`${step} ran again after it had completed`);
      if (completedRuns.get(step) === record.run) doneIn.set(step, Number(record.generation));
    } else if (record.kind === 'passed') {
      doneIn.set(step, Number(record.generation));
    }
  }
  return problems;
}

/** How many attempts' bodies began more than once: each was interrupted before its result was recorded. */
export function repeatedRuns(records: readonly JournalRecord[]): number {
  const seen = new Set<string>();
  let repeated = 0;
  for (const record of records) {
    if (record.kind !== 'run') continue;
    const attempt = `${record.execution} ${record.path} ${record.attempt}`;
    if (seen.has(attempt)) repeated += 1;
    seen.add(attempt);
  }
  return repeated;
}

function checkHistory(arn: string, events: readonly Event[]): string[] {
  const problems: string[] = [];
  const closings = new Map<string, number>();
  for (const [index, { EventId, EventType, Id }] of events.entries()) {
    if (EventId !== index + 1) problems.push(`${arn}: event ${index + 1} is numbered ${EventId}`);
    if (!/^(Wait|Callback|ChainedInvoke|Context)(?!Started)/.test(EventType ?? '')) continue;
    closings.set(Id ?? '', (closings.get(Id ?? '') ?? 0) + 1);
  }
  for (const [id, count] of closings) if (count > 1) problems.push(`${arn}: operation ${id} was closed ${count} times`);
  return problems;
}

/** The invocation that a pause interrupts ends after the pause has taken hold; otherwise the next event of it is the resume. */
function interruptingPausesOf(events: readonly Event[]): number {
  const types = events.map(({ EventType }) => String(EventType));
  const ends = types.filter((type) => /^(InvocationCompleted|ExecutionPaused|ExecutionResumed)$/.test(type));
  return ends.filter((type, index) => type === 'ExecutionPaused' && ends[index + 1] === 'InvocationCompleted').length;
}

function completedRunsOf(events: readonly Event[]): Map<string, string> {
  const runs = new Map<string, string>();
  for (const { EventType, Name, StepSucceededDetails } of events) {
    const payload = StepSucceededDetails?.Result?.Payload;
    if (EventType === 'StepSucceeded' && Name && payload) runs.set(Name, (JSON.parse(payload) as { run: string }).run);
  }
  return runs;
}

async function endOf(
  client: LambdaClient,
  { arn, isAtStandstill }: Pick<ExpectedExecution, 'arn' | 'isAtStandstill'>,
): Promise<GetDurableExecutionResponse> {
  for (;;) {
    const execution = await client.send(
      new GetDurableExecutionCommand({ DurableExecutionArn: arn, IncludeExecutionData: true }),
    );
    if (ENDED.has(execution.Status ?? '') || isAtStandstill()) return execution;
    await delay(50);
  }
}

async function historyOf(client: LambdaClient, arn: string): Promise<Event[]> {
  const events: Event[] = [];
  let Marker: string | undefined;
  do {
    const input = { DurableExecutionArn: arn, IncludeExecutionData: true, MaxItems: 1000, Marker };
    const page = await client.send(new GetDurableExecutionHistoryCommand(input));
    events.push(...(page.Events ?? []));
    Marker = page.NextMarker;
  } while (Marker);
  return events;
}
