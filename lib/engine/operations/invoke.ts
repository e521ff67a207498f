import { invokeFailureOf } from '../../wire/invoke-failures.js';
import { INVOKE_PAYLOAD_BYTES } from '../../wire/limits.js';
import { isTerminalStatus, type Operation } from '../../wire/operation.js';
import { ConfigValidationError } from '../base/errors/context-errors.js';
import { recordedError } from '../base/errors/recorded-error.js';
import { knowInvokeFailures } from '../base/errors/invoke-knowledge.js';
import { InvokeError } from '../base/errors/operation-errors.js';
import { rebuildAs } from '../base/errors/rebuild-as.js';
import { UnsavableValueError } from '../base/errors/unsavable-value-error.js';
import type { Next, OperationDefinition, OperationScope } from '../scope.js';
import { type Encoded, fitting, isUnsavable } from '../base/serdes/conversion.js';
import { encodeFor } from './asked-functions.js';
import { aSerdes, assertConfig, assertNoPromise } from './call-checks.js';
import type { InvokeCall, InvokeConfig } from './invoke-config.js';
import { awaitService, conclude, replayRecord, save, whenKnown } from './next.js';
import { contentOf } from './recorded.js';
import { failureOf, formOf, recordedOrAwaited, type ResultForm } from './result-form.js';

const CHECKS = [
  aSerdes('payloadSerdes', 'serialize'),
  aSerdes('resultSerdes', 'deserialize'),
  { member: 'tenantId', isRight: (id: unknown) => typeof id === 'string', right: 'a text' },
];

knowInvokeFailures(invokeFailureOf);

const AS_STEP = { Type: 'STEP' } as const;

/** Another function's result; the service invokes that function. */
export class Invoke<TInput, TOutput> implements OperationDefinition<TOutput> {
  readonly type = 'CHAINED_INVOKE';
  readonly subType = 'ChainedInvoke';
  readonly #functionName: string;
  readonly #input: TInput | undefined;
  readonly #config: InvokeConfig<TInput, TOutput>;
  readonly #form: ResultForm;

  constructor({ functionName, input, config }: InvokeCall<TInput, TOutput>) {
    this.#functionName = functionName;
    this.#input = input;
    this.#config = config ?? {};
    this.#form = { ...formOf(this.#config.resultSerdes), errorOf: (recorded) => rebuildAs(InvokeError, recorded) };
  }

  start(operation: OperationScope): Next<TOutput> {
    assertNoPromise(this.#input, operation, 'input');
    assertConfig(this.#config, operation, CHECKS);
    const { context } = operation;
    const { tenantId, payloadSerdes } = this.#config;
    const target = { FunctionName: this.#checkedName(operation), ...(tenantId && { TenantId: tenantId }) };
    return whenKnown(
      encodeFor(operation, this.#input, payloadSerdes ?? operation.defaultSerdes),
      (encoded: Encoded) => {
        const Payload = fitting(encoded, INVOKE_PAYLOAD_BYTES);
        if (isUnsavable(Payload)) return this.#unsavable(operation, Payload);
        const XAmznTraceId = context.invocation.plugins?.traceHeader(operation, target.FunctionName);
        const ChainedInvokeOptions = XAmznTraceId === undefined ? target : { ...target, XAmznTraceId };
        // If a function cannot be found, the invoke has failed already.
        return save('START', { Payload, ChainedInvokeOptions }, () =>
          replayRecord(operation, () => awaitService('STARTED')),
        );
      },
    );
  }

  replay(operation: OperationScope, record: Operation): Next<TOutput> {
    // Its start is recorded, but not that it has failed.
    if (record.Type === AS_STEP.Type && !isTerminalStatus(record.Status)) return this.start(operation);
    return recordedOrAwaited(this.#form, operation, record);
  }

  /** The service knows no failure of an invoke that never started, so it is recorded as that of a step. */
  #unsavable(operation: OperationScope, unsavable: UnsavableValueError): Next<TOutput> {
    const thrown = UnsavableValueError.of(`The input of ${operation.label}`, unsavable);
    const recorded = recordedError(thrown);
    const content = { ...contentOf(recorded), ...AS_STEP };
    const how = failureOf<TOutput>(this.#form, operation, { recorded, status: 'FAILED', thrown });
    const failed = () => conclude({ action: 'FAIL', content, end: how, runsUserCode: false });
    return operation.record ? failed() : save('START', AS_STEP, failed);
  }

  #checkedName({ label }: OperationScope): string {
    if (typeof this.#functionName === 'string' && this.#functionName !== '') return this.#functionName;
    throw new ConfigValidationError(
      `${label} names no function. Give a name or an ARN, with a version, an alias or $LATEST for a durable function.`,
    );
  }
}
