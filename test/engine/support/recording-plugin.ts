import type {
  AttemptEndInfo,
  AttemptInfo,
  DurableInstrumentationPlugin,
  InvocationEndInfo,
  InvocationInfo,
  OperationChangeInfo,
  OperationEndInfo,
  OperationInfo,
} from '../../../lib/engine/invocation/plugins/plugin.js';
import type { DurableExecutionInvocationOutput } from '../../../lib/wire/envelope.js';

/** Keeps the reports of its hooks, in order. */
export class RecordingPlugin implements DurableInstrumentationPlugin {
  readonly heard: Array<[hook: string, info: object]> = [];

  async onInvocationStart(info: InvocationInfo): Promise<void> {
    this.heard.push(['invocation start', info]);
  }

  async wrapInvocation(info: InvocationInfo, fn: () => Promise<DurableExecutionInvocationOutput>) {
    this.heard.push(['invocation wrap', info]);
    return fn();
  }

  async onInvocationEnd(info: InvocationEndInfo): Promise<void> {
    this.heard.push(['invocation end', info]);
  }

  async onOperationStart(info: OperationInfo): Promise<void> {
    this.heard.push(['start', info]);
  }

  async onOperationEnd(info: OperationEndInfo): Promise<void> {
    this.heard.push(['end', info]);
  }

  async onOperationAttemptStart(info: AttemptInfo): Promise<void> {
    this.heard.push(['attempt start', info]);
  }

  async onOperationAttemptEnd(info: AttemptEndInfo): Promise<void> {
    this.heard.push(['attempt end', info]);
  }

  async onOperationChange(info: OperationChangeInfo): Promise<void> {
    this.heard.push(['change', info]);
  }

  wrapChildContextFn(info: OperationInfo, fn: () => unknown): unknown {
    this.heard.push(['context wrap', info]);
    return fn();
  }

  wrapOperationAttemptFn(info: AttemptInfo, fn: () => unknown): unknown {
    this.heard.push(['attempt wrap', info]);
    return fn();
  }

  /** What was heard, each as `hook name status attempt`, as far as the info has them. */
  get summary(): string[] {
    return this.heard.map(([hook, info]) => {
      const { name, status, attempt, outcome, isReplay } = info as Partial<AttemptEndInfo>;
      const told = [hook, name, status, attempt, outcome, isReplay && 'replay'];
      return told.filter((part) => part !== undefined && part !== false).join(' ');
    });
  }

  infosOf<T = OperationInfo>(hook: string): T[] {
    return this.heard.filter(([name]) => name === hook).map(([, info]) => info as T);
  }

  forget(): void {
    this.heard.length = 0;
  }
}
