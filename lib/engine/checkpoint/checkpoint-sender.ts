import { randomUUID } from 'node:crypto';
import type {
  CheckpointDurableExecutionResponse,
  DurableExecutionClient,
} from '../../wire/durable-execution-client.js';
import { asRecords, type Operation, type OperationUpdate } from '../../wire/operation.js';
import { ExecutionState, type RecordsReceiver } from '../state/execution-state.js';
import { readStatePages } from '../state/load-state.js';

export interface CheckpointSenderOptions {
  client: DurableExecutionClient;
  durableExecutionArn: string;
  checkpointToken: string;
  state: RecordsReceiver;
}

/** Who waits for an answer; callbacks, since promises at this point cost as much as all else between two steps. */
export interface AnswerReceiver {
  /** All that the answer brought is known. Without a token nothing more can be sent. */
  answered(hasToken: boolean): void;
  failed(error: unknown): void;
}

/** Sends updates, each time with the token that the last answer brought, and takes what has changed meanwhile. */
export class CheckpointSender {
  readonly #options: CheckpointSenderOptions;
  #token: string;

  constructor(options: CheckpointSenderOptions) {
    this.#options = options;
    this.#token = options.checkpointToken;
  }

  /** To be called again only after the answer. */
  send(updates: OperationUpdate[], receiver: AnswerReceiver): void {
    orFail(receiver, () => {
      Promise.resolve(this.#call(updates)).then(
        (response) => orFail(receiver, () => this.#accept(response, receiver)),
        (error) => receiver.failed(error),
      );
    });
  }

  #call(updates: OperationUpdate[]): Promise<CheckpointDurableExecutionResponse> {
    return this.#options.client.checkpoint({
      DurableExecutionArn: this.#options.durableExecutionArn,
      CheckpointToken: this.#token,
      Updates: updates,
      ClientToken: randomUUID(),
    });
  }

  #accept({ CheckpointToken, NewExecutionState }: CheckpointDurableExecutionResponse, receiver: AnswerReceiver): void {
    if (!CheckpointToken) return receiver.answered(false);
    this.#token = CheckpointToken;
    const merging = this.#merge(asRecords(NewExecutionState?.Operations), NewExecutionState?.NextMarker);
    if (!merging) return receiver.answered(true);
    merging.then(
      () => receiver.answered(true),
      (error) => receiver.failed(error),
    );
  }

  /** An answer's further pages belong to the checkpoint: nobody goes on before all that it brought is known. */
  #merge(records: readonly Operation[] | undefined, marker: string | null | undefined): void | Promise<void> {
    return marker ? this.#mergePages(records, marker) : this.#options.state.merge(records);
  }

  async #mergePages(records: readonly Operation[] | undefined, marker: string): Promise<void> {
    const { state, client, durableExecutionArn } = this.#options;
    const changed = new ExecutionState();
    changed.merge(records);
    await readStatePages(changed, { client, durableExecutionArn, checkpointToken: this.#token, marker });
    await state.merge([...changed.all()]);
  }
}

function orFail(receiver: AnswerReceiver, act: () => void): void {
  try {
    act();
  } catch (error) {
    receiver.failed(error);
  }
}
