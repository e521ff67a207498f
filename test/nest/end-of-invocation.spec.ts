import { Inject, Injectable } from '@nestjs/common';
import { CheckpointService, Durable, DurableContext, DurableExecutionModule } from 'nestjs-durable-execution';
import { DurableTest } from 'nestjs-durable-execution/testing';
import { RecordingLogger } from '../engine/support/recording-logger.js';

const told: string[] = [];
let behave: () => unknown = () => undefined;

@Injectable()
class Jobs {
  constructor(
    @Inject(CheckpointService) private readonly checkpoints: CheckpointService,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Durable('job')
  async job(): Promise<string> {
    this.checkpoints.use({ [Symbol.asyncDispose]: async () => void told.push('connection closed') });
    this.checkpoints.use({ [Symbol.dispose]: () => void told.push('file closed') });
    this.checkpoints.onSuspend(async () => {
      told.push('lock released');
      await behave();
    });
    await this.context.wait('a day', { days: 1 });
    return 'done';
  }
}

const logger = new RecordingLogger();
const warnings = () =>
  logger.records.map(({ record }) => String(record.message)).filter((text) => text.includes('onSuspend'));

async function run() {
  told.length = logger.records.length = 0;
  await using test = await DurableTest.create({
    providers: [Jobs],
    imports: [DurableExecutionModule.forRoot({ engine: { logger } })],
  });
  const execution = await test.start(Jobs, 'job');
  await execution.until({ suspended: true });
  const atSuspension = [...told];
  return { atSuspension, result: await execution.result(), all: told };
}

describe('What is to run at the end of an invocation', () => {
  afterEach(() => (behave = () => undefined));

  it('runs before it is suspended, the last of it first, and disposes of resources whenever it ends', async () => {
    const { atSuspension, all, result } = await run();
    expect(atSuspension).toEqual(['lock released', 'file closed', 'connection closed']);
    expect(all.slice(3)).toEqual(['file closed', 'connection closed']);
    expect([result, warnings()]).toEqual(['done', []]);
  });

  it('keeps neither the rest nor the execution when it throws', async () => {
    behave = () => {
      throw new RangeError('no such lock');
    };
    const { atSuspension, result } = await run();
    expect([atSuspension.length, result]).toEqual([3, 'done']);
    expect(warnings()).toEqual([expect.stringContaining('failed with RangeError: no such lock')]);
  });

  it('is left behind when it takes too long', async () => {
    behave = () => new Promise(() => undefined);
    const { atSuspension, result } = await run();
    expect([atSuspension, result]).toEqual([['lock released'], 'done']);
    expect(warnings()).toEqual([expect.stringContaining('did not end within 2000 ms')]);
  });
});
