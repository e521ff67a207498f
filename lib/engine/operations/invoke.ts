import type { ErrorObject } from '../../wire/operation.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { InvokeError } from '../errors/operation-errors.js';
import { rebuildAs } from '../errors/rebuild-as.js';
import { encode } from '../serdes/conversion.js';
import type { InvokeConfig } from './invoke-config.js';
import type { OperationPlace } from './operation.js';
import { ResultOperation } from './result-operation.js';

/** What is invoked, with what. */
export interface InvokeCall<TInput, TOutput> {
  functionName: string;
  input: TInput | undefined;
  config: InvokeConfig<TInput, TOutput> | undefined;
}

/** Another function's result, whose invocation is the service's business (PROTOCOL §5.7). */
export class InvokeOperation<TInput, TOutput> extends ResultOperation<TOutput> {
  readonly type = 'CHAINED_INVOKE';
  readonly subType = 'ChainedInvoke';
  readonly #functionName: string;
  readonly #input: TInput | undefined;
  readonly #config: InvokeConfig<TInput, TOutput>;

  constructor(place: OperationPlace, { functionName, input, config = {} }: InvokeCall<TInput, TOutput>) {
    super(place, config.resultSerdes);
    this.#functionName = functionName;
    this.#input = input;
    this.#config = config;
  }

  protected start(): void {
    const { tenantId, payloadSerdes = this.context.defaultSerdes } = this.#config;
    const target = { FunctionName: this.#checkedName(), ...(tenantId && { TenantId: tenantId }) };
    this.busy();
    this.whenKnown(encode(this.#input, payloadSerdes, this), (Payload) => {
      const XAmznTraceId = this.invocation.plugins?.traceHeader(this, target.FunctionName);
      const ChainedInvokeOptions = XAmznTraceId === undefined ? target : { ...target, XAmznTraceId };
      // A function that cannot be found has failed already.
      this.saveStart({ Payload, ChainedInvokeOptions }, () => this.awaitService({ status: 'STARTED' }));
    });
  }

  protected override errorOf(recorded: ErrorObject): InvokeError {
    return rebuildAs(InvokeError, recorded);
  }

  #checkedName(): string {
    if (typeof this.#functionName === 'string' && this.#functionName !== '') return this.#functionName;
    throw new ConfigValidationError(
      `${this.label} names no function. Give a name or an ARN, with a version, an alias or $LATEST for a durable function.`,
    );
  }
}
