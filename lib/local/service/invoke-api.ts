import { randomUUID } from 'node:crypto';
import type { TargetFunction } from '../core/environment.js';
import type { ExecutionState } from '../core/execution-state.js';
import { isOpen } from '../core/execution-state.js';
import { UNQUALIFIED_MESSAGE, functionArnOf, parseFunctionReference, versionOf } from '../core/function-name.js';
import { ServiceError, alreadyStarted, invalidParameter, notFound } from '../core/service-error.js';
import { describeStart } from '../core/start-execution.js';
import type { FunctionResult } from '../functions/function-runtime.js';
import type { ExecutionSummary } from '../store/store.js';
import type { ServiceParts } from './service-parts.js';

export type InvocationType = 'RequestResponse' | 'Event' | 'DryRun';

export interface InvokeCall {
  functionName: string;
  qualifier?: string | undefined;
  invocationType: InvocationType;
  executionName?: string | undefined;
  /** JSON text; absent for an empty body. */
  payload?: string | undefined;
  clientContext?: string | undefined;
  tenantId?: string | undefined;
  traceId?: string | undefined;
}

export interface InvokeAnswer {
  status: 200 | 202 | 204;
  version: string;
  executionArn?: string | undefined;
  /** The outcome; only of synchronous calls. */
  result?: FunctionResult | undefined;
}

/** Seconds before Lambda repeats a failed asynchronous invocation of a plain function. */
const ASYNC_RETRY_DELAYS_SECONDS = [60, 120];

/** Invokes functions: plain ones run, durable ones start an execution. */
export class InvokeApi {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  async invoke(call: InvokeCall): Promise<InvokeAnswer> {
    const { name, qualifier } = parseFunctionReference(call.functionName, call.qualifier);
    const target = this.#parts.environment().findFunction(name);
    if (!target) throw this.#unknown(name, qualifier);
    if (target.durable && qualifier === undefined) throw invalidParameter(UNQUALIFIED_MESSAGE);
    this.#assertSize(call);
    const version = versionOf(qualifier);
    if (call.invocationType === 'DryRun') return { status: 204, version };
    return target.durable ? this.#start(call, target, version) : this.#runPlain(call, target, version);
  }

  #unknown(name: string, qualifier: string | undefined): ServiceError {
    const arn = functionArnOf(this.#parts.environment(), name);
    return notFound(`Function not found: ${qualifier === undefined ? arn : `${arn}:${qualifier}`}`);
  }

  #assertSize({ payload = '', invocationType }: InvokeCall): void {
    const { syncPayloadBytes, asyncPayloadBytes } = this.#parts.limits;
    const limit = invocationType === 'Event' ? asyncPayloadBytes : syncPayloadBytes;
    if (Buffer.byteLength(payload) <= limit) return;
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new ServiceError('RequestTooLargeException', 413, message);
  }

  async #start(call: InvokeCall, target: TargetFunction, version: string): Promise<InvokeAnswer> {
    const synchronous = call.invocationType === 'RequestResponse';
    const { execution, durable } = this.#findOrStart(call, target, version);
    const answer = { version: execution.start.version, executionArn: execution.start.arn };
    if (!synchronous) {
      await durable;
      return { status: 202, ...answer };
    }
    return { status: 200, ...answer, result: resultOf(await this.#closed(execution)) };
  }

  /** The same name and payload mean the same execution, whether it runs or has ended (docs/protocol.md#invoke). */
  #findOrStart(call: InvokeCall, target: TargetFunction, version: string) {
    const { registry, transactions } = this.#parts;
    const { executionName, payload, clientContext, traceId, tenantId } = call;
    const existing = executionName === undefined ? undefined : registry.findByName(target.name, executionName);
    if (existing) {
      if (existing.start.input !== payload || existing.start.version !== version)
        throw alreadyStarted(existing.start.arn);
      return { execution: existing, durable: transactions.barrier(undefined).durable };
    }
    const synchronous = call.invocationType === 'RequestResponse';
    const request = {
      target,
      version,
      name: executionName,
      input: payload,
      synchronous,
      clientContext,
      traceId,
      tenantId,
    };
    const { value, durable } = transactions.start(describeStart(this.#parts.environment(), request));
    return { execution: value as ExecutionSummary, durable };
  }

  /** Waits until the execution has ended and that cannot be lost. */
  async #closed(execution: ExecutionSummary): Promise<ExecutionSummary> {
    const live = this.#parts.registry.findLive(execution.start.id);
    if (!live) return execution;
    if (isOpen(live)) await this.#parts.completions.closed(live);
    else await this.#parts.transactions.barrier(live).durable;
    return live;
  }

  async #runPlain(call: InvokeCall, target: TargetFunction, version: string): Promise<InvokeAnswer> {
    if (call.invocationType === 'Event') {
      void this.#runInBackground(call, { target, version, attempt: 0 });
      return { status: 202, version };
    }
    return { status: 200, version, result: await this.#run(call, target, version) };
  }

  async #runInBackground(
    call: InvokeCall,
    run: { target: TargetFunction; version: string; attempt: number },
  ): Promise<void> {
    const { clock } = this.#parts;
    const result = await this.#run(call, run.target, run.version);
    const delaySeconds = ASYNC_RETRY_DELAYS_SECONDS[run.attempt];
    if (result.kind === 'returned' || delaySeconds === undefined) return;
    clock.schedule({ atMs: clock.now() + delaySeconds * 1000, kind: 'progress' }, () => {
      void this.#runInBackground(call, { ...run, attempt: run.attempt + 1 });
    });
  }

  async #run(call: InvokeCall, target: TargetFunction, version: string): Promise<FunctionResult> {
    const { clientContext, tenantId, traceId } = call;
    const release = this.#parts.clock.hold();
    const result = await this.#parts.functions.invoke({
      functionName: target.name,
      qualifier: version,
      functionArn: `${functionArnOf(this.#parts.environment(), target.name)}:${version}`,
      requestId: randomUUID(),
      payload: call.payload ?? '{}',
      ...(clientContext === undefined ? {} : { clientContext }),
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(traceId === undefined ? {} : { traceId }),
    });
    release();
    return withinLimit(result, this.#parts.limits.syncPayloadBytes + RESPONSE_SLACK_BYTES);
  }
}

/** What Lambda allows beyond 6 MiB. */
const RESPONSE_SLACK_BYTES = 100;

/** Lambda refuses a larger response, and the function has failed. */
function withinLimit(result: FunctionResult, limit: number): FunctionResult {
  if (result.kind !== 'returned' || Buffer.byteLength(result.payload) <= limit) return result;
  return {
    kind: 'failed',
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${limit} bytes).`,
    logTail: result.logTail,
  };
}

/** A closed execution as Lambda's response to a synchronous call. */
function resultOf({ progress, logTail }: ExecutionSummary & Pick<ExecutionState, 'logTail'>): FunctionResult {
  if (progress.error === undefined) return { kind: 'returned', payload: progress.result ?? '', logTail };
  const { ErrorType = '', ErrorMessage = '', StackTrace } = progress.error;
  return { kind: 'failed', errorType: ErrorType, errorMessage: ErrorMessage, stackTrace: StackTrace, logTail };
}
