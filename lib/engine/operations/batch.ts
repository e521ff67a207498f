import { isTerminalStatus, type Operation } from '../../wire/operation.js';
import { parsedJson } from '../../wire/parsed-json.js';
import { asRecord } from '../../wire/thrown.js';
import { operationIdAt } from '../context/operation-id.js';
import { ConfigValidationError } from '../base/errors/context-errors.js';
import { shown } from '../base/errors/shown.js';
import type { ContextScope, Next, OperationDefinition, OperationScope } from '../scope.js';
import { decodeJson } from '../base/serdes/conversion.js';
import { encodeJson } from '../base/serdes/json.js';
import { type BatchConfig, type BatchResult, NestingType } from './batch-config.js';
import { type BatchCourse, completionProblem, isDecidedInTurn, LiveCourse } from './batch-completion.js';
import type { BatchPlan } from './batch-plan.js';
import { restoreBatch } from './batch-result.js';
import { BatchRun } from './batch-run.js';
import { RecordedCourse, summaryOf } from './batch-summary.js';
import { aFunction, anObject, aSerdes, assertConfig, oneOf } from './call-checks.js';
import { ChildContext } from './child-context.js';
import { whenKnown } from './next.js';
import { formOf, type ResultForm } from './result-form.js';

const CHECKS = [
  aFunction('itemNamer'),
  aFunction('summaryGenerator'),
  aSerdes('serdes', 'serialize', 'deserialize'),
  aSerdes('itemSerdes', 'serialize', 'deserialize'),
  oneOf('nesting', NestingType),
  anObject('completionConfig'),
];

/** Many functions, each in its own context, inside one context with their results. */
export class Batch<T> implements OperationDefinition<BatchResult<T>> {
  readonly type = 'CONTEXT';
  readonly subType: string;
  readonly #plan: BatchPlan<T>;
  readonly #form: Pick<ResultForm, 'encode' | 'decode'>;
  readonly #context: ChildContext<BatchResult<T>>;
  /** What is recorded of a batch that is rebuilt: a summary, or the whole result. */
  #recorded: unknown;

  constructor(plan: BatchPlan<T>) {
    const { subType, summaryForm, config } = plan;
    this.subType = subType;
    this.#plan = plan;
    this.#form = batchFormOf(config);
    this.#context = new ChildContext((context) => new BatchRun(context, plan, this.#courseIn(context)).run(), {
      subType,
      form: this.#form,
      // Otherwise the result, or the failure, depends on which of the items had ended first, or on how far they had come.
      mayPrecedeRecord: (batch) =>
        batch?.completionReason === 'ALL_COMPLETED' && !isDecidedInTurn(config.completionConfig),
      summaryGenerator: (batch) => summaryOf(batch, summaryForm, config.summaryGenerator?.bind(config)),
    });
  }

  isAnswered(existing: Operation | undefined): boolean {
    return this.#context.isAnswered(existing);
  }

  start(operation: OperationScope): Next<BatchResult<T>> {
    assertConfig(this.#plan.config, operation, CHECKS);
    this.#assertRunnable(operation);
    return this.#context.start(operation);
  }

  replay(operation: OperationScope, record: Operation): Next<BatchResult<T>> {
    this.#assertRunnable(operation);
    return whenKnown(this.#recordedIn(operation, record), (recorded) => {
      this.#recorded = recorded;
      return this.#context.replay(operation, record);
    });
  }

  /** A whole result was written by the serdes of the batch, a summary never. */
  #recordedIn(operation: OperationScope, { Status, ContextDetails = {} }: Operation): unknown {
    const { ReplayChildren, Result: text } = ContextDetails;
    if (Status !== 'SUCCEEDED' || !ReplayChildren) return undefined;
    const parsed = parsedJson(text);
    const { config, summaryForm } = this.#plan;
    return config.serdes && asRecord(parsed).type !== summaryForm.type ? this.#form.decode(text, operation) : parsed;
  }

  #courseIn(context: ContextScope): BatchCourse {
    const { itemCount, config } = this.#plan;
    if (context.isRebuilding) return new RecordedCourse(this.#recorded, () => probedMarks(context, itemCount));
    return new LiveCourse(itemCount, config.completionConfig ?? {}, context.operation!.label);
  }

  #assertRunnable({ label }: OperationScope): void {
    const { config } = this.#plan;
    const problem = this.#plan.problem() ?? completionProblem(config.completionConfig) ?? limitProblem(config);
    if (problem) throw new ConfigValidationError(`${label}: ${problem}`);
  }
}

/** Without its own serdes a batch keeps its errors, whatever the context's default would make of them. */
function batchFormOf<T>({ serdes }: BatchConfig<T>): Pick<ResultForm, 'encode' | 'decode'> {
  let live: BatchResult<T> | undefined;
  if (!serdes)
    return {
      encode: (batch) => encodeJson((live = batch as BatchResult<T>)),
      decode: (text, operation) => restoreBatch(decodeJson(text, operation), live),
    };
  const { encode, decode } = formOf(serdes);
  return {
    encode: (batch, operation) => encode((live = batch as BatchResult<T>), operation),
    decode: async (text, operation) => restoreBatch(await decode(text, operation), live),
  };
}

function limitProblem<T>({ maxConcurrency }: BatchConfig<T>): string | undefined {
  if (maxConcurrency === undefined || maxConcurrency === null) return undefined;
  if (typeof maxConcurrency === 'number' && maxConcurrency >= 1) return undefined;
  return `maxConcurrency is ${shown(maxConcurrency)}. Give a number of at least 1, or leave it out for no limit.`;
}

/** What the items' own records say of a batch whose summary does not list them. */
function probedMarks(context: ContextScope, itemCount: number): string {
  const { state } = context.invocation;
  let marks = '';
  for (let position = 1; position <= itemCount; position += 1) {
    const id = context.idAt(position);
    const record = state.get(id.wire) ?? state.get(operationIdAt(id, 1).wire);
    if (record === undefined) break;
    marks += isTerminalStatus(record.Status) ? 'S' : '-';
  }
  return marks;
}
