import { Stage } from '../../../../test/engine/support/stage.js';
import type { InvocationMeasures } from '../plugins/invocation-measures.js';
import { cloudWatchMetrics, type CloudWatchMetricsOptions } from './cloud-watch-metrics.js';

interface Line {
  [member: string]: unknown;
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: Array<{
      Namespace: string;
      Dimensions: string[][];
      Metrics: Array<{ Name: string; Unit: string }>;
    }>;
  };
}

const measures: InvocationMeasures = {
  requestId: 'request-1',
  executionArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders:1/durable-execution/order-77/5f0c',
  isFirstInvocation: true,
  status: 'PENDING',
  durationMs: 30,
  replayMs: 0,
  operationsStarted: { STEP: 2, WAIT: 1 },
  attempts: { succeeded: 2, failed: 1 },
  operationsUsed: 3,
  payloadBytesUsed: 4096,
  checkpoints: [
    { durationMs: 10, updates: 2, payloadBytes: 9, succeeded: true },
    { durationMs: 12, updates: 1, payloadBytes: 0, succeeded: true },
  ],
};

async function linesOf(told: Partial<InvocationMeasures>, options: CloudWatchMetricsOptions = {}): Promise<Line[]> {
  const lines: Line[] = [];
  const plugin = cloudWatchMetrics({ ...options, write: (line) => lines.push(JSON.parse(line) as Line) });
  await plugin.onInvocationMeasured!({ ...measures, ...told });
  return lines;
}

describe('cloudWatchMetrics', () => {
  beforeEach(() => void (process.env.AWS_LAMBDA_FUNCTION_NAME = 'orders'));
  afterEach(() => void delete process.env.AWS_LAMBDA_FUNCTION_NAME);

  it('writes a line in which every metric that is defined has its value', async () => {
    const [line, ...others] = await linesOf({});

    expect(others).toEqual([]);
    const [definition] = line!._aws.CloudWatchMetrics;
    expect(definition).toMatchObject({ Namespace: 'DurableExecutions', Dimensions: [['FunctionName']] });
    for (const { Name } of definition!.Metrics) expect([Name, line![Name]]).toEqual([Name, expect.anything()]);
    expect(Math.abs(line!._aws.Timestamp - Date.now())).toBeLessThan(60_000);
    expect(line).toMatchObject({
      FunctionName: 'orders',
      executionArn: measures.executionArn,
      requestId: 'request-1',
      Invocations: 1,
      ExecutionsStarted: 1,
      OperationsStarted: 3,
      OperationsUsed: 3,
      PayloadBytesUsed: 4096,
      AttemptsFailed: 1,
      CheckpointDuration: [10, 12],
      CheckpointUpdates: [2, 1],
    });
  });

  it('gives each metric its unit', async () => {
    const [line] = await linesOf({ wakeUpDelayMs: 40 });

    const units = Object.fromEntries(line!._aws.CloudWatchMetrics[0]!.Metrics.map(({ Name, Unit }) => [Name, Unit]));
    expect(units).toMatchObject({
      Invocations: 'Count',
      InvocationDuration: 'Milliseconds',
      WakeUpDelay: 'Milliseconds',
      PayloadBytesUsed: 'Bytes',
      CheckpointPayloadBytes: 'Bytes',
    });
  });

  it('tells decisions about failures apart by their rule', async () => {
    const decision = { kind: 'failed', path: 'checkpoint', rule: 'kms', errorType: 'CheckpointError' } as const;
    const [line] = await linesOf({ status: 'FAILED', decision }, { dimensions: { Stage: 'prod' } });

    expect(line).toMatchObject({
      Stage: 'prod',
      Decision: 'failed',
      DecisionRule: 'kms',
      Decisions: 1,
      ExecutionsFailed: 1,
    });
    expect(line!._aws.CloudWatchMetrics[0]!.Dimensions).toEqual([
      ['FunctionName', 'Stage'],
      ['FunctionName', 'Stage', 'Decision', 'DecisionRule'],
    ]);
  });

  it('writes further lines where one may not hold all values', async () => {
    const checkpoints = Array.from({ length: 250 }, () => measures.checkpoints[0]!);

    const lines = await linesOf({ checkpoints });

    expect(lines.map(({ CheckpointDuration }) => (CheckpointDuration as number[]).length)).toEqual([100, 100, 50]);
    expect(lines.map(({ Invocations }) => Invocations)).toEqual([1, undefined, undefined]);
  });

  it('writes a line for every invocation of an execution', async () => {
    const lines: string[] = [];
    const plugins = [cloudWatchMetrics({ write: (line) => lines.push(line) })];
    const stage = new Stage((context) => context.wait('cool down', { seconds: 1 }), { config: { plugins } });

    await stage.run();

    expect(lines).toHaveLength(2);
  });
});
