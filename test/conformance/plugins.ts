import type {
  AttemptEndInfo,
  AttemptInfo,
  DurableInstrumentationPlugin,
  InvocationEndInfo,
  InvocationInfo,
  OperationChangeInfo,
  OperationEndInfo,
  OperationInfo,
} from 'nestjs-durable-execution/engine';

/** Writes the reports of its hooks as JSON lines, each with the execution's ARN. */
class RecordingPlugin {
  protected readonly plugin: string = 'CONFPLUGIN';
  #durableExecutionArn: string | undefined;

  protected remember({ executionArn }: InvocationInfo): void {
    this.#durableExecutionArn = executionArn;
  }

  protected record(hook: string, fields: Record<string, unknown> = {}): void {
    const { plugin } = this;
    const record = { plugin, hook, ...fields, durableExecutionArn: this.#durableExecutionArn };
    process.stdout.write(`${JSON.stringify(record)}\n`);
  }
}

const isStep = ({ type }: OperationInfo): boolean => type.toUpperCase() === 'STEP';
const isWait = ({ type }: OperationInfo): boolean => type.toUpperCase() === 'WAIT';
const isTerminal = (status: string | undefined): boolean => status === 'SUCCEEDED' || status === 'FAILED';

export class InvocationPlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  #isFirst = false;

  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
    this.#isFirst = info.isFirstInvocation;
    this.record('invocation-start', { first: info.isFirstInvocation });
  }

  async onInvocationEnd({ status }: InvocationEndInfo): Promise<void> {
    this.record('invocation-end', { first: this.#isFirst, terminal: isTerminal(status), status });
  }
}

export class AttemptPlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
  }

  async onOperationAttemptStart(info: AttemptInfo): Promise<void> {
    if (isStep(info)) this.record('attempt-start', { n: info.attempt, op: info.id });
  }

  async onOperationAttemptEnd(info: AttemptEndInfo): Promise<void> {
    if (isStep(info)) this.record('attempt-end', { n: info.attempt, outcome: info.outcome, op: info.id });
  }

  async onOperationEnd(info: OperationEndInfo): Promise<void> {
    if (isStep(info)) this.record('operation-end', { op: info.id, status: info.status });
  }
}

export class FaultyPlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  protected override readonly plugin = 'CONFPLUGIN-FAULTY';

  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
    this.#fail('invocation-start');
  }

  async onInvocationEnd(): Promise<void> {
    this.#fail('invocation-end');
  }

  async onOperationStart(info: OperationInfo): Promise<void> {
    if (isStep(info)) this.#fail('operation-start');
  }

  async onOperationEnd(info: OperationEndInfo): Promise<void> {
    if (isStep(info)) this.#fail('operation-end');
  }

  async onOperationAttemptStart(info: AttemptInfo): Promise<void> {
    if (isStep(info)) this.#fail('attempt-start');
  }

  async onOperationAttemptEnd(info: AttemptEndInfo): Promise<void> {
    if (isStep(info)) this.#fail('attempt-end');
  }

  #fail(hook: string): never {
    this.record(hook);
    throw new Error(`The plugin fails in ${hook}.`);
  }
}

export class UpdatedWaitsPlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
    for (const { id, status } of Object.values(info.updatedOperations).filter(isWait)) {
      this.record('updated-on-invoke', { op: id, status, first: info.isFirstInvocation });
    }
  }
}

export class WaitTypePlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
  }

  async onOperationStart(info: OperationInfo): Promise<void> {
    if (isWait(info)) this.record('operation-start', { op: info.id, type: info.type.toUpperCase() });
  }

  async onOperationEnd(info: OperationEndInfo): Promise<void> {
    if (!isWait(info)) return;
    this.record('operation-end', { op: info.id, type: info.type.toUpperCase(), status: info.status });
  }
}

export class BranchFunctionPlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
  }

  wrapChildContextFn(info: OperationInfo, fn: () => unknown): unknown {
    return info.subType === 'ParallelBranch' ? this.#recorded(info, fn) : fn();
  }

  async #recorded({ id, parentId }: OperationInfo, fn: () => unknown): Promise<unknown> {
    const fields = { op: id, parent: parentId ?? 'NONE' };
    let outcome = 'FAILED';
    this.record('fn-start', fields);
    try {
      const result = await fn();
      outcome = 'SUCCEEDED';
      return result;
    } finally {
      this.record('fn-end', { ...fields, outcome });
    }
  }
}

export class StepLifecyclePlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
  }

  async onOperationStart(info: OperationInfo): Promise<void> {
    if (isStep(info)) this.record('operation-start', { op: info.id, replay: info.isReplay });
  }

  async onOperationEnd(info: OperationEndInfo): Promise<void> {
    if (isStep(info)) this.record('operation-end', { op: info.id, status: info.status });
  }
}

export class WaitLifecyclePlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
  }

  async onOperationStart(info: OperationInfo): Promise<void> {
    if (!isWait(info)) return;
    const pending = info.endTimestamp === undefined;
    this.record('operation-start', { type: 'WAIT', name: info.name, replay: info.isReplay, pending });
  }

  async onOperationEnd(info: OperationEndInfo): Promise<void> {
    if (isWait(info)) this.record('operation-end', { type: 'WAIT', name: info.name, status: info.status });
  }
}

const sizeOf = (map: object | undefined): number | undefined => map && Object.keys(map).length;

/** The fields that the canonical dumps of operations and of attempts share; what is unset leaves no key in JSON. */
const dumpOf = (info: OperationInfo) => ({
  id: info.id,
  name: info.name,
  type: info.type.toUpperCase(),
  subType: info.subType,
  parentId: info.parentId,
  attempt: info.attempt,
  startTimestamp: info.startTimestamp?.toISOString(),
  endTimestamp: info.endTimestamp?.toISOString(),
  isReplay: info.isReplay,
  error: info.error?.message,
});

export class InvocationDumpPlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
    const updatedOperationsCount = sizeOf(info.updatedOperations);
    this.record('invocation-start', { ...this.#dump(info), updatedOperationsCount });
  }

  async onInvocationEnd(info: InvocationEndInfo): Promise<void> {
    const { status, executionError } = info;
    const end = { status, terminal: isTerminal(status), executionError: executionError?.message };
    this.record('invocation-end', { ...this.#dump(info), ...end });
  }

  #dump(info: InvocationInfo | InvocationEndInfo): Record<string, unknown> {
    return {
      isFirstInvocation: 'isFirstInvocation' in info ? info.isFirstInvocation : undefined,
      requestId: info.requestId,
      operationsCount: sizeOf(info.operations),
      executionStartTimestamp: info.executionStartTimestamp?.toISOString(),
    };
  }
}

export class AttemptDumpPlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
  }

  async onOperationAttemptStart(info: AttemptInfo): Promise<void> {
    if (isStep(info)) this.record('attempt-start', dumpOf(info));
  }

  async onOperationAttemptEnd(info: AttemptEndInfo): Promise<void> {
    if (isStep(info)) this.record('attempt-end', { ...dumpOf(info), outcome: info.outcome });
  }
}

export class ChangeDumpPlugin extends RecordingPlugin implements DurableInstrumentationPlugin {
  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.remember(info);
  }

  async onOperationChange({ executionArn, operations, updatedOperations }: OperationChangeInfo): Promise<void> {
    for (const operation of Object.values(updatedOperations).filter(isStep)) {
      this.record('operation-change', {
        executionArn,
        updatedOperationsCount: sizeOf(updatedOperations),
        operationsCount: sizeOf(operations),
        inFullMap: operation.id in operations,
        ...dumpOf(operation),
        status: operation.status,
      });
    }
  }
}
