// The durable service for both engines: state in memory, a latency for each call, and errors for wrong tokens. It
// measures its own time, so that only the engines are compared.
import { performance } from 'node:perf_hooks';

export const ARN =
  'arn:aws:lambda:us-east-1:123456789012:function:bench:1/durable-execution/bench/5f0c0a52-7a3e-4a57-9f0e-9d6f4a1f2c11';
const EXECUTION_ID = ARN.slice(ARN.lastIndexOf('/') + 1);

const AFTER = { START: 'STARTED', SUCCEED: 'SUCCEEDED', FAIL: 'FAILED', RETRY: 'PENDING', CANCEL: 'CANCELLED' };

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class BenchService {
  #operations = new Map();
  #token = 0;
  calls = 0;
  updates = 0;
  /** Milliseconds of the service's own work. */
  ownMs = 0;

  /** @param {{ latencyMs?: number, pageItems?: number, operations?: object[] }} options */
  constructor({ latencyMs = 0, pageItems = Infinity, operations = [] } = {}) {
    this.latencyMs = latencyMs;
    this.pageItems = pageItems;
    this.#operations.set(EXECUTION_ID, {
      Id: EXECUTION_ID,
      Type: 'EXECUTION',
      Status: 'STARTED',
      StartTimestamp: Date.now(),
      ExecutionDetails: { InputPayload: '{}' },
    });
    for (const operation of operations) this.#operations.set(operation.Id, operation);
  }

  /** The event of the next invocation; it makes earlier tokens stale. */
  event() {
    const all = [...this.#operations.values()];
    return {
      DurableExecutionArn: ARN,
      CheckpointToken: this.#nextToken(),
      InitialExecutionState: {
        Operations: all.slice(0, this.pageItems),
        NextMarker: all.length > this.pageItems ? String(this.pageItems) : '',
      },
    };
  }

  async checkpoint({ CheckpointToken, Updates = [] }) {
    this.calls += 1;
    this.updates += Updates.length;
    await this.#latency();
    return this.#timed(() => {
      if (CheckpointToken !== String(this.#token))
        throw new Error(`stale token ${CheckpointToken}, not ${this.#token}`);
      const Operations = Updates.map((update) => this.#apply(update));
      return { CheckpointToken: this.#nextToken(), NewExecutionState: { Operations } };
    });
  }

  async getExecutionState({ Marker }) {
    this.calls += 1;
    await this.#latency();
    return this.#timed(() => {
      const all = [...this.#operations.values()];
      const end = Number(Marker) + this.pageItems;
      return { Operations: all.slice(Number(Marker), end), NextMarker: end < all.length ? String(end) : '' };
    });
  }

  /** Completes every wait, as time does. */
  passTime() {
    for (const operation of this.#operations.values()) {
      if (operation.Type === 'WAIT' && operation.Status === 'STARTED') operation.Status = 'SUCCEEDED';
    }
  }

  #apply(update) {
    const before = this.#operations.get(update.Id);
    const { Id, ParentId, Type, SubType, Name, Action, Payload, Error: failure } = update;
    const operation = {
      Id,
      ParentId,
      Type,
      SubType,
      Name,
      StartTimestamp: new Date(),
      ...before,
      Status: AFTER[Action],
    };
    if (Type === 'STEP')
      operation.StepDetails = { Attempt: Action === 'START' ? 0 : 1, Result: Payload, Error: failure };
    if (Type === 'CONTEXT' && Action !== 'START') {
      operation.ContextDetails = { Result: Payload, Error: failure, ...update.ContextOptions };
    }
    if (Type === 'WAIT') operation.WaitDetails = { ScheduledEndTimestamp: new Date(Date.now() + 3_600_000) };
    this.#operations.set(Id, operation);
    return operation;
  }

  #nextToken() {
    this.#token += 1;
    return String(this.#token);
  }

  #latency() {
    return this.latencyMs > 0 ? pause(this.latencyMs) : undefined;
  }

  #timed(work) {
    const startedMs = performance.now();
    const result = work();
    this.ownMs += performance.now() - startedMs;
    return result;
  }
}

/** What the Lambda runtime passes, with fifteen minutes left. */
export const lambdaContext = {
  functionName: 'bench',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:bench:1',
  memoryLimitInMB: '1024',
  awsRequestId: 'bench-request',
  logGroupName: '/aws/lambda/bench',
  logStreamName: 'bench',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => 900_000,
};
