import type { DurableContext } from '../../../lib/engine/context/durable-context.js';
import type { EngineConfig } from '../../../lib/engine/invocation/engine-config.js';
import type { LambdaContext } from '../../../lib/engine/base/lambda-context.js';
import { runInvocation } from '../../../lib/engine/invocation/run-invocation.js';
import type { DurableExecutionInvocationOutput } from '../../../lib/wire/envelope.js';
import type { OperationUpdate } from '../../../lib/wire/operation.js';
import { lambdaContext } from '../../fixtures/memory-service.js';
import { RecordingLogger } from './recording-logger.js';
import { StrictService } from './strict-service.js';

export type Handler = (context: DurableContext, input: unknown) => Promise<unknown>;

export interface StageOptions {
  input?: unknown;
  config?: EngineConfig;
  lambdaContext?: Partial<LambdaContext>;
}

/** An execution of a handler, invocation by invocation, against a service in memory that checks every call. */
export class Stage {
  readonly service: StrictService;
  readonly logger = new RecordingLogger();
  /** Replaced by tests in which another version of the code replays. */
  handler: Handler;
  readonly #options: StageOptions;

  constructor(handler: Handler, options: StageOptions = {}) {
    this.handler = handler;
    this.#options = options;
    this.service = new StrictService(options.input);
  }

  /**
   * One Lambda invocation.
   * @throws what the function would throw to Lambda, or what the service would have refused
   */
  async invoke(): Promise<DurableExecutionInvocationOutput> {
    const { config, lambdaContext: overrides } = this.#options;
    const [ended] = await Promise.allSettled([
      runInvocation({
        event: this.service.event(),
        lambdaContext: lambdaContext(overrides),
        client: this.service,
        config: { logger: this.logger, ...config },
        body: ({ context, input }) => this.handler(context, input),
      }),
    ]);
    this.#judge(ended);
    if (ended.status === 'rejected') throw ended.reason;
    return ended.value;
  }

  /** Invokes, and lets time pass, until the execution has ended. */
  async run({ maxInvocations = 50 } = {}): Promise<DurableExecutionInvocationOutput> {
    for (let invocation = 0; invocation < maxInvocations; invocation += 1) {
      const output = await this.invoke();
      if (output.Status !== 'PENDING') return output;
      this.service.passTime();
    }
    throw new Error(`still pending after ${maxInvocations} invocations`);
  }

  /** The value that the execution ended with. @throws when it has not succeeded */
  async result(): Promise<unknown> {
    const output = await this.run();
    if (output.Status !== 'SUCCEEDED') throw new Error(`the execution ended with ${JSON.stringify(output)}`);
    return output.Result === undefined ? undefined : (JSON.parse(output.Result) as unknown);
  }

  #judge(ended: PromiseSettledResult<DurableExecutionInvocationOutput>): void {
    const { complaints, isPending } = this.service;
    const isSuspended = ended.status === 'fulfilled' && ended.value.Status === 'PENDING';
    if (isSuspended && !isPending) complaints.push('PENDING with nothing pending');
    if (complaints.length > 0) throw new Error(`The service would have refused: ${complaints.join('; ')}`);
  }

  /** The requests to the service, as `STEP START name`. */
  get actions(): string[] {
    return this.service.updates.map(tell);
  }

  /** The same by request. */
  get requests(): string[][] {
    return this.service.calls.map((call) => (call.request.Updates ?? []).map(tell));
  }
}

function tell({ Type, Action, Name, Id }: OperationUpdate): string {
  return `${Type} ${Action} ${Name ?? Id}`;
}
