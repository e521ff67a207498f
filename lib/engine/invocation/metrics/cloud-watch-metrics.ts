import type { CheckpointMeasures, InvocationMeasures } from '../plugins/invocation-measures.js';
import type { DurableInstrumentationPlugin } from '../plugins/plugin.js';

export interface CloudWatchMetricsOptions {
  /** @defaultValue 'DurableExecutions' */
  namespace?: string;
  /** Distinguish the metrics, beside the function's name. Each combination is a separate metric. */
  dimensions?: Readonly<Record<string, string>>;
  /** Receives one line of JSON. @defaultValue standard output, where Lambda reads it */
  write?(line: string): void;
}

type Unit = 'Count' | 'Milliseconds' | 'Bytes';
type Metric = readonly [name: string, unit: Unit, value: number | readonly number[] | undefined];

/** The maximum number of values of one metric in one line. */
const VALUES_A_LINE = 100;

/**
 * Writes the measures of each invocation as lines of CloudWatch's embedded metric format, from which CloudWatch creates
 * metrics without a collector or a call. The ARN of the execution and the request id are members of the lines, to
 * search by.
 *
 * @example withDurableExecution(fulfil, { plugins: [cloudWatchMetrics({ dimensions: { Stage: 'prod' } })] });
 */
export function cloudWatchMetrics(options: CloudWatchMetricsOptions = {}): DurableInstrumentationPlugin {
  const { write = (line) => void process.stdout.write(`${line}\n`) } = options;
  return {
    onInvocationMeasured: async (measures) => {
      for (const line of linesOf(measures, options)) write(JSON.stringify(line));
    },
  };
}

function linesOf(measures: InvocationMeasures, options: CloudWatchMetricsOptions): object[] {
  const [first = [], ...others] = chunksOf(measures.checkpoints);
  const lines = [[...metricsOf(measures), ...checkpointMetrics(first)], ...others.map(checkpointMetrics)];
  return lines.map((metrics) => lineOf(metrics, measures, options));
}

function metricsOf(measures: InvocationMeasures): Metric[] {
  const { status, durationMs, replayMs, wakeUpDelayMs, operationsStarted, attempts, decision } = measures;
  return [
    ['Invocations', 'Count', 1],
    ['InvocationDuration', 'Milliseconds', durationMs],
    ['ReplayDuration', 'Milliseconds', replayMs],
    ['WakeUpDelay', 'Milliseconds', wakeUpDelayMs],
    ['ExecutionsStarted', 'Count', measures.isFirstInvocation ? 1 : undefined],
    ['ExecutionsSucceeded', 'Count', status === 'SUCCEEDED' ? 1 : undefined],
    ['ExecutionsFailed', 'Count', status === 'FAILED' ? 1 : undefined],
    ['InvocationsRetried', 'Count', status === 'RETRYING' ? 1 : undefined],
    ['OperationsStarted', 'Count', sumOf(Object.values(operationsStarted))],
    ['OperationsUsed', 'Count', measures.operationsUsed],
    ['PayloadBytesUsed', 'Bytes', measures.payloadBytesUsed],
    ['AttemptsSucceeded', 'Count', attempts.succeeded],
    ['AttemptsFailed', 'Count', attempts.failed],
    ['Decisions', 'Count', decision && 1],
  ];
}

function checkpointMetrics(checkpoints: readonly CheckpointMeasures[]): Metric[] {
  if (checkpoints.length === 0) return [];
  return [
    ['CheckpointDuration', 'Milliseconds', checkpoints.map(({ durationMs }) => durationMs)],
    ['CheckpointUpdates', 'Count', checkpoints.map(({ updates }) => updates)],
    ['CheckpointPayloadBytes', 'Bytes', checkpoints.map(({ payloadBytes }) => payloadBytes)],
  ];
}

function lineOf(metrics: readonly Metric[], measures: InvocationMeasures, options: CloudWatchMetricsOptions): object {
  const { executionArn, requestId, decision } = measures;
  const dimensions = { FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'unknown', ...options.dimensions };
  const rule = decision && { Decision: decision.kind, DecisionRule: decision.rule ?? decision.errorType };
  const told = metrics.filter(([, , value]) => value !== undefined);
  const definition = {
    Namespace: options.namespace ?? 'DurableExecutions',
    Dimensions: [Object.keys(dimensions), ...(rule ? [[...Object.keys(dimensions), ...Object.keys(rule)]] : [])],
    Metrics: told.map(([Name, Unit]) => ({ Name, Unit })),
  };
  const values = Object.fromEntries(told.map(([name, , value]) => [name, value]));
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [definition] };
  return { _aws, ...dimensions, ...rule, executionArn, requestId, ...values };
}

function sumOf(counts: ReadonlyArray<number | undefined>): number {
  return counts.reduce<number>((sum, count = 0) => sum + count, 0);
}

function chunksOf<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / VALUES_A_LINE);
  return Array.from({ length: count }, (_, at) => items.slice(at * VALUES_A_LINE, (at + 1) * VALUES_A_LINE));
}
