import { DurableTest } from 'nestjs-durable-execution/testing';
import { AppModule } from './src/app.module.js';
import { Reports } from './src/reports.service.js';

describe('One function for a whole application', () => {
  it('serves ordinary routes', async () => {
    await using test = await DurableTest.create({ imports: [AppModule] });
    await expect(test.request('GET', '/health')).resolves.toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('starts executions of its own from a route, once for each name', async () => {
    await using test = await DurableTest.create({ imports: [AppModule] });
    const first = await test.request('POST', '/reports/2026-11');
    const second = await test.request('POST', '/reports/2026-11');
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    const { execution } = first.body as { execution: string };
    const started = test.runs.filter(({ executionArn }) => executionArn === execution);
    expect(started).toHaveLength(1);
    await expect(started[0]!.result()).resolves.toEqual({ month: '2026-11', pages: 7 });
  });

  it('runs each of its durable methods', async () => {
    await using test = await DurableTest.create({ imports: [AppModule] });
    const run = await test.start(Reports, 'archive', { month: '2026-10' });
    await expect(run.result()).resolves.toBe('archive/2026-10');
  });

  it('takes messages of a queue', async () => {
    await using test = await DurableTest.create({ imports: [AppModule] });
    const body = 'receipts.csv';
    const run = await test.startWith({ Records: [{ eventSource: 'aws:sqs', messageId: '1', body }] });
    await run.result();
    expect(test.get(Reports).uploads).toEqual([body]);
  });
});
