import type { Type } from '@nestjs/common';
import { DurableControlClient } from '../../client/control-client.js';
import { STANDARD_TIMEOUTS } from '../../client/call-timeouts.js';
import { historyOf } from '../history/history-of.js';
import { LambdaConnection } from '../../client/lambda-connection.js';
import type { LambdaConnectionOptions } from '../../client/lambda-connection-options.js';
import type { TimelineEvent } from '../../local/cli/timeline/timeline-event.js';
import { handlerNameOf } from '../../nest/client/handler-name.js';
import type { InputOf, MethodName, ResultOf } from '../../nest/client/handler-types.js';
import { storedStart } from '../../wire/named-start.js';
import { assertOptions, type OptionTypes } from '../../nest/errors/assert-options.js';
import { START_OPTIONS, type TestStartOptions } from '../durable-test-kit.js';
import { type LengthOfTime, toMilliseconds } from '../time/length-of-time.js';
import { type CloudApi, CloudRun } from './cloud-run.js';

export interface CloudTestOptions extends LambdaConnectionOptions {
  /** Name and version, alias or `$LATEST` of a deployed function, such as `orders:live`. */
  function: string;
  /** How long a run waits for the expected state, in real time. @defaultValue 5 minutes */
  patience?: LengthOfTime;
}

export const CLOUD_OPTIONS: OptionTypes<CloudTestOptions> = {
  client: 'object',
  credentials: 'object or function',
  endpoint: 'string',
  function: 'string',
  patience: '',
  region: 'string',
};

/**
 * A deployed function under test, with the same assertions as tests in this process, over the real API and in real
 * time.
 */
export class CloudTest {
  readonly #function: string;
  readonly #api: CloudApi;

  constructor({ function: functionName, patience = '5 minutes', ...connection }: CloudTestOptions) {
    this.#function = functionName;
    const lambda = new LambdaConnection(connection, STANDARD_TIMEOUTS);
    this.#api = {
      control: new DurableControlClient(connection),
      history: async (arn) => (await historyOf(lambda, arn)).map(inSeconds) as TimelineEvent[],
      patienceMs: toMilliseconds(patience),
    };
  }

  /** Starts an execution of a `@Durable()` method, as `DurableTest.start()` does. */
  // eslint-disable-next-line no-restricted-syntax -- read as one sentence: host, method, input
  start<T extends object, K extends MethodName<T>>(
    host: Type<T>,
    method: K,
    input?: InputOf<T[K]>,
    options?: TestStartOptions,
  ): Promise<CloudRun<ResultOf<T[K]>>> {
    return this.startWith(storedStart(handlerNameOf(host, method), input), options);
  }

  /** Starts an execution with an unchanged event. @typeParam R - its result */
  async startWith<R = unknown>(event: unknown, options: TestStartOptions = {}): Promise<CloudRun<R>> {
    assertOptions('start()', options, START_OPTIONS);
    const { executionName } = options;
    const name = executionName === undefined ? {} : { executionName };
    const { executionArn } = await this.#api.control.start({ functionName: this.#function, input: event, ...name });
    return new CloudRun<R>(this.#api, executionArn);
  }

  /** An existing execution. */
  async run<R = unknown>(executionArn: string): Promise<CloudRun<R>> {
    return new CloudRun<R>(this.#api, executionArn).refresh();
  }
}

/** Converts the dates that the AWS client creates back to seconds. */
function inSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(inSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inSeconds(member)]));
}
