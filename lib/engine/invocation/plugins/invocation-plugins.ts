import type { DurableExecutionClient } from '../../../wire/durable-execution-client.js';
import { executionIdOf } from '../../../wire/durable-execution-arn.js';
import { isTerminalStatus, type Operation } from '../../../wire/operation.js';
import type { Invocation } from '../invocation.js';
import { deliver, type Ending } from '../outcome.js';
import type { CallObserver, InvocationObserver, ObservedCall } from './observer.js';
import { createPlugins } from './create-plugins.js';
import { InvocationInfos } from './invocation-infos.js';
import { InvocationMeter } from './invocation-meter.js';
import { type CalledOperation, isExecution } from './operation-info.js';
import { PluginCallObserver, type ObserverParts } from './call-observer.js';
import type { DurableInstrumentationPlugin, InvocationInfo } from './plugin.js';
import { PluginCalls, type PluginFailure } from './plugin-calls.js';
import type { PluginSource } from './plugin-source.js';

/** An invocation for its plugins. An invocation without plugins has none of this, and no cost. */
export class InvocationPlugins implements InvocationObserver {
  readonly #invocation: Invocation;
  readonly #infos: InvocationInfos;
  readonly #calls: PluginCalls;
  /** The start info of each plugin: the object with which it was created. */
  readonly #startInfos: ReadonlyMap<DurableInstrumentationPlugin, InvocationInfo>;
  readonly #observerParts: ObserverParts;
  /** The operations that the service has changed since the last invocation. */
  readonly #updated: Set<string>;
  /** Absent when no plugin needs measures. */
  readonly #meter: InvocationMeter | undefined;

  constructor(invocation: Invocation, sources: readonly PluginSource[], updatedOperationIds: readonly string[] = []) {
    const { clock, remainingMs } = invocation;
    this.#invocation = invocation;
    this.#infos = new InvocationInfos(invocation, updatedOperationIds);
    const onFailure = ({ message, ...facts }: PluginFailure) => invocation.warn(message, facts);
    const created = createPlugins(sources, { info: () => this.#infos.start(), onFailure });
    this.#startInfos = new Map(created.map(({ plugin, info }) => [plugin, info]));
    this.#calls = new PluginCalls({
      plugins: [...this.#startInfos.keys()],
      clock,
      remainingMs,
      // An invocation must not be suspended because its plugins take time.
      onWaiting: (by) => invocation.activity.executing(by),
      onFailure,
    });
    this.#meter = this.#calls.isHeard('onInvocationMeasured') ? this.#openMeter() : undefined;
    this.#updated = new Set(updatedOperationIds);
    this.#observerParts = {
      calls: this.#calls,
      isUpdated: (operationId) => this.#updated.has(operationId),
      attemptEnded: (outcome) => this.#meter?.attemptEnded(outcome),
      now: () => new Date(clock.now()),
    };
  }

  /** Runs the invocation between its first and its last hook. */
  async run(invoke: () => Promise<Ending>): Promise<Ending> {
    let ending: Ending | undefined;
    await this.#calls.tell('onInvocationStart', (plugin) => this.#startInfos.get(plugin)!);
    const answer = async () => {
      const known = (ending = await invoke());
      await this.#tellMeasures(known);
      await this.#calls.tell('onInvocationEnd', () => this.#infos.end(known));
      return deliver(known);
    };
    try {
      await this.#calls.wrap('wrapInvocation', () => this.#infos.start(), answer);
    } catch (error) {
      // If the ending throws, it has thrown for the plugins; the caller delivers it again.
      if (ending === undefined) throw error;
    }
    return ending!;
  }

  measured(client: DurableExecutionClient): DurableExecutionClient {
    return this.#meter?.measuring(client) ?? client;
  }

  observe(call: ObservedCall): CallObserver {
    if (this.#meter) {
      const { type, record, isVirtual } = call;
      const isOpen = record === undefined || !isTerminalStatus(record.Status);
      this.#meter.met(type, { isNew: record === undefined && !isVirtual, isOpen });
    }
    return new PluginCallObserver(call, this.#observerParts);
  }

  /** Takes the records of a response: plugins are called with the changes before the operations continue. */
  async merge(operations: readonly Operation[] = []): Promise<void> {
    const { state } = this.#invocation;
    const changed = operations.filter((newer) => !isExecution(newer) && state.get(newer.Id)?.Status !== newer.Status);
    // Code may call such an operation later: its end was not reported by an earlier invocation.
    for (const { Id } of changed) this.#updated.add(Id);
    if (changed.length > 0) await this.#calls.tell('onOperationChange', () => this.#infos.change(changed));
    state.merge(operations);
  }

  /** The trace header of a chained invoke, if a plugin sets one. */
  traceHeader({ id, parentId }: CalledOperation, targetFunctionName: string): string | undefined {
    const { arn: executionArn } = this.#invocation;
    const parent = parentId !== undefined && { parentOperationId: parentId };
    return this.#calls.traceHeader({ executionArn, operationId: id.wire, ...parent, targetFunctionName });
  }

  logFields(): Record<string, unknown> {
    return this.#calls.logFields();
  }

  #openMeter(): InvocationMeter {
    const { state, clock, arn } = this.#invocation;
    const { updated, isFirstInvocation } = this.#infos;
    const execution = state.executionOperation(executionIdOf(arn));
    const wokenBy = isFirstInvocation && execution ? [execution] : updated;
    return new InvocationMeter({ clock, operations: state.all(), wokenBy });
  }

  async #tellMeasures(ending: Ending): Promise<void> {
    const meter = this.#meter;
    if (!meter) return;
    const { arn: executionArn, requestId, settlement } = this.#invocation;
    const { isFirstInvocation } = this.#infos;
    const identity = { executionArn, requestId, isFirstInvocation };
    await this.#calls.tell('onInvocationMeasured', () => meter.measures(identity, ending, settlement.outcome));
  }
}
