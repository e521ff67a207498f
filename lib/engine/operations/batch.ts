import { isTerminalStatus, type Operation } from '../../wire/operation.js';
import type { EngineContext } from '../context/engine-context.js';
import { operationIdAt } from '../context/operation-id.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { encodeJson, decodeJson } from '../serdes/conversion.js';
import type { BatchResult } from './batch-config.js';
import { type BatchCourse, completionProblem, LiveCourse } from './batch-completion.js';
import type { BatchPlan } from './batch-plan.js';
import { restoreBatch } from './batch-result.js';
import { BatchRun } from './batch-run.js';
import { RecordedCourse, summaryOf } from './batch-summary.js';
import { ChildContextOperation } from './child-context.js';
import type { OperationPlace } from './operation.js';

/** Many functions in contexts of their own, within one that holds what they came to (PROTOCOL §5.9). */
export class BatchOperation<T> extends ChildContextOperation<BatchResult<T>> {
  readonly #plan: BatchPlan<T>;

  constructor(place: OperationPlace, plan: BatchPlan<T>) {
    const { subType, summaryForm, config } = plan;
    super(place, (context) => new BatchRun(context, plan, courseOf(context, plan)).run(), {
      subType,
      serdes: config.serdes,
      summaryGenerator: (batch) => summaryOf(batch, summaryForm, config.summaryGenerator),
    });
    this.#plan = plan;
  }

  protected override start(): void {
    this.#assertRunnable();
    super.start();
  }

  protected override replay(existing: Operation): void {
    this.#assertRunnable();
    super.replay(existing);
  }

  /** Without a serdes of its own a batch keeps its errors, whatever the context's default would make of them. */
  protected override encode(batch: BatchResult<T>): string | undefined | Promise<string | undefined> {
    return this.#plan.config.serdes ? super.encode(batch) : encodeJson(batch, this);
  }

  protected override decode(payload: string | undefined): BatchResult<T> | Promise<BatchResult<T>> {
    if (!this.#plan.config.serdes) return restoreBatch(decodeJson(payload, this));
    return Promise.resolve(super.decode(payload)).then(restoreBatch<T>);
  }

  #assertRunnable(): void {
    const { config } = this.#plan;
    const problem = this.#plan.problem() ?? completionProblem(config.completionConfig) ?? this.#limitProblem();
    if (problem) throw new ConfigValidationError(`${this.label}: ${problem}`);
  }

  #limitProblem(): string | undefined {
    const { maxConcurrency } = this.#plan.config;
    if (maxConcurrency === undefined || maxConcurrency === null || maxConcurrency >= 1) return undefined;
    return `maxConcurrency is ${maxConcurrency}. Give a number from 1 on, or leave it out for no limit.`;
  }
}

function courseOf<T>(context: EngineContext, { itemCount, config }: BatchPlan<T>): BatchCourse {
  if (!context.isRebuilding) return new LiveCourse(itemCount, config.completionConfig);
  const { state } = context.invocation;
  const payload = state.get(context.recordedId!)?.ContextDetails?.Result;
  return new RecordedCourse(payload, () => probedMarks(context, itemCount));
}

/** What the items' own records say of a batch whose summary does not list them. */
function probedMarks(context: EngineContext, itemCount: number): string {
  const { state } = context.invocation;
  let marks = '';
  for (let position = 1; position <= itemCount; position += 1) {
    const { id } = context.placeAt(position, undefined);
    const record = state.get(id.wire) ?? state.get(operationIdAt(id.plain, 1).wire);
    if (record === undefined) break;
    marks += isTerminalStatus(record.Status) ? 'S' : '-';
  }
  return marks;
}
