import type { OperationUpdate } from '../../wire/operation.js';
import { ANSWER_REST_MARKER, checkpoint, repeatedAnswer } from '../core/checkpoint.js';
import { staleToken, verifyToken } from '../core/checkpoint-token.js';
import type { CheckpointAnswer, ExecutionState } from '../core/execution-state.js';
import type { StatePage } from '../core/page.js';
import { placeOf, statePage } from '../core/page.js';
import { inFunctionTime } from './function-time.js';
import type { ServiceParts } from './service-parts.js';

export interface CheckpointCall {
  arn: string;
  token: string;
  clientToken?: string | undefined;
  updates: readonly OperationUpdate[];
}

export interface StateCall {
  arn: string;
  token: string;
  marker?: string | undefined;
  maxItems?: number | undefined;
}

const DEFAULT_PAGE_ITEMS = 100;

/** The two calls of a running function. */
export class CheckpointApi {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** Responds only when the change cannot be lost. */
  async checkpoint({ arn, token, clientToken, updates }: CheckpointCall): Promise<CheckpointAnswer> {
    this.#parts.clock.runDue();
    const state = this.#find(arn);
    const request = { token, clientToken, updates };
    const repeated = repeatedAnswer(state, request);
    const transition = () => this.#parts.transactions.run(state, (draft) => checkpoint(draft, request));
    const { value, durable } = repeated ? this.#parts.transactions.barrier(repeated) : transition();
    await durable;
    return { ...value, operations: inFunctionTime(value.operations, state, this.#parts.clock) };
  }

  state({ arn, token, marker, maxItems }: StateCall): StatePage {
    const state = this.#find(arn);
    verifyToken(state, token);
    const limits = { items: maxItems || DEFAULT_PAGE_ITEMS, bytes: this.#parts.limits.pageBytes };
    const page =
      marker === ANSWER_REST_MARKER
        ? { records: state.answerRest ?? [] }
        : statePage(state, placeOf(marker) ?? 0, limits);
    return { ...page, records: inFunctionTime(page.records, state, this.#parts.clock) };
  }

  /** The response for an unknown execution is that for a stale token: the API models no other response. */
  #find(arn: string): ExecutionState {
    const state = this.#parts.registry.findLiveByArn(arn);
    if (!state) throw staleToken();
    return state;
  }
}
