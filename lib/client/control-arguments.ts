import { kindOf } from '../wire/unreadable-answer.js';
import { NOT_SENT } from './control-error.js';
import type {
  ExecutionQuery,
  HistoryQuery,
  PauseOptions,
  ResumeOptions,
  StartExecutionRequest,
} from './control-types.js';
import { type OptionNames, unknownOption } from './unknown-option.js';

/** What a call is about, by the names of the parameters, and its options. */
export interface Called {
  ids: Readonly<Record<string, unknown>>;
  options?: object;
}

const START: OptionNames<StartExecutionRequest> = {
  functionName: true,
  qualifier: true,
  executionName: true,
  input: true,
};
const DESCRIBE: OptionNames<Pick<HistoryQuery, 'includeData'>> = { includeData: true };
const HISTORY: OptionNames<HistoryQuery> = { ...DESCRIBE, newestFirst: true };
const LIST: OptionNames<ExecutionQuery> = {
  functionName: true,
  qualifier: true,
  executionName: true,
  statuses: true,
  startedAfter: true,
  startedBefore: true,
  oldestFirst: true,
};
const RESUME: OptionNames<ResumeOptions> = { reason: true, clientToken: true };
const PAUSE: OptionNames<PauseOptions> = { ...RESUME, executionTimeoutPaused: true };

const OPTIONS: Readonly<Record<string, Readonly<Record<string, true>>>> = {
  Invoke: START,
  GetDurableExecution: DESCRIBE,
  GetDurableExecutionHistory: HISTORY,
  ListDurableExecutionsByFunction: LIST,
  PauseDurableExecution: PAUSE,
  ResumeDurableExecution: RESUME,
};

/** With an empty id the AWS client would make another call. */
export function assertArguments(apiName: string, { ids, options = {} }: Called): void {
  for (const [name, id] of Object.entries(ids)) {
    if (typeof id === 'string' && id !== '') continue;
    throw notSent(`${name} must be a text, and is ${kindOf(id)}.`);
  }
  const problem = unknownOption(options, OPTIONS[apiName] ?? {});
  if (problem !== undefined) throw notSent(`it ${problem}`);
}

/** The bound of a list; text and epoch milliseconds are accepted too. @param name - of the parameter */
export function dateOf(name: string, value: Date | null | undefined): Date | undefined {
  if (value === undefined || value === null) return undefined;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw notSent(`${name} must be a date, and is none.`);
  return date;
}

/** A mistake of the caller. */
export function notSent(message: string): Error {
  return Object.assign(new Error(message), { code: NOT_SENT });
}
