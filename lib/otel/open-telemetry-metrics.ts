import {
  type Attributes,
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
} from '@opentelemetry/api';
import type { InvocationMeasures } from '../engine/invocation/plugins/invocation-measures.js';
import type { DurableInstrumentationPluginFactory } from '../engine/invocation/plugins/plugin-factory.js';
import { DEFAULT_FLUSH_TIMEOUT_MS, flushWithin } from './flush.js';

export interface OpenTelemetryMetricsOptions {
  /** A provider of an OpenTelemetry SDK, with its exporter. @defaultValue the one that is registered globally */
  meterProvider?: MeterProvider;
  /** The instrumentation scope of the metrics. @defaultValue 'nestjs-durable-execution' */
  instrumentationName?: string;
  /** Attributes of every measurement. */
  attributes?: Attributes;
  /** The longest that the end of an invocation waits for the exporter, in milliseconds. @defaultValue 5000 */
  flushTimeoutMs?: number;
}

/**
 * Measures executions with OpenTelemetry: invocations, replays, wake-ups, checkpoints, attempts, the use of the limits
 * of an execution, and decisions about failures.
 *
 * Attributes never contain the id of an execution or a name from user code: each value would be a separate series.
 */
export function openTelemetryMetrics(options: OpenTelemetryMetricsOptions = {}): DurableInstrumentationPluginFactory {
  const { instrumentationName = 'nestjs-durable-execution', attributes = {} } = options;
  const { flushTimeoutMs = DEFAULT_FLUSH_TIMEOUT_MS } = options;
  let instruments: Instruments | undefined;
  return {
    createPlugin(info) {
      const provider = options.meterProvider ?? metrics.getMeterProvider();
      return {
        onInvocationMeasured: async (measures) => {
          instruments ??= instrumentsOf(provider.getMeter(instrumentationName));
          record(measures, instruments, attributes);
        },
        // A sandbox may be frozen before the next export is due.
        onInvocationEnd: () => flushWithin(provider, info, flushTimeoutMs),
      };
    },
  };
}

interface Instruments {
  invocations: Counter;
  executions: Counter;
  invocationDuration: Histogram;
  replayDuration: Histogram;
  wakeUpDelay: Histogram;
  operations: Counter;
  attempts: Counter;
  operationsUsed: Histogram;
  payloadUsed: Histogram;
  checkpointDuration: Histogram;
  checkpointUpdates: Histogram;
  checkpointPayload: Histogram;
  decisions: Counter;
}

/** Boundaries by unit; those of operations and bytes end at the limits of an execution. */
const BUCKETS = {
  s: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
  '{operation}': [10, 50, 100, 250, 500, 1000, 1500, 2000, 2500, 2750, 3000],
  '{update}': [0, 1, 2, 5, 10, 25, 50, 100, 150, 200, 250],
  By: [1e2, 1e3, 1e4, 1e5, 2.5e5, 5e5, 7.5e5, 1e6, 5e6, 1e7, 2.5e7, 5e7, 7.5e7, 9e7, 1e8],
} as const;

function instrumentsOf(meter: Meter): Instruments {
  const count = (name: string, unit: string, description: string) =>
    meter.createCounter(`durable.${name}`, { unit, description });
  const spread = (name: string, unit: keyof typeof BUCKETS, description: string) =>
    meter.createHistogram(`durable.${name}`, {
      unit,
      description,
      advice: { explicitBucketBoundaries: [...BUCKETS[unit]] },
    });
  return {
    invocations: count('invocations', '{invocation}', 'Invocations, by how they ended'),
    executions: count('executions', '{execution}', 'Executions that have ended, by how'),
    invocationDuration: spread('invocation.duration', 's', 'From the first hook until the outcome is decided'),
    replayDuration: spread('replay.duration', 's', 'From the first hook to the first operation that had not completed'),
    wakeUpDelay: spread('wakeup.delay', 's', 'From when an operation was due to the first hook'),
    operations: count('operations', '{operation}', 'Operations started, by type'),
    attempts: count('attempts', '{attempt}', 'Attempts that have ended, by outcome'),
    operationsUsed: spread('execution.operations', '{operation}', 'Known operations of an execution, of 3,000'),
    payloadUsed: spread('execution.payload', 'By', 'Known bytes of payloads of an execution, of 100 MB'),
    checkpointDuration: spread('checkpoint.duration', 's', 'From the request of a checkpoint to its response'),
    checkpointUpdates: spread('checkpoint.updates', '{update}', 'Updates in a checkpoint'),
    checkpointPayload: spread('checkpoint.payload', 'By', 'Bytes of payloads in a checkpoint'),
    decisions: count('decisions', '{decision}', 'Decisions about failures, by rule'),
  };
}

function record(measures: InvocationMeasures, to: Instruments, common: Attributes): void {
  const { status, wakeUpDelayMs, attempts, decision } = measures;
  const ended = { ...common, 'durable.invocation.status': status };
  to.invocations.add(1, { ...ended, 'durable.invocation.first': measures.isFirstInvocation });
  to.invocationDuration.record(measures.durationMs / 1000, ended);
  to.replayDuration.record(measures.replayMs / 1000, common);
  if (wakeUpDelayMs !== undefined) to.wakeUpDelay.record(wakeUpDelayMs / 1000, common);
  to.operationsUsed.record(measures.operationsUsed, common);
  to.payloadUsed.record(measures.payloadBytesUsed, common);
  if (status === 'SUCCEEDED' || status === 'FAILED') {
    to.executions.add(1, { ...common, 'durable.execution.status': status });
  }
  for (const [type, started = 0] of Object.entries(measures.operationsStarted)) {
    to.operations.add(started, { ...common, 'durable.operation.type': type });
  }
  for (const outcome of ['succeeded', 'failed'] as const) {
    const attributes = { ...common, 'durable.attempt.outcome': outcome.toUpperCase() };
    if (attempts[outcome] > 0) to.attempts.add(attempts[outcome], attributes);
  }
  recordCheckpoints(measures, to, common);
  if (decision) to.decisions.add(1, { ...common, ...attributesOf(decision) });
}

function recordCheckpoints({ checkpoints }: InvocationMeasures, to: Instruments, common: Attributes): void {
  for (const { durationMs, updates, payloadBytes, succeeded } of checkpoints) {
    to.checkpointDuration.record(durationMs / 1000, { ...common, 'durable.checkpoint.succeeded': succeeded });
    to.checkpointUpdates.record(updates, common);
    to.checkpointPayload.record(payloadBytes, common);
  }
}

function attributesOf({ kind, path, rule, errorType }: NonNullable<InvocationMeasures['decision']>): Attributes {
  return { 'durable.decision': kind, 'durable.decision.path': path, 'durable.decision.rule': rule ?? errorType };
}
