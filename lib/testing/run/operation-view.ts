import type { ErrorObject, Operation } from '../../wire/operation.js';
import type { CallStack } from './call-site.js';
import { isTerminalStatus } from '../../wire/operation.js';
import { toEpochMs } from '../../wire/timestamp.js';

/** What is known of an operation in addition to its record. */
interface Known {
  call?: CallStack | undefined;
  /** The callback inside a `waitForCallback`. */
  callback?: Operation | undefined;
}

/** One operation of an execution for a test: its record, and how often its body has run. @typeParam R - its result */
export class OperationView<R = unknown> {
  constructor(
    private readonly operation: Operation,
    /** How often the body of a step, or the check of a condition, has started in this test; mocked bodies count. */
    readonly ran: number,
    private readonly known: Known = {},
  ) {}

  get id(): string {
    return this.operation.Id;
  }

  get name(): string | undefined {
    return this.operation.Name ?? undefined;
  }

  /**
   * File, line and column in the user's code of the call; `undefined` for operations that no code calls, such as the
   * item of a map.
   */
  get calledAt(): string | undefined {
    return this.known.call?.userSite;
  }

  /** In the service's terms: `STEP`, `WAIT`, `CALLBACK`, `CHAINED_INVOKE`, `CONTEXT`. */
  get type(): string {
    return this.operation.Type;
  }

  /** Such as `Step`, `WaitForCondition`, `Map` or `ParallelBranch`. */
  get subType(): string | undefined {
    return this.operation.SubType ?? undefined;
  }

  get parentId(): string | undefined {
    return this.operation.ParentId ?? undefined;
  }

  /** Such as `STARTED`, `PENDING` (a retry is due), `SUCCEEDED` or `FAILED`. */
  get status(): string {
    return this.operation.Status;
  }

  get hasEnded(): boolean {
    return isTerminalStatus(this.operation.Status);
  }

  /** Attempts of a step or a condition that have started, as the service counts them. */
  get attempts(): number {
    const ended = this.operation.StepDetails?.Attempt ?? 0;
    const isOpen = this.operation.Type === 'STEP' && this.operation.Status === 'STARTED';
    return isOpen ? ended + 1 : ended;
  }

  /** The saved result, parsed if it is JSON; `undefined` while there is none. */
  get result(): R | undefined {
    return readJson(this.payload) as R | undefined;
  }

  /** The saved result as text. */
  get payload(): string | undefined {
    const { StepDetails, ContextDetails, CallbackDetails, ChainedInvokeDetails } = this.operation;
    return (StepDetails ?? ContextDetails ?? CallbackDetails ?? ChainedInvokeDetails)?.Result ?? undefined;
  }

  /** The saved error; for a step that is retried, the error of its last attempt. */
  get error(): { type?: string; message?: string; data?: string } | undefined {
    const { StepDetails, ContextDetails, CallbackDetails, ChainedInvokeDetails } = this.operation;
    return errorOf((StepDetails ?? ContextDetails ?? CallbackDetails ?? ChainedInvokeDetails)?.Error ?? undefined);
  }

  /** The id by which a sender completes a callback, or that of a `waitForCallback`. */
  get callbackId(): string | undefined {
    return (this.known.callback ?? this.operation).CallbackDetails?.CallbackId ?? undefined;
  }

  get startedAt(): Date | undefined {
    return dateOf(toEpochMs(this.operation.StartTimestamp));
  }

  get endedAt(): Date | undefined {
    return dateOf(toEpochMs(this.operation.EndTimestamp));
  }
}

/** The callback inside a `waitForCallback`, which has no name of its own. */
export function callbackIn({ Id, SubType }: Operation, operations: readonly Operation[]): Operation | undefined {
  if (SubType !== 'WaitForCallback') return undefined;
  return operations.find(({ Type, ParentId }) => Type === 'CALLBACK' && ParentId === Id);
}

export function errorOf(
  error: ErrorObject | undefined,
): { type?: string; message?: string; data?: string } | undefined {
  if (error === undefined) return undefined;
  const { ErrorType: type, ErrorMessage: message, ErrorData: data } = error;
  return { ...(type && { type }), ...(message && { message }), ...(data && { data }) };
}

/** Inputs and results are JSON by default; a user's serdes may have written any text. */
export function readJson(text: string | null | undefined): unknown {
  if (text === null || text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function dateOf(epochMs: number | undefined): Date | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs);
}
