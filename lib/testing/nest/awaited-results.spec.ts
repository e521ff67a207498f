import { Controller, Inject, Injectable, Post } from '@nestjs/common';
import { DurableClient } from '../../nest/client/durable-client.js';
import { DurableContext } from '../../nest/durable-context.js';
import { Durable } from '../../nest/decorators/durable.decorator.js';
import { DurableTest } from './durable-test.js';

@Injectable()
class Reports {
  constructor(@Inject(DurableContext) private readonly context: DurableContext) {}

  @Durable('build-report')
  async build(_input: object): Promise<string> {
    await this.context.wait('for the data', { seconds: 90 });
    await this.context.wait('for more of it', { seconds: 90 });
    return 'built';
  }
}

@Controller('reports')
class ReportsController {
  constructor(@Inject(DurableClient) private readonly durable: DurableClient) {}

  @Post()
  async start(): Promise<{ report: string }> {
    const report = await this.durable.for(Reports, 'build').start({});
    return { report: await report.result() };
  }
}

@Injectable()
class Mails {
  constructor(
    @Inject(DurableContext) private readonly context: DurableContext,
    @Inject(DurableClient) private readonly durable: DurableClient,
  ) {}

  @Durable('send-mail')
  async send(_input: object): Promise<string> {
    return this.context.step('report', () => this.durable.for(Reports, 'build').run({}));
  }

  @Durable('send-copy')
  async sendCopy(_input: object): Promise<string> {
    return this.context.step('mail', async () => (await this.durable.for(Mails, 'send').start({})).result());
  }

  @Durable('send-later')
  async sendLater(_input: object): Promise<void> {
    await this.context.wait('a day', { days: 1 });
  }
}

describe('Code that awaits the result of an execution lets time pass', () => {
  it('in a route', async () => {
    await using test = await DurableTest.create({ controllers: [ReportsController], providers: [Reports] });
    const before = test.now().getTime();
    const { status, body } = await test.request('POST', '/reports');
    expect([status, body]).toEqual([201, { report: 'built' }]);
    expect(test.now().getTime() - before).toBeGreaterThanOrEqual(180_000);
  });

  it('in several places of a test at the same time', async () => {
    await using test = await DurableTest.create({ providers: [Reports] });
    const reports = [1, 2, 3].map(async () => {
      const report = await test.get(DurableClient).for(Reports, 'build').start({});
      return report.result();
    });
    expect(await Promise.all(reports)).toEqual(['built', 'built', 'built']);
  });

  it('in the test itself, and a status alone does not', async () => {
    await using test = await DurableTest.create({ providers: [Reports] });
    const report = await test.get(DurableClient).for(Reports, 'build').start({});
    const before = test.now().getTime();
    expect(await report.describe()).toMatchObject({ status: 'RUNNING' });
    expect(test.now().getTime()).toBe(before);
    expect(await report.result()).toBe('built');
  });

  it('until the test is closed, which ends the waiting', async () => {
    const test = await DurableTest.create({ providers: [Reports] }, { time: 'manual' });
    const report = await test.get(DurableClient).for(Reports, 'build').start({});
    const told = expect(report.result()).rejects.toThrow('The test is closed');
    await test.close();
    await told;
  });

  it('in a synchronous start, from the test and from a step', async () => {
    await using test = await DurableTest.create({ providers: [Reports, Mails] });
    expect(await test.get(DurableClient).for(Reports, 'build').run({})).toBe('built');
    expect(await (await test.start(Mails, 'send', {})).result()).toBe('built');
  });

  it('in executions that await one another, several at the same time', async () => {
    await using test = await DurableTest.create({ providers: [Reports, Mails] });
    const runs = [await test.start(Mails, 'sendCopy', {}), await test.start(Mails, 'send', {})];
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(['built', 'built']);
  });

  it('also beside code that awaits a paused one', async () => {
    await using test = await DurableTest.create({ providers: [Reports] });
    const start = () => test.get(DurableClient).for(Reports, 'build').start({});
    const [paused, other] = [await start(), await start()];
    await paused.pause();
    const result = paused.result();
    expect(await other.result()).toBe('built');
    await paused.resume();
    expect(await result).toBe('built');
  });

  it('in a synchronous start for 15 minutes at most', async () => {
    await using test = await DurableTest.create({ providers: [Reports, Mails] });
    const start = test.get(DurableClient).for(Mails, 'sendLater').run({});
    await expect(start).rejects.toMatchObject({ name: 'ExecutionEndedError', status: 'TIMED_OUT' });
  });

  it('only as the test says when time is manual', async () => {
    await using test = await DurableTest.create({ providers: [Reports] }, { time: 'manual' });
    const report = await test.get(DurableClient).for(Reports, 'build').start({});
    const result = report.result();
    await test.advance({ seconds: 100 });
    expect(await report.describe()).toMatchObject({ status: 'RUNNING' });
    await test.advance({ seconds: 100 });
    expect(await result).toBe('built');
  });
});
