import type { DurableInstrumentationPlugin, OperationInfo } from '../../../lib/engine/invocation/plugins/plugin.js';

/** One call of a hook, in a form in which two engines can be compared. */
export interface HookCall {
  hook: string;
  /** Its info, without what every run generates again. */
  info: Record<string, unknown>;
}

const TOLD = [
  'onInvocationStart',
  'onInvocationEnd',
  'onOperationStart',
  'onOperationEnd',
  'onOperationAttemptStart',
  'onOperationAttemptEnd',
  'onOperationChange',
] as const;
const WRAPPING = ['wrapInvocation', 'wrapChildContextFn', 'wrapOperationAttemptFn'] as const;

/** Hears every hook, and the end of what those that wrap run. */
export class HookStream {
  readonly calls: HookCall[] = [];

  get plugin(): DurableInstrumentationPlugin {
    const telling = TOLD.map((hook) => [hook, async (info: object) => this.#hear(hook, info)]);
    const wrapping = WRAPPING.map((hook) => [hook, (info: object, fn: () => unknown) => this.#wrap(hook, info, fn)]);
    return Object.fromEntries([...telling, ...wrapping]) as DurableInstrumentationPlugin;
  }

  async #wrap(hook: string, info: object, fn: () => unknown): Promise<unknown> {
    this.#hear(hook, info);
    try {
      return await fn();
    } finally {
      const { id, parentId, isReplay, isReplayingChildren } = info as Partial<OperationInfo>;
      this.calls.push({ hook: `${hook} ended`, info: { id, parentId, isReplay, isReplayingChildren } });
    }
  }

  #hear(hook: string, info: object): void {
    this.calls.push({ hook, info: comparable(info) as Record<string, unknown> });
  }
}

/** Generated again by each run. */
const OWN = new Set(['requestId', 'executionArn']);
/** What user code made, rather than the engine. */
const OF_USER = new Set(['executionInput', 'executionResult']);

/** With every member that an info has, also where its value is undefined. */
function comparable(value: unknown): unknown {
  if (value === undefined) return 'undefined';
  if (value instanceof Date) return 'a date';
  if (value instanceof Error) return { error: value.name, message: value.message };
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === 'string') return value.replaceAll(/"stack":"(?:[^"\\]|\\.)*"/g, '"stack":""');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, comparableMember(key, member)]));
}

function comparableMember(key: string, value: unknown): unknown {
  if (OWN.has(key)) return typeof value;
  return OF_USER.has(key) ? JSON.stringify(value) : comparable(value);
}

/**
 * What is told of each operation and of those around it, in order: what holds also where several run at once, of which
 * each goes on in its own time.
 */
export function strandsOf(calls: readonly HookCall[]): Record<string, HookCall[]> {
  const parents = new Map(calls.map(({ info }) => [info.id, info.parentId]));
  const lineOf = (id: unknown): unknown[] =>
    typeof id === 'string' && id !== 'undefined' ? [id, ...lineOf(parents.get(id))] : [];
  const ids = [...parents.keys()].filter((id) => typeof id === 'string' && id !== 'undefined') as string[];
  const strands = ids.sort().map((id) => {
    const line = lineOf(id);
    return [id, calls.filter(({ info }) => line.includes(info.id))];
  });
  return Object.fromEntries([
    ...strands,
    ['the invocation', calls.filter(({ info }) => !ids.includes(info.id as string))],
  ]);
}

/**
 * What is told of each operation alone, in order, and of the invocation with all changes as one: what holds also where
 * one engine records in two requests what the other records in one. When an operation started is known only once that is
 * recorded, so it is left out.
 */
export function ownStrandsOf(calls: readonly HookCall[]): Record<string, HookCall[]> {
  const isChange = ({ hook }: HookCall) => hook === 'onOperationChange';
  const changes = calls.filter(isChange).map(({ info }) => info);
  const updatedOperations = Object.assign({}, ...changes.map((info) => info.updatedOperations)) as object;
  const strands: Record<string, HookCall[]> = {
    changes: [{ hook: 'onOperationChange', info: { ...changes.at(-1), updatedOperations } }],
  };
  for (const { hook, info } of calls.filter((call) => !isChange(call))) {
    const { startTimestamp, ...others } = info;
    (strands[typeof info.id === 'string' ? info.id : 'the invocation'] ??= []).push({ hook, info: others });
  }
  return strands;
}
