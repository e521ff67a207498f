import type { HistoryEventForm } from '../../local/http/wire-form.js';
import type { Journal } from './journal.js';

/** The names for which a test has stubs. */
export interface StubbedNames {
  steps: readonly string[];
  callbacks: readonly string[];
}

/** What may explain that an execution has not done what its test expects. */
export function hintsOf(journal: Journal, { steps, callbacks }: StubbedNames): string[] {
  const names = new Set([...journal.state.operations.values()].map(({ operation }) => operation.Name));
  const without = (kind: string, stubbed: readonly string[]) =>
    stubbed
      .filter((name) => !names.has(name))
      .map(
        (name) =>
          `The test has a stub for ${kind} ${JSON.stringify(name)}, but the execution has called none of this name.`,
      );
  return [
    ...unknownFunctions(journal.events),
    ...unanswered(journal, callbacks),
    ...paused(journal),
    ...without('the step', steps),
    ...without('the callback', callbacks),
  ];
}

/** An invoke of what is not part of the test. */
function unknownFunctions(events: readonly HistoryEventForm[]): string[] {
  const failed = new Set(events.filter(isUnknownFunction).map(({ Id }) => Id));
  return events
    .filter(({ EventType, Id }) => EventType === 'ChainedInvokeStarted' && failed.has(Id))
    .map((event) => {
      const { FunctionName = '' } = (event.ChainedInvokeStartedDetails ?? {}) as { FunctionName?: string };
      return `No function ${FunctionName} is part of the test: reply for it with mockInvoke('${FunctionName}', reply).`;
    });
}

function isUnknownFunction(event: HistoryEventForm): boolean {
  if (event.EventType !== 'ChainedInvokeFailed') return false;
  const { Error: error } = (event.ChainedInvokeFailedDetails ?? {}) as {
    Error?: { Payload?: { ErrorType?: string; ErrorMessage?: string } };
  };
  const { ErrorType, ErrorMessage } = error?.Payload ?? {};
  return ErrorType === 'ResourceNotFoundException' && ErrorMessage?.startsWith('Function not found') === true;
}

function paused({ status, events }: Journal): string[] {
  const last = events.findLast(({ EventType }) => /^Execution(Paused|Resumed)$/.test(EventType));
  const isPaused = status === 'TIMED_OUT' && last?.EventType === 'ExecutionPaused';
  return isPaused ? ['It was paused: let its code run again with resume().'] : [];
}

function unanswered(journal: Journal, answered: readonly string[]): string[] {
  if (journal.status !== 'TIMED_OUT') return [];
  return journal
    .openCallbacks()
    .filter(({ name }) => name === undefined || !answered.includes(name))
    .map(
      ({ name = '' }) => `Nobody has answered the callback ${JSON.stringify(name)}: answerCallback('${name}', value).`,
    );
}
