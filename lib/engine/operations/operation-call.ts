import {
  isTerminalStatus,
  type Operation,
  type OperationAction,
  type OperationType,
  type OperationUpdate,
} from '../../wire/operation.js';
import { shownText } from '../base/errors/shown.js';
import type { RunningBody } from '../invocation/deadline/running-bodies.js';
import type { AnySerdes, AnySerdesDeserializer } from '../base/serdes/serdes.js';
import type { OperationId } from '../context/operation-id.js';
import { isSubType } from './call-checks.js';
import type { ContextScope, NamedCall, OperationDefinition, OperationScope } from '../scope.js';
import type { UpdateContent } from './update-content.js';

/** The place of an operation in its execution. */
export interface OperationPlace {
  readonly context: ContextScope;
  readonly id: OperationId;
}

/** One call of an operation: its place, its name, and its record. */
export class OperationCall<T> implements OperationScope, RunningBody {
  readonly context: ContextScope;
  readonly id: OperationId;
  readonly name: string | undefined;
  readonly definition: OperationDefinition<T>;
  readonly type: OperationType;
  readonly subType: string;
  readonly isVirtual: boolean;
  /** Those of the call: a replay reads the result before it comes to what its context configures later. */
  readonly defaultSerdes: AnySerdes | undefined;
  readonly defaultCallbackDeserializer: AnySerdesDeserializer | undefined;
  isFollowed = false;

  constructor({ context, id }: OperationPlace, { name, definition }: NamedCall<T>) {
    this.context = context;
    this.id = id;
    this.name = name;
    this.definition = definition;
    this.type = definition.type;
    this.subType = definition.subType;
    this.isVirtual = definition.isVirtual ?? false;
    this.defaultSerdes = context.defaultSerdes;
    this.defaultCallbackDeserializer = context.defaultCallbackDeserializer;
  }

  get label(): string {
    const { toldName } = this;
    const kind = this.definition.calledAs ?? (isSubType(this.subType) ? this.subType : this.type);
    return toldName === undefined ? `${kind} operation ${this.id.plain}` : `${kind} "${shownText(toldName)}"`;
  }

  /** The name for messages and plugins: inside `waitForCallback`, one that is not recorded. */
  get toldName(): string | undefined {
    if (this.name !== undefined) return this.name;
    const { subType, name: outer } = this.context.operation ?? {};
    if (subType !== 'WaitForCallback' || outer === undefined) return undefined;
    return this.type === 'CALLBACK' ? `${outer}-callback` : `${outer}-submitter`;
  }

  /** For an attempt: its body is only code of its own. */
  get isBusy(): boolean {
    return true;
  }

  get parentId(): string | undefined {
    return this.context.recordedId;
  }

  get entityId(): string {
    return this.id.plain;
  }

  get durableExecutionArn(): string {
    return this.context.invocation.arn;
  }

  get record(): Operation | undefined {
    return this.isVirtual ? undefined : this.context.invocation.state.get(this.id.wire);
  }

  /** Whether a replay can continue from what is known of the operation, while pages of the state are pending. */
  isAnswered(existing: Operation | undefined): boolean {
    const { definition } = this;
    if (definition.isAnswered) return definition.isAnswered(existing);
    return existing !== undefined && isTerminalStatus(existing.Status);
  }

  /**
   * Whether the operation had not completed when its context did: continuing it would run code that is not recorded.
   */
  get wasAbandoned(): boolean {
    const { record, type } = this;
    if (record === undefined) return !this.isVirtual;
    return (type === 'STEP' || type === 'CONTEXT') && !isTerminalStatus(record.Status);
  }

  /** Whether nothing is recorded of its end any more, so that it must come in the same order in every invocation. */
  get endsOffRecord(): boolean {
    const { isVirtual, record } = this;
    return isVirtual || (record !== undefined && isTerminalStatus(record.Status));
  }

  /** An update of the operation for the service. */
  update(action: OperationAction, content?: UpdateContent): OperationUpdate {
    return {
      Id: this.id.wire,
      ParentId: this.context.recordedId,
      Type: this.type,
      SubType: this.subType,
      Name: this.name,
      Action: action,
      ...content,
    };
  }
}
