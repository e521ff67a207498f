import type { Operation } from '../../wire/operation.js';
import { ConfigValidationError } from '../errors/context-errors.js';
import { InvokeError } from '../errors/operation-errors.js';
import { rebuildAs } from '../errors/rebuild-as.js';
import { decode, encode } from '../serdes/conversion.js';
import type { InvokeConfig } from './invoke-config.js';
import { DurableOperation, type OperationPlace } from './operation.js';

/** What is invoked, with what. */
export interface InvokeCall<TInput, TOutput> {
  functionName: string;
  input: TInput | undefined;
  config: InvokeConfig<TInput, TOutput> | undefined;
}

/** Another function's result, whose invocation is the service's business (PROTOCOL §5.7). */
export class InvokeOperation<TInput, TOutput> extends DurableOperation<TOutput> {
  readonly type = 'CHAINED_INVOKE';
  readonly subType = 'ChainedInvoke';
  readonly #functionName: string;
  readonly #input: TInput | undefined;
  readonly #config: InvokeConfig<TInput, TOutput>;

  constructor(place: OperationPlace, { functionName, input, config = {} }: InvokeCall<TInput, TOutput>) {
    super(place);
    this.#functionName = functionName;
    this.#input = input;
    this.#config = config;
  }

  protected start(): void {
    const { tenantId, payloadSerdes = this.context.defaultSerdes } = this.#config;
    const ChainedInvokeOptions = { FunctionName: this.#checkedName(), ...(tenantId && { TenantId: tenantId }) };
    this.busy();
    this.whenKnown(encode(this.#input, payloadSerdes, this), (Payload) => {
      this.save('START', { Payload, ChainedInvokeOptions }, () => this.#started());
    });
  }

  #started(): void {
    const { record } = this;
    // A function that cannot be found has failed already.
    if (record) this.replay(record);
    else this.awaitService({ status: 'STARTED' });
    this.idle();
  }

  protected replay(existing: Operation): void {
    const { Result, Error: recorded } = existing.ChainedInvokeDetails ?? {};
    switch (existing.Status) {
      case 'SUCCEEDED':
        return this.completion.settle(() => this.#decode(Result) as TOutput | Promise<TOutput>);
      case 'FAILED':
      case 'CANCELLED':
      case 'TIMED_OUT':
      case 'STOPPED':
        return this.completion.settle(() => {
          throw rebuildAs(InvokeError, recorded);
        });
      case 'STARTED':
      case 'PENDING':
      case 'READY':
        return this.awaitService({ status: existing.Status });
      default:
        return existing.Status satisfies never;
    }
  }

  #decode(text: string | undefined): unknown {
    return decode(text, this.#config.resultSerdes ?? this.context.defaultSerdes, this);
  }

  #checkedName(): string {
    if (typeof this.#functionName === 'string' && this.#functionName !== '') return this.#functionName;
    throw new ConfigValidationError(
      `${this.label} names no function. Give a name or an ARN, with a version, an alias or $LATEST for a durable function.`,
    );
  }
}
