import {
  type AttemptEndInfo,
  AttemptEndInfoOutcome,
  type AttemptInfo,
  DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION,
  type DurableExecutionInvocationOutput,
  type DurableInstrumentationPlugin,
  type DurableInstrumentationPluginProvider,
  type InvocationEndInfo,
  type InvocationInfo,
  type OperationChangeInfo,
  type OperationEndInfo,
  type OperationInfo,
  PluginInvocationStatus,
  PluginOperationStatus,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';

interface Span {
  name: string;
  parent: Span | undefined;
  startedAt: Date | undefined;
  endedAt?: Date;
  attributes: Record<string, string | number | boolean>;
  failure?: Error;
}

/** Spans as OpenTelemetry's plugin keeps them: one for the invocation, one for each operation and each attempt. */
export class TracingPlugin implements DurableInstrumentationPlugin {
  readonly #spans = new Map<string, Span>();
  #invocation: Span | undefined;
  #active: Span | undefined;

  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.#invocation = {
      name: info.executionArn,
      parent: undefined,
      startedAt: info.executionStartTimestamp,
      attributes: { first: info.isFirstInvocation, updated: Object.keys(info.updatedOperations).length },
    };
  }

  wrapInvocation(
    _info: InvocationInfo,
    fn: () => Promise<DurableExecutionInvocationOutput>,
  ): Promise<DurableExecutionInvocationOutput> {
    return this.#inside(this.#invocation, fn);
  }

  async onInvocationEnd({ status, executionError, executionResult }: InvocationEndInfo): Promise<void> {
    if (!this.#invocation) return;
    this.#invocation.attributes.isFinal = status !== PluginInvocationStatus.PENDING && executionResult !== undefined;
    if (executionError) this.#invocation.failure = executionError;
  }

  async onOperationStart({
    id,
    name,
    type,
    subType,
    parentId,
    startTimestamp,
    isReplay,
  }: OperationInfo): Promise<void> {
    const parent = (parentId && this.#spans.get(parentId)) || this.#invocation;
    this.#spans.set(id, {
      name: name ?? id,
      parent,
      startedAt: startTimestamp,
      attributes: { type, isReplay, ...(subType && { subType }) },
    });
  }

  async onOperationEnd(info: OperationEndInfo): Promise<void> {
    const span = this.#spans.get(info.id);
    if (!span) return;
    span.endedAt = info.endTimestamp;
    if (info.status === PluginOperationStatus.FAILED) span.failure = info.error;
  }

  async onOperationAttemptStart(info: AttemptInfo): Promise<void> {
    this.#spans.set(`${info.id} ${info.attempt}`, {
      name: `${info.name} attempt ${info.attempt}`,
      parent: this.#spans.get(info.id),
      startedAt: info.startTimestamp,
      attributes: {},
    });
  }

  async onOperationAttemptEnd({ id, attempt, outcome, error }: AttemptEndInfo): Promise<void> {
    const span = this.#spans.get(`${id} ${attempt}`);
    if (span && outcome === AttemptEndInfoOutcome.FAILED) span.failure = error;
  }

  async onOperationChange({ updatedOperations, operations }: OperationChangeInfo): Promise<void> {
    const ids = Object.values(updatedOperations).map((operation: OperationInfo) => operation.id);
    if (this.#invocation) this.#invocation.attributes.changed = ids.filter((id) => id in operations).length;
  }

  wrapOperationAttemptFn(info: AttemptInfo, fn: () => unknown): unknown {
    return this.#inside(this.#spans.get(`${info.id} ${info.attempt}`), fn);
  }

  wrapChildContextFn(info: OperationInfo, fn: () => unknown): unknown {
    return this.#inside(this.#spans.get(info.id), fn);
  }

  enrichLogContext(): Record<string, string | number | boolean> | undefined {
    return this.#active && { spanName: this.#active.name, sampled: true };
  }

  #inside<T>(span: Span | undefined, fn: () => T): T {
    const before = this.#active;
    this.#active = span;
    try {
      return fn();
    } finally {
      this.#active = before;
    }
  }
}

export const durableExecutionPluginProvider: DurableInstrumentationPluginProvider<TracingPlugin> = {
  pluginApiVersion: DURABLE_INSTRUMENTATION_PLUGIN_API_VERSION,
  pluginType: TracingPlugin,
  createPlugin: () => new TracingPlugin(),
};

export const handler = withDurableExecution(async () => 'done', {
  plugins: [new TracingPlugin(), { enrichLogContext: () => ({ team: 'orders' }) }],
  pluginsConfig: { childOperationsDepth: Infinity },
});
