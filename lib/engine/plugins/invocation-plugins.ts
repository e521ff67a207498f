import { isTerminalStatus, type Operation } from '../../wire/operation.js';
import { normaliseThrown } from '../errors/error-object.js';
import type { Invocation } from '../invocation.js';
import { report } from '../logging/decision-log.js';
import { deliver, type Ending } from '../outcome.js';
import type { InvocationObserver } from '../scope.js';
import { InvocationInfos } from './invocation-infos.js';
import { type CalledOperation, infoOfCall, infoOfRecord, isExecution } from './operation-info.js';
import { createPlugins } from './create-plugins.js';
import type {
  AttemptEndInfoOutcome,
  AttemptInfo,
  DurableInstrumentationPlugin,
  InvocationInfo,
  PluginOperationStatus,
} from './plugin.js';
import { PluginCalls, type PluginFailure } from './plugin-calls.js';
import type { PluginSource } from './plugin-source.js';

/** An invocation as its plugins observe it. One without plugins has none of this, and pays nothing for it. */
export class InvocationPlugins implements InvocationObserver {
  readonly #invocation: Invocation;
  readonly #infos: InvocationInfos;
  readonly #calls: PluginCalls;
  /** What each plugin is told of the beginning: the object with which it was made. */
  readonly #startInfos: ReadonlyMap<DurableInstrumentationPlugin, InvocationInfo>;
  /** Operations that ended since the last invocation and have not been met yet. */
  readonly #endedBefore: Set<string>;

  constructor(invocation: Invocation, sources: readonly PluginSource[], updatedOperationIds: readonly string[] = []) {
    const { clock, logger, lambdaContext, arn: executionArn, requestId } = invocation;
    this.#invocation = invocation;
    this.#infos = new InvocationInfos(invocation, updatedOperationIds);
    this.#endedBefore = new Set(this.#infos.updated.filter(hasEnded).map(({ Id }) => Id));
    const onFailure = (failure: PluginFailure) => report(logger, 'warn', { executionArn, requestId, ...failure });
    const created = createPlugins(sources, { info: () => this.#infos.start(), onFailure });
    this.#startInfos = new Map(created.map(({ plugin, info }) => [plugin, info]));
    this.#calls = new PluginCalls({
      plugins: [...this.#startInfos.keys()],
      clock,
      remainingMs: () => lambdaContext.getRemainingTimeInMillis(),
      // Nobody suspends an invocation because its plugins take their time.
      onWaiting: (by) => invocation.activity.change('executing', by),
      onFailure,
    });
  }

  /** Runs the invocation between its first and its last hook. */
  async run(invoke: () => Promise<Ending>): Promise<Ending> {
    let ending: Ending | undefined;
    await this.#calls.tell('onInvocationStart', (plugin) => this.#startInfos.get(plugin)!);
    const answer = async () => {
      const known = (ending = await invoke());
      await this.#calls.tell('onInvocationEnd', () => this.#infos.end(known));
      return deliver(known);
    };
    try {
      await this.#calls.wrap('wrapInvocation', () => this.#infos.start(), answer);
    } catch (error) {
      // An ending that throws has thrown for the plugins to see; whoever asked for it delivers it again.
      if (ending === undefined) throw error;
    }
    return ending!;
  }

  /** The code calls an operation of which `existing` is recorded. */
  async met(called: CalledOperation, existing: Operation | undefined): Promise<void> {
    if (existing === undefined) return this.#started(called);
    if (!hasEnded(existing)) {
      return this.#calls.tell('onOperationStart', () => ({ ...infoOfRecord(existing), isReplay: true }));
    }
    if (this.#endedBefore.delete(existing.Id)) await this.#ended(existing);
  }

  /** Runs one attempt of a step or of a condition's check. */
  async attempt<T>(called: CalledOperation, attempt: number, body: () => Promise<T>): Promise<T> {
    const startTimestamp = this.#now();
    const info = () => ({ ...infoOfCall(called), startTimestamp, attempt });
    await this.#calls.tell('onOperationAttemptStart', info);
    try {
      const value = await this.#calls.wrap('wrapOperationAttemptFn', info, body);
      await this.#attemptEnded(info);
      return value;
    } catch (thrown) {
      await this.#attemptEnded(info, normaliseThrown(thrown));
      throw thrown;
    }
  }

  /** Runs the body of a context. */
  childContext<T>(called: CalledOperation, body: () => Promise<T>): Promise<T> {
    const run = () => this.#calls.wrap('wrapChildContextFn', () => infoOfCall(called), body);
    return called.isVirtual ? this.#virtualContext(called, run) : run();
  }

  /** Takes the records of a response: plugins hear of changes before the operations go on. */
  async merge(operations: readonly Operation[] = []): Promise<void> {
    const { state } = this.#invocation;
    const changed = operations.filter((newer) => !isExecution(newer) && state.get(newer.Id)?.Status !== newer.Status);
    if (changed.length > 0) await this.#changed(changed);
    state.merge(operations);
  }

  /** The trace header that a chained invoke carries on, where a plugin names one. */
  traceHeader({ id, parentId }: CalledOperation, targetFunctionName: string): string | undefined {
    const { arn: executionArn } = this.#invocation;
    const parent = parentId !== undefined && { parentOperationId: parentId };
    return this.#calls.traceHeader({ executionArn, operationId: id.wire, ...parent, targetFunctionName });
  }

  logFields(): Record<string, unknown> {
    return this.#calls.logFields();
  }

  async #changed(changed: readonly Operation[]): Promise<void> {
    await this.#calls.tell('onOperationChange', () => this.#infos.change(changed));
    await Promise.all(changed.filter(hasEnded).map((operation) => this.#ended(operation)));
  }

  #started(called: CalledOperation): Promise<void> {
    const start = {
      status: 'STARTED' as const,
      startTimestamp: this.#now(),
      isReplay: called.isVirtual,
      ...(called.type === 'STEP' && { attempt: 1 }),
    };
    return this.#calls.tell('onOperationStart', () => ({ ...infoOfCall(called), ...start }));
  }

  /** There will be no record from which the end of a virtual context could be seen. */
  async #virtualContext<T>(called: CalledOperation, run: () => Promise<T>): Promise<T> {
    const end = (status: PluginOperationStatus, error?: Error) => {
      const endTimestamp = this.#now();
      const info = () => ({ ...infoOfCall(called), status, endTimestamp, isReplay: true, ...(error && { error }) });
      return this.#calls.tell('onOperationEnd', info);
    };
    try {
      const value = await run();
      await end('SUCCEEDED');
      return value;
    } catch (thrown) {
      await end('FAILED', normaliseThrown(thrown));
      throw thrown;
    }
  }

  #ended(operation: Operation): Promise<void> {
    return this.#calls.tell('onOperationEnd', () => infoOfRecord(operation));
  }

  #attemptEnded(info: () => AttemptInfo, error?: Error): Promise<void> {
    const outcome: AttemptEndInfoOutcome = error ? 'FAILED' : 'SUCCEEDED';
    const end = { endTimestamp: this.#now(), outcome, ...(error && { error }) };
    return this.#calls.tell('onOperationAttemptEnd', () => ({ ...info(), ...end }));
  }

  #now(): Date {
    return new Date(this.#invocation.clock.now());
  }
}

function hasEnded({ Status }: Operation): boolean {
  return isTerminalStatus(Status);
}
