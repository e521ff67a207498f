import type { CompletionReason } from '../base/errors/completion-reason.js';
import { shown } from '../base/errors/shown.js';
import type {
  CompletionConfig,
  CompletionItemStatus,
  CustomCompletionConfig,
  ThresholdCompletionConfig,
} from './batch-config.js';
import { asking, readCompletionDecision } from './user-answers.js';

/** The progress of a batch; counted as items complete, so that a decision costs the same for any number of items. */
export interface BatchProgress {
  startedCount: number;
  /** Successes and failures. */
  completedCount: number;
  successCount: number;
  failureCount: number;
  readonly totalCount: number;
  /** Kept only for a custom decision. */
  readonly items: CompletionItemStatus[];
}

/** Which items run, and when their batch is complete. */
export interface BatchCourse {
  /** The number of items that may be started, from the first on. */
  readonly itemCount: number;
  /** Whether an item's body runs at all. */
  runs(index: number): boolean;
  /** Why the batch is complete; `undefined` while it is not. */
  reasonToEnd(progress: BatchProgress): CompletionReason | undefined;
}

/** The course of a live batch: every item, until it completes by its configuration. */
export class LiveCourse implements BatchCourse {
  readonly itemCount: number;
  readonly #custom: CustomCompletionConfig | undefined;
  readonly #thresholds: ThresholdCompletionConfig;
  readonly #batchLabel: string;

  /** @param batchLabel - the name of the batch in messages */
  constructor(itemCount: number, config: CompletionConfig = {}, batchLabel = 'the batch') {
    this.itemCount = itemCount;
    this.#custom = isCustom(config) ? config : undefined;
    this.#thresholds = isCustom(config) ? {} : config;
    this.#batchLabel = batchLabel;
  }

  runs(): boolean {
    return true;
  }

  reasonToEnd(progress: BatchProgress): CompletionReason | undefined {
    const byConfig = this.#custom
      ? this.#customReason(this.#custom, progress)
      : thresholdReason(this.#thresholds, progress);
    return byConfig ?? (progress.completedCount === progress.totalCount ? 'ALL_COMPLETED' : undefined);
  }

  #customReason(custom: CustomCompletionConfig, progress: BatchProgress): CompletionReason | undefined {
    const { startedCount: _, ...status } = progress;
    const who = `shouldComplete of ${this.#batchLabel}`;
    const decision = asking(who, () => readCompletionDecision(custom.shouldComplete(status)));
    if (!decision.complete) return undefined;
    return decision.outcome === 'FAILED' ? 'CUSTOM_COMPLETION_FAILED' : 'CUSTOM_COMPLETION_SUCCEEDED';
  }
}

const THRESHOLDS = ['minSuccessful', 'toleratedFailureCount', 'toleratedFailurePercentage'] as const;

/** Whether a threshold, or the user, decides in the turn of an item's completion whether there is a next item. */
export function isDecidedInTurn(config: CompletionConfig | null | undefined): boolean {
  return isCustom(config ?? {}) || Boolean(config?.minSuccessful);
}

/** What is wrong with a completion configuration; `undefined` when it is valid. */
export function completionProblem(givenConfig: CompletionConfig | null | undefined): string | undefined {
  const config = givenConfig ?? {};
  const given = givenThresholds(config);
  if (isCustom(config) && given.length > 0) {
    return `shouldComplete decides alone: leave out ${given.join(' and ')}, or shouldComplete.`;
  }
  const { shouldComplete }: { shouldComplete?: unknown } = config;
  if (isGiven(shouldComplete) && typeof shouldComplete !== 'function') {
    return `shouldComplete is ${shown(shouldComplete)}. Give a function.`;
  }
  const wrong = given.find((name) => !isThreshold(name, config[name]!));
  return wrong && `${wrong} is ${shown(config[wrong])}. Give a count of at least 0, or for a percentage 0 to 100.`;
}

function givenThresholds(config: CompletionConfig) {
  return THRESHOLDS.filter((name) => isGiven(config[name]));
}

/** Checked only after items have completed: before that, no threshold has been reached. */
function thresholdReason(config: ThresholdCompletionConfig, progress: BatchProgress): CompletionReason | undefined {
  const { completedCount, successCount, failureCount, totalCount } = progress;
  if (completedCount === 0) return undefined;
  if (failureCount > 0 && isBeyondTolerance(config, progress)) return 'FAILURE_TOLERANCE_EXCEEDED';
  if (completedCount === totalCount) return 'ALL_COMPLETED';
  return successCount >= (config.minSuccessful ?? Infinity) ? 'MIN_SUCCESSFUL_REACHED' : undefined;
}

function isBeyondTolerance(config: ThresholdCompletionConfig, { failureCount, totalCount }: BatchProgress): boolean {
  if (givenThresholds(config).length === 0) return true;
  return (
    failureCount > (config.toleratedFailureCount ?? Infinity) ||
    (100 * failureCount) / totalCount > (config.toleratedFailurePercentage ?? Infinity)
  );
}

function isCustom(config: CompletionConfig): config is CustomCompletionConfig {
  return isGiven(config.shouldComplete);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isThreshold(name: string, threshold: number): boolean {
  return typeof threshold === 'number' && threshold >= 0 && (name !== 'toleratedFailurePercentage' || threshold <= 100);
}
