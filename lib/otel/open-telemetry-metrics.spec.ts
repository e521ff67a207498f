import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { Stage } from '../../test/engine/support/stage.js';
import { openTelemetryMetrics } from './open-telemetry-metrics.js';

async function play() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const plugins = [openTelemetryMetrics({ meterProvider, attributes: { stage: 'prod' } })];
  const stage = new Stage(
    async (context) => {
      await context.step('charge', async () => 'charged');
      await context.wait('cool down', { days: 3 });
      return context.step('ship', async () => 'shipped');
    },
    { config: { plugins } },
  );
  await stage.run();
  const exported = exporter
    .getMetrics()
    .at(-1)!
    .scopeMetrics.flatMap(({ metrics }) => metrics);
  const metrics = new Map(exported.map((metric) => [metric.descriptor.name, metric]));
  const points = (name: string) => metrics.get(name)!.dataPoints as Array<DataPoint<number>>;
  const histogram = (name: string) => points(name)[0]!.value as unknown as Histogram;
  await meterProvider.shutdown();
  return { metrics, points, histogram };
}

describe('openTelemetryMetrics', () => {
  it('exports at the end of every invocation what it came to', async () => {
    const { points, histogram } = await play();

    const byStatus = points('durable.invocations').map(({ attributes, value }) => [
      attributes['durable.invocation.status'],
      attributes['durable.invocation.first'],
      value,
    ]);
    expect(byStatus).toEqual([
      ['PENDING', true, 1],
      ['SUCCEEDED', false, 1],
    ]);
    expect(points('durable.executions').map(({ value }) => value)).toEqual([1]);
    const operations = points('durable.operations').map(({ attributes, value }) => [
      attributes['durable.operation.type'],
      value,
    ]);
    expect(operations).toEqual([
      ['STEP', 2],
      ['WAIT', 1],
    ]);
    expect(histogram('durable.execution.operations')).toMatchObject({ count: 2, max: 3 });
    expect(histogram('durable.checkpoint.updates').sum).toBe(5);
    expect(histogram('durable.replay.duration').count).toBe(2);
  });

  it('states a unit for each, and no attribute that grows with the executions', async () => {
    const { metrics, points } = await play();

    for (const [name, { descriptor }] of metrics) {
      expect([name, descriptor.unit]).toEqual([name, expect.stringMatching(/^(?:s|By|\{\w+\})$/)]);
      for (const { attributes } of points(name)) {
        expect(attributes).toMatchObject({ stage: 'prod' });
        expect(JSON.stringify(attributes)).not.toContain('arn:');
      }
    }
  });
});
