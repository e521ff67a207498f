import { OPERATION_PAYLOAD_BYTES } from '../../wire/limits.js';
import { isTerminalStatus, type Operation } from '../../wire/operation.js';
import {
  ChildContextError,
  type DurableOperationError,
  rebuildOperationError,
} from '../base/errors/operation-errors.js';
import { childErrorOf } from '../base/errors/rebuild-as.js';
import { endsInvocation, isUnrecoverableError } from '../base/errors/recognise.js';
import { UnsavableValueError } from '../base/errors/unsavable-value-error.js';
import { messageAfter } from '../base/errors/user-function-failure.js';
import type { ContextScope, End, Next, OperationDefinition, OperationScope } from '../scope.js';
import type { UpdateContent } from './update-content.js';
import { type Encoded, fits, fitting, isUnsavable } from '../base/serdes/conversion.js';
import { aBoolean, aFunction, aSerdes, assertConfig, assertFunction, aSubType } from './call-checks.js';
import type { ChildConfig } from './child-context-config.js';
import { conclude, end, enter, whenKnown } from './next.js';
import { contentOf, whenRecorded } from './recorded.js';
import { failureOf, formOf, recordedEnd, type ResultForm, valueOf } from './result-form.js';
import { inAskedFrame } from './asked-functions.js';
import { asking, readMappedError, readSummary } from './user-answers.js';

const CHECKS = [
  aFunction('summaryGenerator'),
  aFunction('errorMapper'),
  aSerdes('serdes', 'serialize', 'deserialize'),
  aSubType,
  aBoolean('virtualContext'),
];

/** Settings for operations that are built on a child context. */
export interface ChildContextSettings<T> extends ChildConfig<T> {
  /** What messages call it, in place of its subtype. */
  calledAs?: string;
  /** The body runs no code of its own but awaits outer operations, so it never keeps the invocation going. */
  awaitsOthersOnly?: boolean;
  /** The body runs no code of its own, but may await code of the body around it. */
  awaitsOuterCode?: boolean;
  /**
   * Whether a result, or a failure if that is absent, follows only from delivered completions, in any invocation.
   * @defaultValue it does
   */
  mayPrecedeRecord?(result?: T): boolean;
  /** Replaces `serdes`. */
  form?: Pick<ResultForm, 'encode' | 'decode'>;
  /** Checks the arguments of the call before anything starts. @throws {ConfigValidationError} when it cannot start */
  check?(operation: OperationScope): void;
}

/** Why the body runs. */
interface BodyRun {
  /** Nothing is recorded of the context yet. */
  isNew: boolean;
  /**
   * Whether its completion is recorded: not if only the result of a completed context is rebuilt, or if the context is
   * virtual.
   */
  records: boolean;
}

/** The result of the body. */
interface Success<T> {
  value: T;
  payload: string | undefined;
  how: End<T>;
}

/** A function with its own operations. */
export class ChildContext<T> implements OperationDefinition<T> {
  readonly type = 'CONTEXT';
  readonly subType: string;
  readonly isVirtual: boolean;
  readonly #body: (context: ContextScope) => T | Promise<T>;
  readonly #config: ChildContextSettings<T>;
  readonly #form: ResultForm;

  /** @param form - of those settings; created here, unless many contexts share it */
  constructor(
    body: (context: ContextScope) => T | Promise<T>,
    config: ChildContextSettings<T> | null = {},
    form: ResultForm = resultFormOf(config ?? {}),
  ) {
    this.#config = config ?? {};
    this.subType = this.#config.subType ?? 'RunInChildContext';
    this.isVirtual = this.#config.virtualContext ?? false;
    this.#body = body;
    this.#form = form;
  }

  get calledAs(): string | undefined {
    return this.#config.calledAs;
  }

  /**
   * For a started context, its body leads to the operations inside; a context without a saved result needs all of them.
   */
  isAnswered(existing: Operation | undefined): boolean {
    return existing === undefined ? this.isVirtual : !existing.ContextDetails?.ReplayChildren;
  }

  start(operation: OperationScope): Next<T> {
    assertFunction(this.#body, operation, 'a function to run');
    assertConfig(this.#config, operation, CHECKS);
    this.#config.check?.(operation);
    return this.#run(operation, { isNew: !this.isVirtual, records: !this.isVirtual });
  }

  replay(operation: OperationScope, record: Operation): Next<T> {
    if (!isTerminalStatus(record.Status)) return this.#run(operation, { isNew: false, records: true });
    const isRebuilt = record.Status === 'SUCCEEDED' && record.ContextDetails?.ReplayChildren;
    if (isRebuilt) return this.#run(operation, { isNew: false, records: false });
    return recordedEnd(this.#form, operation, record);
  }

  #run(operation: OperationScope, { isNew, records }: BodyRun): Next<T> {
    const child = this.#openChild(operation, records);
    return enter(
      { child, isNew, body: this.#body },
      {
        ended: (value) => this.#succeeded(operation, value, records),
        failed: (thrown) => this.#failed(operation, thrown, records),
      },
    );
  }

  #openChild(operation: OperationScope, records: boolean): ContextScope {
    const { context, id } = operation;
    const recordedId = this.isVirtual ? context.recordedId : id.wire;
    const child = context.childOf(operation, { recordedId, isRebuilding: !this.isVirtual && !records });
    if (!this.#config.awaitsOthersOnly) child.open(this.#config.awaitsOuterCode);
    return child;
  }

  #succeeded(operation: OperationScope, value: T, records: boolean): Next<T> {
    return whenKnown(this.#form.encode(value, operation), (encoded: Encoded) => {
      if (isUnsavable(encoded)) {
        return this.#failed(operation, UnsavableValueError.of(`The result of ${operation.label}`, encoded), records);
      }
      const how = valueOf<T>(this.#form, operation, encoded);
      return records ? this.#recordSuccess(operation, { value, payload: encoded, how }) : end(how);
    });
  }

  #recordSuccess(operation: OperationScope, { value, payload, how }: Success<T>): Next<T> {
    let content: UpdateContent;
    try {
      content = this.#successContent(operation, value, payload);
    } catch (thrown) {
      return this.#failed(operation, thrown, true);
    }
    const mayPrecedeRecord = this.#config.mayPrecedeRecord?.(value) ?? true;
    return conclude({ action: 'SUCCEED', content, end: how, runsUserCode: true, mayPrecedeRecord });
  }

  /** A result that is too large is left out: with `ReplayChildren` the body runs again and rebuilds it. */
  #successContent(operation: OperationScope, value: T, payload: string | undefined): UpdateContent {
    if (payload === undefined || fits(payload, OPERATION_PAYLOAD_BYTES)) {
      return keepingChildren(operation, { Payload: payload });
    }
    return { Payload: this.#summaryOf(operation, value), ContextOptions: { ReplayChildren: true } };
  }

  #summaryOf(operation: OperationScope, value: T): string {
    const config = this.#config;
    if (!config.summaryGenerator) return '';
    const { label } = operation;
    const ask = () => readSummary(inAskedFrame(operation, 'summaryGenerator', () => config.summaryGenerator!(value)));
    const summary = asking(`summaryGenerator of ${label}`, ask);
    const fitted = fitting(summary, OPERATION_PAYLOAD_BYTES);
    if (isUnsavable(fitted)) throw UnsavableValueError.of(`The summary of ${label}`, fitted);
    return summary;
  }

  #failed(operation: OperationScope, thrown: unknown, records: boolean): Next<T> {
    if (isUnrecoverableError(thrown)) throw thrown;
    return whenRecorded(operation, { thrown }, (recorded) => {
      const how = failureOf<T>(this.#form, operation, { recorded, status: 'FAILED', thrown });
      if (!records) return end(how);
      const content = keepingChildren(operation, contentOf(recorded));
      const mayPrecedeRecord = this.#config.mayPrecedeRecord?.() ?? true;
      return conclude({ action: 'FAIL', content, end: how, runsUserCode: true, mayPrecedeRecord });
    });
  }
}

/** Keeps the operations inside in the state, for plugins that read it in later invocations. */
function keepingChildren({ context }: OperationScope, content: UpdateContent): UpdateContent {
  const { childOperationsDepth = 0 } = context.invocation.config.pluginsConfig ?? {};
  const isKept = context.depth < childOperationsDepth;
  return isKept ? { ...content, ContextOptions: { ReplayChildren: true } } : content;
}

/** How the result of a context is converted to its record and back. */
export function resultFormOf<T>({ serdes, form, errorMapper }: ChildContextSettings<T>): ResultForm {
  if (!serdes && !form && !errorMapper) return formByDefault;
  return { ...formOf(serdes), ...form, errorOf: errorsBy(errorMapper) };
}

function errorsBy(errorMapper: ChildConfig<unknown>['errorMapper']): ResultForm['errorOf'] {
  if (!errorMapper) return childErrorOf;
  return (recorded, _status, operation) => mapped(rebuildOperationError(recorded, true), errorMapper, operation);
}

/** If a mapper fails, the failure that it received must not be lost. */
function mapped(
  failure: DurableOperationError,
  errorMapper: (error: typeof failure) => unknown,
  operation: OperationScope,
): Error {
  try {
    return readMappedError(inAskedFrame(operation, 'errorMapper', () => errorMapper(failure)));
  } catch (thrown) {
    if (endsInvocation(thrown)) throw thrown;
    const message = messageAfter(failure.message, `errorMapper of ${operation.label}`, thrown);
    return new ChildContextError(message, failure, failure.errorData);
  }
}

const formByDefault: ResultForm = { ...formOf(undefined), errorOf: childErrorOf };
