import { randomUUID } from 'node:crypto';
import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { OperationUpdate } from '../../wire/operation.js';
import { readCheckpointAnswer, type StatePage } from '../../wire/read-answers.js';
import { ExecutionState, type RecordsReceiver } from '../state/execution-state.js';
import { readStatePages } from '../state/load-state.js';
import { closesExecution } from './checkpoint-batch.js';

export interface CheckpointSenderOptions {
  client: DurableExecutionClient;
  durableExecutionArn: string;
  checkpointToken: string;
  state: RecordsReceiver;
}

/** Who waits for an answer; callbacks, since promises at this point cost as much as all else between two steps. */
export interface AnswerReceiver {
  /** All that the answer brought is known. @param isRecorded - otherwise another invocation has taken over */
  answered(isRecorded: boolean): void;
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
        (answer) => orFail(receiver, () => this.#accept(answer, closesExecution(updates), receiver)),
        (error) => receiver.failed(error),
      );
    });
  }

  #call(updates: OperationUpdate[]): Promise<unknown> {
    return this.#options.client.checkpoint({
      DurableExecutionArn: this.#options.durableExecutionArn,
      CheckpointToken: this.#token,
      Updates: updates,
      ClientToken: randomUUID(),
    });
  }

  #accept(answer: unknown, closes: boolean, receiver: AnswerReceiver): void {
    const { token, changed } = readCheckpointAnswer(answer, closes);
    if (token === undefined) return receiver.answered(closes);
    this.#token = token;
    const merging = this.#merge(changed);
    if (!merging) return receiver.answered(true);
    merging.then(
      () => receiver.answered(true),
      (error) => receiver.failed(error),
    );
  }

  /** An answer's further pages belong to the checkpoint: nobody goes on before all that it brought is known. */
  #merge({ operations, marker }: StatePage): void | Promise<void> {
    return marker === undefined ? this.#options.state.merge(operations) : this.#mergePages({ operations, marker });
  }

  async #mergePages({ operations, marker }: StatePage & { marker: string }): Promise<void> {
    const { state, client, durableExecutionArn } = this.#options;
    const changed = new ExecutionState();
    changed.merge(operations);
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
