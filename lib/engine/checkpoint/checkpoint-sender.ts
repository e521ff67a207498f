import { randomUUID } from 'node:crypto';
import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { OperationUpdate } from '../../wire/operation.js';
import { readCheckpointAnswer, type StatePage } from '../../wire/read-answers.js';
import type { ApiErrorCodes } from '../../wire/classify-api-error.js';
import { CallLimits } from '../border/call-limits.js';
import { CheckpointError } from '../errors/checkpoint-error.js';
import type { DurableApiError } from '../errors/durable-api-error.js';
import { isDurableApiError } from '../errors/recognise.js';
import { ExecutionState, type RecordsReceiver } from '../state/execution-state.js';
import { readStatePages } from '../state/load-state.js';
import { closesExecution } from './checkpoint-batch.js';

export interface CheckpointSenderOptions {
  client: DurableExecutionClient;
  durableExecutionArn: string;
  checkpointToken: string;
  state: RecordsReceiver;
  apiErrorCodes?: ApiErrorCodes | undefined;
}

/** Who waits for an answer; callbacks, since promises at this point cost as much as all else between two steps. */
export interface AnswerReceiver {
  /** All that the answer brought is known. @param isRecorded - otherwise another invocation has taken over */
  answered(isRecorded: boolean): void;
  failed(error: DurableApiError): void;
}

/** Sends updates, each time with the token that the last answer brought, and takes what has changed meanwhile. */
export class CheckpointSender {
  readonly #options: CheckpointSenderOptions;
  readonly #limits: CallLimits;
  #token: string;

  constructor(options: CheckpointSenderOptions) {
    this.#options = options;
    this.#limits = new CallLimits(options.apiErrorCodes);
    this.#token = options.checkpointToken;
  }

  /** To be called again only after the answer. */
  send(updates: OperationUpdate[], receiver: AnswerReceiver): void {
    this.#orFail(receiver, () => {
      Promise.resolve(this.#call(updates)).then(
        (answer) => this.#orFail(receiver, () => this.#accept(answer, closesExecution(updates), receiver)),
        (error) => this.#fail(receiver, error),
      );
    });
  }

  #call(updates: OperationUpdate[]): Promise<unknown> {
    const request = {
      DurableExecutionArn: this.#options.durableExecutionArn,
      CheckpointToken: this.#token,
      Updates: updates,
      ClientToken: randomUUID(),
    };
    return this.#options.client.checkpoint(request, undefined, this.#limits);
  }

  #accept(answer: unknown, closes: boolean, receiver: AnswerReceiver): void {
    const { token, changed } = readCheckpointAnswer(answer, closes);
    if (token === undefined) return receiver.answered(closes);
    this.#token = token;
    const merging = this.#merge(changed);
    if (!merging) return receiver.answered(true);
    merging.then(
      () => receiver.answered(true),
      (error) => this.#fail(receiver, error),
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
    const pages = { client, durableExecutionArn, checkpointToken: this.#token, marker, limits: this.#limits };
    await readStatePages(changed, pages);
    await state.merge([...changed.all()]);
  }

  #orFail(receiver: AnswerReceiver, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(receiver, error);
    }
  }

  #fail(receiver: AnswerReceiver, error: unknown): void {
    receiver.failed(
      isDurableApiError(error) ? error : CheckpointError.fromException(error, this.#limits.apiErrorCodes),
    );
  }
}
