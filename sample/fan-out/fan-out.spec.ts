import { DurableTest } from 'nestjs-durable-execution/testing';
import { type Letter, Mailer } from './src/mailer.js';
import { NewsletterModule } from './src/newsletter.module.js';
import { NewsletterDispatch } from './src/newsletter.service.js';

/** Delivers a letter once for each key, and refuses readers from some number on. */
class MailServer extends Mailer {
  readonly delivered = new Set<string>();

  constructor(private readonly refusesFrom = Infinity) {
    super();
  }

  override async send({ reader, key }: Letter): Promise<void> {
    if (reader >= this.refusesFrom) throw new Error(`There is no reader ${reader}.`);
    this.delivered.add(key);
  }
}

async function newsletter(server: MailServer) {
  return DurableTest.create({ imports: [NewsletterModule] })
    .overrideProvider(Mailer)
    .useValue(server);
}

describe('A fan-out over thousands', () => {
  it('reaches 10,000 readers with some hundred operations', async () => {
    const server = new MailServer();
    await using test = await newsletter(server);
    const run = await test.start(NewsletterDispatch, 'send', { subject: 'News', readers: 10_000 });
    await expect(run.result()).resolves.toEqual({ reached: 10_000, failedFrom: [] });
    expect(server.delivered.size).toBe(10_000);
    expect(run.operations.length).toBeLessThanOrEqual(102);
  });

  it('goes on when a few groups fail for good, and tells which', async () => {
    await using test = await newsletter(new MailServer(9_650));
    const run = await test.start(NewsletterDispatch, 'send', { subject: 'News', readers: 10_000 });
    await expect(run.result()).resolves.toEqual({ reached: 9_600, failedFrom: [9_600, 9_700, 9_800, 9_900] });
  });

  it('fails when too many do', async () => {
    await using test = await newsletter(new MailServer(5_000));
    const run = await test.start(NewsletterDispatch, 'send', { subject: 'News', readers: 10_000 });
    await expect(run.outcome()).resolves.toMatchObject({ status: 'FAILED' });
  });

  it('delivers each letter once, wherever it crashes', async () => {
    const server = new MailServer();
    await using test = await newsletter(server);
    const report = await test.survivesEveryCrash(
      (fresh) => {
        server.delivered.clear();
        return fresh.start(NewsletterDispatch, 'send', { subject: 'News', readers: 300 });
      },
      { check: () => expect(server.delivered.size).toBe(300) },
    );
    expect(report.runs).toBeGreaterThan(0);
  });
});
