import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda';
import type { DynamicModule } from '@nestjs/common';
import { createLambdaHandler, type LambdaHandler } from '../../lib/index.js';
import type { LambdaContext } from '../../lib/engine/index.js';
import type { DurableExecutionClient } from '../../lib/wire/durable-execution-client.js';
import { createLambdaDurableClient } from '../../lib/client/lambda-durable-client.js';
import { type FaultRule, type LocalService, startLocalService } from '../../lib/local/index.js';
import type { ErrorObject } from '../../lib/wire/operation.js';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import type { OrdersAppOptions, Script } from '../fixtures/orders-app.js';

export interface MatrixCase {
  script: Script;
  fault?: Pick<FaultRule, 'api' | 'kind' | 'times'>;
}

/** How one invocation of the function ended: what it returned to Lambda, or threw. */
export type InvocationEnd = { returned: { Status: string; Error?: ErrorObject } } | { thrown: Error };

export interface MatrixRun {
  /** Of the invocation in which the fault struck, which is the last. */
  end: InvocationEnd;
  bodies: number;
  log: Array<Record<string, unknown>>;
  /** Requests of one operation of the API that were refused, or whose response had no token. */
  faultyRequests: number;
}

interface Observed {
  ends: InvocationEnd[];
  /** Begun bodies, by invocation. */
  bodies: number[];
  log: Array<Record<string, unknown>>;
}

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The Nest application under test on the local service, reached by the real AWS client over HTTP. */
export class MatrixStage {
  #service!: LocalService;
  #handler!: LambdaHandler;
  /** Anew for each run: the AWS client gives up repeating early once too many calls of it have failed. */
  #client!: LambdaClient;
  /** Requests made for each execution when its last invocation had ended. */
  readonly #requestsAtEnd = new Map<string, number>();
  #script!: Script;
  #observed!: Observed;

  constructor(
    private readonly makeApp: (options: OrdersAppOptions) => DynamicModule,
    private readonly route: 'direct' | 'http',
  ) {}

  async open(): Promise<void> {
    this.#service = await startLocalService({
      functions: {
        orders: {
          handler: (event: never, context: never) => this.#invoke(event, context),
          durable: { executionTimeoutSeconds: 3600 },
        },
      },
      skipTime: true,
      // Every failed invocation is the last, so that what is observed is the end of one.
      retryPolicy: { maxAttempts: 1, maxInvalidOutputs: 1 },
      limits: { initialStateItems: 1, asyncPayloadBytes: 32 * 1024 * 1024, syncPayloadBytes: 32 * 1024 * 1024 },
    });
    const client: DurableExecutionClient = {
      checkpoint: (request) => createLambdaDurableClient({ client: this.#client }).checkpoint(request),
      getExecutionState: (request) => createLambdaDurableClient({ client: this.#client }).getExecutionState(request),
    };
    const app = this.makeApp({ client, script: (...call) => this.#body(...call), engine: { logger: this.#logger() } });
    this.#handler = createLambdaHandler(app, { handler: 'fulfil-order', http: true, nest: { logger: false } });
  }

  async close(): Promise<void> {
    await this.#service.close();
  }

  /** Executions with a request after their last invocation had ended. */
  executionsWrittenAfterTheirEnd(): string[] {
    return [...this.#requestsAtEnd].filter(([arn, count]) => this.#requestsFor(arn) !== count).map(([arn]) => arn);
  }

  /** Runs one execution to its end, or to the first invocation that ended because of the fault. */
  async run({ script, fault }: MatrixCase): Promise<MatrixRun> {
    this.#script = script;
    const observed: Observed = (this.#observed = { ends: [], bodies: [], log: [] });
    this.#service.faults.clear();
    const planned = fault && this.#service.faults.add(fault);
    this.#client = this.#connect();
    const { DurableExecutionArn: arn } = await this.#client.send(
      new InvokeCommand({ FunctionName: 'orders', Qualifier: '$LATEST', Payload: JSON.stringify(this.#input()) }),
    );
    this.#client.destroy();
    this.#requestsAtEnd.set(arn!, this.#requestsFor(arn!));
    return {
      end: observed.ends.at(-1)!,
      bodies: observed.bodies.at(-1)!,
      log: observed.log,
      faultyRequests: planned?.injected ?? 0,
    };
  }

  #connect(): LambdaClient {
    return new LambdaClient({ endpoint: this.#service.endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  }

  #requestsFor(arn: string): number {
    return this.#service.calls.list().filter(({ label }) => label === arn).length;
  }

  async #invoke(event: unknown, context: LambdaContext): Promise<unknown> {
    const observed = this.#observed;
    observed.bodies.push(0);
    try {
      const returned = (await this.#handler(event, context)) as { Status: string; Error?: ErrorObject };
      observed.ends.push({ returned });
      return returned;
    } catch (error) {
      observed.ends.push({ thrown: error as Error });
      throw error;
    }
  }

  #body: Script = (input, context) => {
    this.#observed.bodies[this.#observed.bodies.length - 1]! += 1;
    return this.#script(input, context);
  };

  #input(): unknown {
    const order = { id: 7 };
    return this.route === 'direct' ? order : apiGatewayV2({ method: 'POST', path: '/orders', body: order });
  }

  #logger() {
    const at = (level: string) => (record: unknown) =>
      void this.#observed.log.push({ level, ...(record as Record<string, unknown>) });
    return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
  }
}
