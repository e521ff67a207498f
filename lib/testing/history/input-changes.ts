import type { CallSubject } from '../../engine/invocation/engine-config.js';
import type { Next, OperationDefinition, OperationScope } from '../../engine/scope.js';
import type { UpdateContent } from '../../engine/operations/update-content.js';
import type { Operation } from '../../wire/operation.js';
import type { CallStack } from '../run/call-site.js';
import { readJson } from '../run/operation-view.js';
import { nameOf, type ReplayFinding } from './findings.js';
import type { RecordedEvent } from './operations-of-history.js';
import { differencesOf } from './differences.js';

/** Operations whose starts in a history include their inputs. */
const WITH_INPUT: ReadonlySet<string> = new Set(['CHAINED_INVOKE', 'WAIT', 'CALLBACK']);

/** A call of a recorded operation in today's code, and its inputs. */
export interface AskedCall {
  call: CallSubject;
  stack: CallStack;
  /** What would have been written, had nothing been recorded; `undefined` where today's code could not even ask. */
  asked: Promise<UpdateContent | undefined>;
}

/** The inputs of an operation, by the names that a finding shows. */
type Input = Record<string, unknown>;

interface StartedDetails {
  FunctionName?: string;
  TenantId?: string;
  Input?: { Payload?: string; Truncated?: boolean };
  Duration?: number;
  Timeout?: number;
  HeartbeatTimeout?: number;
}

/** The inputs of a call, if they are recorded. */
export function askedBy(call: CallSubject, stack: CallStack): AskedCall | undefined {
  if (!WITH_INPUT.has(call.type)) return undefined;
  const { definition } = call as CallSubject & OperationScope & { definition: OperationDefinition<unknown> };
  const asked = startOf(() => definition.start(call as CallSubject & OperationScope)).catch(() => undefined);
  return { call, stack, asked };
}

/** A definition does nothing itself: it tells what it would write. */
async function startOf(start: () => Next<unknown>): Promise<UpdateContent | undefined> {
  let next = start();
  while (next.does === 'convert') next = next.then((await next.value) as never);
  return next.does === 'save' ? next.content : undefined;
}

export interface RecordedInputs {
  events: readonly RecordedEvent[];
  operations: readonly Operation[];
  calls: readonly AskedCall[];
}

/** The operations that today's code calls with another input than the recorded one. */
export async function inputChanges({ events, operations, calls }: RecordedInputs): Promise<ReplayFinding[]> {
  const findings: ReplayFinding[] = [];
  for (const { call, stack, asked } of calls) {
    const operation = operations.find((one) => isSame(one, call));
    const recorded = recordedInput(
      events.find(({ Id, EventType }) => Id === call.id.wire && EventType?.endsWith('Started')),
    );
    const called = calledInput(await asked);
    if (!operation || !recorded || !called) continue;
    if (!('input' in recorded)) delete called.input;
    const lines = differencesOf(recorded, called);
    if (lines.length > 0) findings.push(changed(operation, { operations, lines, calledAt: stack.userSite }));
  }
  return findings;
}

/** Another operation at its position is a separate finding. */
function isSame({ Id, Type, Name }: Operation, { id, type, name }: CallSubject): boolean {
  return Id === id.wire && Type === type && (Name ?? undefined) === name;
}

/** `undefined` for what is no start; without `input` where the history leaves it out, or has only a part of it. */
function recordedInput(event: RecordedEvent | undefined): Input | undefined {
  const details = (event as Record<string, unknown> | undefined)?.[`${event?.EventType}Details`];
  if (!details) return undefined;
  const { FunctionName, TenantId, Input, Duration, Timeout, HeartbeatTimeout } = details as StartedDetails;
  const hasInput = Input?.Payload !== undefined && Input.Truncated !== true;
  return {
    ...(FunctionName !== undefined && { function: FunctionName }),
    ...(TenantId !== undefined && { tenantId: TenantId }),
    ...(hasInput && { input: readJson(Input.Payload) }),
    ...(Duration && { seconds: Duration }),
    ...(Timeout && { timeoutSeconds: Timeout }),
    ...(HeartbeatTimeout && { heartbeatTimeoutSeconds: HeartbeatTimeout }),
  };
}

function calledInput(content: UpdateContent | undefined): Input | undefined {
  if (!content) return undefined;
  const { ChainedInvokeOptions, Payload, WaitOptions, CallbackOptions } = content;
  const { TimeoutSeconds, HeartbeatTimeoutSeconds } = CallbackOptions ?? {};
  return {
    ...(ChainedInvokeOptions && { function: ChainedInvokeOptions.FunctionName }),
    ...(ChainedInvokeOptions?.TenantId && { tenantId: ChainedInvokeOptions.TenantId }),
    ...(ChainedInvokeOptions && { input: readJson(Payload) }),
    ...(WaitOptions && { seconds: WaitOptions.WaitSeconds }),
    ...(TimeoutSeconds && { timeoutSeconds: TimeoutSeconds }),
    ...(HeartbeatTimeoutSeconds && { heartbeatTimeoutSeconds: HeartbeatTimeoutSeconds }),
  };
}

interface Difference {
  operations: readonly Operation[];
  lines: readonly string[];
  calledAt: string | undefined;
}

function changed(operation: Operation, { operations, lines, calledAt }: Difference): ReplayFinding {
  // The callback inside `waitForCallback('approval')` has no name.
  const named = operation.Name === undefined ? operations.find(({ Id }) => Id === operation.ParentId) : operation;
  const name = nameOf(named?.Name === undefined ? operation : named);
  const place = calledAt === undefined ? '' : ` It is called at ${calledAt}.`;
  return {
    kind: 'input',
    message: `${name} is called with another input than recorded; the recorded operation stands.${place}`,
    diff: [`  ${name}`, ...lines],
    ...(calledAt !== undefined && { calledAt }),
  };
}
