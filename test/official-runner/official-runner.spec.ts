import * as official from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import * as engine from '../../lib/engine/index.js';
import { type Runner, type Scenario, type Sdk, scenarios } from './scenarios.js';

async function run(scenario: Scenario, sdk: Sdk) {
  const handlerFunction = sdk.withDurableExecution(scenario.handler(sdk), quietly(sdk));
  const runner: Runner = new LocalDurableTestRunner({ handlerFunction });
  const driving = scenario.drive?.(runner, sdk);
  const execution = await runner.run({ payload: scenario.payload ?? {} });
  await driving;
  return execution;
}

type Execution = Awaited<ReturnType<typeof run>>;

/** Failures are part of the play: our engine would tell of each in a line. */
function quietly(sdk: Sdk): object {
  const silent = () => undefined;
  return sdk === engine ? { logger: { debug: silent, info: silent, warn: silent, error: silent } } : {};
}

/** Moments, what the runner draws at random, and lines of code: they differ however alike two executions are. */
const OWN = new Set(['StartTimestamp', 'EndTimestamp', 'NextAttemptTimestamp', 'WaitDetails', 'CallbackId', 'stack']);

/** The records of an execution, whichever SDK ran the handler. */
function recordOf(execution: Execution) {
  const comparable = (key: string, value: unknown): unknown => {
    if (OWN.has(key)) return typeof value;
    return key === 'Result' && typeof value === 'string' ? withoutStacks(value) : value;
  };
  const records = execution
    .getOperations()
    .map((operation) => JSON.stringify(operation.getOperationData(), comparable));
  return records
    .map((record) => JSON.parse(record) as { Id: string })
    .sort((one, other) => (one.Id < other.Id ? -1 : 1));
}

function withoutStacks(text: string): string {
  return text.replaceAll(/"stack":"(?:[^"\\]|\\.)*"/g, '"stack":""');
}

function expectOutcome(execution: Execution, { error, result }: Scenario): void {
  if (error) {
    expect(execution.getStatus()).toBe('FAILED');
    expect(execution.getError()).toMatchObject(error);
  } else {
    expect(execution.getStatus()).toBe('SUCCEEDED');
    expect(execution.getResult()).toEqual(result);
  }
}

const named = (played: readonly Scenario[]) => played.map((scenario) => [scenario.name, scenario] as const);

describe('Under the official local runner', () => {
  afterEach(() => LocalDurableTestRunner.teardownTestEnvironment());

  it.each(named(scenarios))(
    'our engine ends %s as it should, and records what the official one does',
    async (_name, scenario) => {
      await LocalDurableTestRunner.setupTestEnvironment({ skipTime: true });

      const ours = await run(scenario, engine);
      const theirs = await run(scenario, official as unknown as Sdk);

      expectOutcome(ours, scenario);
      expect(recordOf(ours)).toEqual(recordOf(theirs));
    },
  );

  it.each(named(scenarios.filter(({ inRealTime }) => inRealTime)))(
    'in real time our engine ends %s',
    async (_name, scenario) => {
      await LocalDurableTestRunner.setupTestEnvironment({ skipTime: false });

      expectOutcome(await run(scenario, engine), scenario);
    },
  );
});
