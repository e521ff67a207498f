import type { ApiErrorCodes } from '../../wire/classify-api-error.js';
import type { Clock } from '../base/clock.js';
import { isFailureLimit } from '../base/failure-limit.js';
import { shown } from '../base/errors/shown.js';
import { ConfigValidationError } from '../base/errors/context-errors.js';
import { isSettingsObject } from '../base/settings-object.js';
import type { ErrorKnowledge } from '../base/errors/error-knowledge.js';
import type { FailureHooks } from './failure-hooks.js';
import type { DurableLogger } from '../context/logging/durable-logger.js';
import type { PluginsConfig } from './plugins/plugin.js';
import type { ConfiguredPlugin } from './plugins/plugin-factory.js';

/** How the engine runs an invocation. */
export interface EngineConfig extends FailureHooks {
  /** Receives the records of the engine and of `context.logger`. @defaultValue JSON lines on the console */
  logger?: DurableLogger;
  /**
   * How long the start of a step or context may wait for its own completion, so that one request sends both, in
   * milliseconds; 0 sends it immediately. At-most-once steps never wait. @defaultValue 50
   */
  stepStartHoldMs?: number;
  /**
   * Plugins that observe the execution, in this order; those of `DURABLE_EXECUTION_PLUGINS` come after them. See
   * `loadPlugins`.
   */
  plugins?: ConfiguredPlugin[];
  pluginsConfig?: PluginsConfig;
  /**
   * Codes of failures of the durable API whose scope differs from the table in `docs/errors.md`: AWS error names, or
   * codes of sockets, as in `DurableApiError.code`. @defaultValue none
   */
  apiErrorCodes?: ApiErrorCodes;
  /**
   * Knowledge of the errors of other libraries, loaded when the first error needs it: what is recorded of them, and
   * whether a retry can help. @defaultValue none, as in the official SDK
   */
  errors?: () => ErrorKnowledge | Promise<ErrorKnowledge>;
  /**
   * How many invocations in a row may fail without progress of the execution, before it is FAILED with
   * `FailedInvocationsError`; failures of the durable API do not count. Each is recorded as a separate step, except the
   * first three that a process sees, if seven or more may fail. With `false` the service decides how often it invokes
   * again.
   * @defaultValue `false`, as in the official SDK; 8 in Nest applications
   */
  maxFailedInvocations?: number | false;
  /**
   * Whether an interrupted attempt of an at-least-once step (by a crash or by Lambda's timeout) counts as failed. Its
   * retry strategy then decides whether there is another attempt after the third, which follows after a second.
   * Otherwise it runs again, however often it is interrupted.
   * @defaultValue false, as in the official SDK; true in Nest applications
   */
  countInterruptedAttempts?: boolean;
  /** @defaultValue the machine's clock */
  clock?: Clock;
  /** Runs the bodies of steps and the checks of conditions, instead of the engine. For tests. */
  aroundAttempt?: AroundAttempt;
  /** Called for each call of an operation, on the stack of the call. For tests. */
  onCall?: (call: CallSubject) => void;
}

/** A call of an operation, live or on replay. */
export interface CallSubject {
  readonly durableExecutionArn: string;
  /** `wire` is the id in the service's records. */
  readonly id: { readonly wire: string };
  readonly type: string;
  readonly subType: string;
  readonly name: string | undefined;
  /** Whether code has awaited it. */
  readonly isFollowed: boolean;
}

/** An attempt of a step, or of the check of a condition. */
export interface AttemptSubject {
  executionArn: string;
  /** The id in the service's records. */
  operationId: string;
  name: string | undefined;
  /** `Step`, `WaitForCondition` or the subtype of the step. */
  subType: string;
  /** From 1. */
  attempt: number;
  /** Whether the body may run at most once in each attempt. */
  isAtMostOnce: boolean;
}

/**
 * @param body - runs the attempt's own body
 * @returns the value that replaces the body's result; a rejection replaces the body's error
 */
export type AroundAttempt = (subject: AttemptSubject, body: () => Promise<unknown>) => Promise<unknown>;

/** Long enough for most I/O and several API calls, short enough that the console soon shows a longer step. */
export const STEP_START_HOLD_MS = 50;

/** @throws {ConfigValidationError} when a value can never be valid */
export function assertValidConfig({ pluginsConfig, apiErrorCodes, maxFailedInvocations }: EngineConfig): void {
  assertDepth(pluginsConfig?.childOperationsDepth ?? 0);
  if (apiErrorCodes !== undefined) assertCodes(apiErrorCodes);
  if (maxFailedInvocations !== undefined) assertMaxFailedInvocations(maxFailedInvocations);
}

/** @throws {ConfigValidationError} when it can never be valid */
function assertMaxFailedInvocations(most: number | false): void {
  if (most === false || isFailureLimit(most)) return;
  throw new ConfigValidationError(
    `maxFailedInvocations is ${shown(most)}. Give a whole number of at least 1, or false for no limit.`,
  );
}

function assertDepth(depth: number): void {
  if (depth === Infinity || (Number.isInteger(depth) && depth >= 0)) return;
  throw new ConfigValidationError(
    `pluginsConfig.childOperationsDepth is ${depth}. Give a whole number of at least 0, or Infinity for every level.`,
  );
}

function assertCodes(given: ApiErrorCodes | null): void {
  if (!isSettingsObject(given)) {
    throw new ConfigValidationError(
      `apiErrorCodes is ${shown(given)}. Give { transient, permanent }, or leave it out.`,
    );
  }
  const { transient = [], permanent = [], ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new ConfigValidationError(`apiErrorCodes has no member ${unknown}. Give { transient, permanent }.`);
  }
  for (const [side, codes] of Object.entries({ transient, permanent })) {
    if (Array.isArray(codes) && codes.every((code) => typeof code === 'string' && code !== '')) continue;
    throw new ConfigValidationError(
      `apiErrorCodes.${side} is not a list of codes. Give texts such as 'ThrottlingException'.`,
    );
  }
  const both = transient.find((code) => permanent.includes(code));
  if (both === undefined) return;
  throw new ConfigValidationError(
    `apiErrorCodes lists ${both} as transient and as permanent. Remove it from one list.`,
  );
}
