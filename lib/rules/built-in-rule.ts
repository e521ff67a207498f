import type { ErrorLink } from './error-link.js';
import type { Verdict } from './verdict.js';

/** Asks the whole table about another error: members of an AggregateError are classified separately. */
export type ClassifyMember = (member: unknown) => Verdict | undefined;

/** A row of the built-in table. */
export interface BuiltInRule {
  /** The name by which rules are turned off, explained and documented. */
  readonly id: string;
  readonly verdict: Verdict;
  /** What it matches, as a clause; `docs/errors.md` has the same text. */
  readonly when: string;
  readonly matches: (error: ErrorLink, classify: ClassifyMember) => boolean;
  /** Whether the retry strategy decides nevertheless. @defaultValue false */
  readonly asksStrategy?: true;
  /** The total number of useful attempts, the first included. @defaultValue as many as the retry strategy allows */
  readonly maxAttempts?: number;
}

/** For failures that are transient in kind but rarely pass, such as an unknown host name. */
export const FEW_ATTEMPTS = 3;

/** Whether a message begins with one of these texts: the only mark of some libraries' errors. */
export function messageStarts(error: ErrorLink, ...starts: readonly string[]): boolean {
  const { message } = error;
  return starts.some((start) => message.startsWith(start));
}
