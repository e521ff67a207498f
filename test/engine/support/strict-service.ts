import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
} from '../../../lib/wire/durable-execution-client.js';
import type { DurableExecutionInvocationInput } from '../../../lib/wire/envelope.js';
import { CHECKPOINT_BYTES, CHECKPOINT_UPDATES, STATE_PAGE_ITEMS } from '../../../lib/wire/limits.js';
import {
  isTerminalStatus,
  type Operation,
  OperationAction,
  OperationStatus,
  OperationType,
  type OperationUpdate,
  type WireOperation,
} from '../../../lib/wire/operation.js';
import { MemoryService } from '../../fixtures/memory-service.js';

/** The connection breaks: before the service receives the call, or before its response arrives. */
export type Loss = 'request' | 'response';

/**
 * The memory service with strict checks: it records every call that the real service would refuse, prunes the children
 * of ended contexts as it does (docs/protocol.md#finished-contexts), and can lose calls.
 */
export class StrictService extends MemoryService {
  /** What the real service would have refused; empty when all is well. */
  readonly complaints: string[] = [];
  /** Decides for the n-th call, from 1, whether the network loses it. */
  lose: ((number: number) => Loss | undefined) | undefined;
  /** In what order a response lists operations. */
  arrange: <T>(operations: T[]) => T[] = (operations) => operations;
  #token: string | undefined;
  #inFlight = 0;

  /** Whether something may continue the execution: only then is PENDING a legal response. */
  get isPending(): boolean {
    return this.visible.some(
      ({ Type, Status }) =>
        Status === OperationStatus.PENDING ||
        // A retry that came due between two invocations has not been told yet, and counts like one that has not.
        Status === OperationStatus.READY ||
        (Status === OperationStatus.STARTED &&
          (Type === OperationType.WAIT || Type === OperationType.CALLBACK || Type === OperationType.CHAINED_INVOKE)),
    );
  }

  get visible(): Operation[] {
    return [...this.operations.values()].filter((operation) => !this.#isPruned(operation));
  }

  override event(): DurableExecutionInvocationInput {
    const event = super.event();
    this.#token = event.CheckpointToken;
    return { ...event, InitialExecutionState: this.#prune(event.InitialExecutionState) };
  }

  override async checkpoint(request: CheckpointDurableExecutionRequest) {
    this.#judgeCall(request.CheckpointToken);
    const number = this.calls.length + 1;
    this.#judgeBatch(request);
    return this.#answer(number, async () => this.#arranged(await super.checkpoint(request)));
  }

  override async getExecutionState(request: GetDurableExecutionStateRequest) {
    this.#judgeCall(request.CheckpointToken);
    if (request.MaxItems !== STATE_PAGE_ITEMS) this.complaints.push(`page of ${request.MaxItems} items`);
    const answer: GetDurableExecutionStateResponse = await this.#answer(this.calls.length + 1, () =>
      super.getExecutionState(request),
    );
    return this.#prune(answer) as { Operations: Operation[]; NextMarker: string };
  }

  #arranged<T extends object>(answer: T): T {
    const { NewExecutionState } = answer as CheckpointDurableExecutionResponse;
    if (!NewExecutionState?.Operations) return answer;
    return {
      ...answer,
      NewExecutionState: { ...NewExecutionState, Operations: this.arrange(NewExecutionState.Operations) },
    };
  }

  async #answer<T>(number: number, answer: () => Promise<T>): Promise<T> {
    const loss = this.lose?.(number);
    this.#inFlight += 1;
    try {
      if (loss === 'request') {
        this.calls.push({ api: 'checkpoint', request: { Updates: [] } as never });
        throw connectionReset();
      }
      const given = await answer();
      // The network takes at least a turn.
      await new Promise((resolve) => setImmediate(resolve));
      this.#token = (given as CheckpointDurableExecutionResponse).CheckpointToken ?? this.#token;
      if (loss === 'response') throw connectionReset();
      return given;
    } finally {
      this.#inFlight -= 1;
    }
  }

  #judgeCall(token: string | undefined): void {
    if (this.#inFlight > 0) this.complaints.push('two calls at once');
    if (token !== this.#token) this.complaints.push(`stale token ${token}`);
  }

  #judgeBatch({ Updates = [], ClientToken }: CheckpointDurableExecutionRequest): void {
    if (Updates.length > CHECKPOINT_UPDATES) this.complaints.push(`${Updates.length} updates in one call`);
    const bytes = Buffer.byteLength(JSON.stringify(Updates));
    if (Updates.length > 1 && bytes > CHECKPOINT_BYTES) this.complaints.push(`${bytes} bytes in one call`);
    if (!ClientToken) this.complaints.push('no client token');
    const statuses = new Map<string, string>();
    for (const update of Updates) this.#judge(update, statuses);
  }

  #judge(update: OperationUpdate, statuses: Map<string, string>): void {
    const { Id, Type, Action, ParentId, Name } = update;
    const status = statuses.get(Id) ?? this.operations.get(Id)?.Status;
    const complain = (what: string) => this.complaints.push(`${what}: ${Type} ${Action} of ${Name ?? Id} (${status})`);
    if (Type === OperationType.EXECUTION) return;
    const parent = ParentId && (statuses.get(ParentId) ?? this.operations.get(ParentId)?.Status);
    if (ParentId && parent !== OperationStatus.STARTED) complain(`parent is ${parent}`);
    if (!isAllowed(update, status)) complain('not in this state');
    const delay = update.StepOptions?.NextAttemptDelaySeconds ?? update.WaitOptions?.WaitSeconds ?? 1;
    if (!Number.isInteger(delay) || delay < 1) complain(`delay of ${delay} s`);
    if (Action === OperationAction.RETRY && !update.StepOptions) complain('no StepOptions');
    const stored = this.operations.get(Id);
    if (stored && (stored.Name !== Name || stored.Type !== Type || stored.ParentId !== ParentId))
      complain('not the same');
    statuses.set(Id, AFTER[Action]);
  }

  #isPruned({ ParentId }: WireOperation): boolean {
    const parent = ParentId === undefined ? undefined : this.operations.get(ParentId);
    if (!parent) return false;
    const isGone = isTerminalStatus(parent.Status) && !parent.ContextDetails?.ReplayChildren;
    return isGone || this.#isPruned(parent);
  }

  #prune<T extends { Operations?: WireOperation[] | undefined }>(page: T): T {
    const kept = page.Operations?.filter((operation) => !this.#isPruned(operation));
    return { ...page, Operations: kept };
  }
}

const AFTER: Readonly<Record<OperationAction, OperationStatus>> = {
  START: OperationStatus.STARTED,
  SUCCEED: OperationStatus.SUCCEEDED,
  FAIL: OperationStatus.FAILED,
  RETRY: OperationStatus.PENDING,
  CANCEL: OperationStatus.CANCELLED,
};

function isAllowed({ Type, Action }: OperationUpdate, status: string | undefined): boolean {
  const isStart = Action === OperationAction.START;
  if (Type === OperationType.STEP && isStart) return status === undefined || status === OperationStatus.READY;
  return isStart ? status === undefined : status === OperationStatus.STARTED;
}

/** What the AWS client throws without a response. */
export function connectionReset(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
}

/** What the AWS client throws for an error response. */
export function awsError(name: string, httpStatusCode: number, message: string = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: `aws-${httpStatusCode}` } });
}
