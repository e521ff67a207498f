import type { ErrorLink } from './error-link.js';
import type { Verdict } from './verdict.js';

/** Asks what the whole table says about another error: members of an AggregateError are judged by themselves. */
export type JudgeMember = (member: unknown) => Verdict | undefined;

/** A row of the built-in table. */
export interface BuiltInRule {
  /** By which rules are switched off, explained and documented. */
  readonly id: string;
  readonly verdict: Verdict;
  /** What it looks for, as a clause; `docs/errors.md` says the same. */
  readonly when: string;
  readonly matches: (error: ErrorLink, judge: JudgeMember) => boolean;
  /** Whether the retry strategy decides all the same. @defaultValue false */
  readonly asksStrategy?: true;
  /** Attempts in all that make sense, the first included. @defaultValue as many as the retry strategy allows */
  readonly maxAttempts?: number;
}

/** For what is transient by kind and yet rarely passes, such as a host name that nobody knows. */
export const FEW_ATTEMPTS = 3;

/** Whether a message begins with one of these texts: the only mark that some libraries leave. */
export function messageStarts(error: ErrorLink, ...starts: readonly string[]): boolean {
  const { message } = error;
  return starts.some((start) => message.startsWith(start));
}
