import { nodeModule } from '../../node-module.js';
import type { DurableExecutionClient } from '../../wire/durable-execution-client.js';
import type { Operation, OperationUpdate } from '../../wire/operation.js';
import { readCheckpointAnswer, type StatePage } from '../../wire/read-answers.js';
import type { ApiErrorCodes } from '../../wire/classify-api-error.js';
import type { AwaitedCall, LambdaDeadlineError } from '../invocation/deadline/awaited-call.js';
import { CallLimits } from '../invocation/deadline/call-limits.js';
import { StateReading } from '../invocation/deadline/state-reading.js';
import { CheckpointError } from '../base/errors/checkpoint-error.js';
import type { DurableApiError } from '../base/errors/durable-api-error.js';
import { isDurableApiError } from '../base/errors/recognise.js';
import { ExecutionState, type RecordsReceiver } from './execution-state.js';
import { closesExecution } from './checkpoint-batch.js';

const { randomUUID } = nodeModule('node:crypto');

export interface CheckpointSenderOptions {
  client: DurableExecutionClient;
  durableExecutionArn: string;
  checkpointToken: string;
  state: RecordsReceiver;
  /** The record of an operation, for messages. */
  recordOf(operationId: string): Operation | undefined;
  apiErrorCodes?: ApiErrorCodes | undefined;
}

/** Receives a response. Callbacks, because promises here cost as much as everything else between two steps. */
export interface AnswerReceiver {
  /** Everything in the response is merged. @param isRecorded - otherwise another invocation has taken over */
  answered(isRecorded: boolean): void;
  failed(error: DurableApiError): void;
}

/** Sends updates, each time with the token of the last response, and takes what has changed meanwhile. */
export class CheckpointSender {
  readonly #options: CheckpointSenderOptions;
  readonly #limits: CallLimits;
  #token: string;
  /** The pending call. */
  #sent: { updates: OperationUpdate[]; receiver: AnswerReceiver } | undefined;
  /** Reads the further pages of its response. */
  #reading: StateReading | undefined;

  constructor(options: CheckpointSenderOptions) {
    this.#options = options;
    this.#limits = new CallLimits(options.apiErrorCodes);
    this.#token = options.checkpointToken;
  }

  /** Absent while no call is pending. */
  get awaited(): AwaitedCall | undefined {
    if (!this.#sent) return undefined;
    const { updates } = this.#sent;
    const purpose = this.#purposeOf(updates);
    const pages = this.#reading?.awaited;
    return {
      wait: updates,
      purpose: pages ? `${purpose}, and ${pages.purpose}` : purpose,
      fail: (reason) => this.#giveUp(reason),
    };
  }

  /** To be called again only after the response. */
  send(updates: OperationUpdate[], receiver: AnswerReceiver): void {
    const sent = (this.#sent = { updates, receiver });
    // A response that comes after the call was abandoned is ignored.
    const unlessGivenUp = (act: () => void) => (this.#sent === sent ? this.#orFail(act) : undefined);
    this.#orFail(() => {
      Promise.resolve(this.#call(updates)).then(
        (answer) => unlessGivenUp(() => this.#accept(answer, closesExecution(updates))),
        (error: unknown) => unlessGivenUp(() => this.#fail(error)),
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
    this.#limits.onAttempt();
    return this.#options.client.checkpoint(request, undefined, this.#limits);
  }

  #accept(answer: unknown, closes: boolean): void {
    const { token, changed } = readCheckpointAnswer(answer, closes);
    if (token === undefined) return this.#answered(closes);
    this.#token = token;
    const merging = this.#merge(changed);
    if (!merging) return this.#answered(true);
    merging.then(
      () => this.#answered(true),
      (error: unknown) => this.#fail(error),
    );
  }

  /** The further pages of a response belong to the checkpoint: nothing continues before everything in it is known. */
  #merge({ operations, marker }: StatePage): void | Promise<void> {
    return marker === undefined ? this.#options.state.merge(operations) : this.#mergePages({ operations, marker });
  }

  async #mergePages({ operations, marker }: StatePage & { marker: string }): Promise<void> {
    const { state, client, durableExecutionArn } = this.#options;
    const changed = new ExecutionState();
    changed.merge(operations);
    const pages = { client, durableExecutionArn, checkpointToken: this.#token, marker, limits: this.#limits };
    this.#reading = new StateReading(changed, pages);
    await this.#reading.done;
    await state.merge([...changed.all()]);
  }

  #answered(isRecorded: boolean): void {
    const receiver = this.#over();
    receiver?.answered(isRecorded);
  }

  #fail(error: unknown, waiting?: string): void {
    const receiver = this.#over();
    receiver?.failed(
      isDurableApiError(error) ? error : CheckpointError.fromException(error, this.#limits.apiErrorCodes, waiting),
    );
  }

  /** @returns the receiver of the call, which is over; nothing, if that was handled already */
  #over(): AnswerReceiver | undefined {
    const receiver = this.#sent?.receiver;
    this.#sent = this.#reading = undefined;
    return receiver;
  }

  #giveUp(reason: LambdaDeadlineError): void {
    const pages = this.#reading?.awaited;
    if (pages) return pages.fail(reason);
    const { error, waiting } = this.#limits.reasonAt(reason);
    this.#fail(error, waiting);
    this.#limits.callOff(reason);
  }

  #orFail(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The purpose of a request, by the update that is most probably awaited: the last. */
  #purposeOf(updates: readonly OperationUpdate[]): string {
    const last = updates[updates.length - 1];
    if (last === undefined) return 'a poll for changes';
    const others = updates.length === 1 ? '' : ` and ${updates.length - 1} more`;
    const outer = last.Name === undefined && this.#labelOf(last.ParentId, updates);
    return `${last.Action} of ${labelOf(last)}${outer ? ` in ${outer}` : ''}${others}`;
  }

  /** @param updates - may contain its start, which has no record yet */
  #labelOf(id: string | undefined, updates: readonly OperationUpdate[]): string | undefined {
    if (id === undefined) return undefined;
    const outer = updates.find(({ Id }) => Id === id) ?? this.#options.recordOf(id);
    return outer && labelOf(outer);
  }
}

function labelOf({ Name, SubType, Type, Id }: Operation | OperationUpdate): string {
  return `${SubType ?? Type} ${typeof Name === 'string' ? `"${Name}"` : Id}`;
}
