import { ConfigValidationError } from '../errors/context-errors.js';
import type { Operation } from '../../wire/operation.js';
import { InvokeError } from '../errors/operation-errors.js';
import { rebuildAs } from '../errors/rebuild-as.js';
import type { Next, OperationDefinition, OperationScope } from '../scope.js';
import { encode } from '../serdes/conversion.js';
import type { InvokeCall, InvokeConfig } from './invoke-config.js';
import { awaitService, replayRecord, save, whenKnown } from './next.js';
import { formOf, recordedOrAwaited, type ResultForm } from './result-form.js';

/** Another function's result, whose invocation is the service's business. */
export class Invoke<TInput, TOutput> implements OperationDefinition<TOutput> {
  readonly type = 'CHAINED_INVOKE';
  readonly subType = 'ChainedInvoke';
  readonly #functionName: string;
  readonly #input: TInput | undefined;
  readonly #config: InvokeConfig<TInput, TOutput>;
  readonly #form: ResultForm;

  constructor({ functionName, input, config = {} }: InvokeCall<TInput, TOutput>) {
    this.#functionName = functionName;
    this.#input = input;
    this.#config = config;
    this.#form = { ...formOf(config.resultSerdes), errorOf: (recorded) => rebuildAs(InvokeError, recorded) };
  }

  start(operation: OperationScope): Next<TOutput> {
    const { context } = operation;
    const { tenantId, payloadSerdes = context.defaultSerdes } = this.#config;
    const target = { FunctionName: this.#checkedName(operation), ...(tenantId && { TenantId: tenantId }) };
    return whenKnown(encode(this.#input, payloadSerdes, operation), (Payload) => {
      const XAmznTraceId = context.invocation.plugins?.traceHeader(operation, target.FunctionName);
      const ChainedInvokeOptions = XAmznTraceId === undefined ? target : { ...target, XAmznTraceId };
      // A function that cannot be found has failed already.
      return save('START', { Payload, ChainedInvokeOptions }, () =>
        replayRecord(operation, () => awaitService('STARTED')),
      );
    });
  }

  replay(operation: OperationScope, record: Operation): Next<TOutput> {
    return recordedOrAwaited(this.#form, operation, record);
  }

  #checkedName({ label }: OperationScope): string {
    if (typeof this.#functionName === 'string' && this.#functionName !== '') return this.#functionName;
    throw new ConfigValidationError(
      `${label} names no function. Give a name or an ARN, with a version, an alias or $LATEST for a durable function.`,
    );
  }
}
