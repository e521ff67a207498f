import { ConflictException, Injectable } from '@nestjs/common';
import {
  Durable,
  type DurableContext,
  DurableError,
  DurableExecutionModule,
  type DurableExecutionModuleOptions,
  Step,
} from 'nestjs-durable-execution';
import { retryPresets } from 'nestjs-durable-execution/engine';
import { DurableTest } from 'nestjs-durable-execution/testing';
import { RecordingLogger } from '../engine/support/recording-logger.js';

const SECRET = 'ada@example.org';
const redact = (text: string): string => text.replaceAll(/\S+@\S+\.\w+/g, '[e-mail]');

@DurableError('NoAccount')
class NoAccount extends Error {
  constructor(
    readonly email: string,
    readonly hints: string[],
  ) {
    super(`There is no account of ${email}`);
  }
}

const failures: Record<string, () => unknown> = {
  'a plain error': () => new Error(`of ${SECRET}`, { cause: Object.assign(new Error(SECRET), { code: 'E1' }) }),
  'a registered class': () => new NoAccount(SECRET, [`as ${SECRET}`]),
  'an HttpException': () => new ConflictException({ message: `taken by ${SECRET}`, by: { email: SECRET } }),
  'a thrown text': () => SECRET,
  'a thrown object': () => ({ message: `of ${SECRET}`, owner: SECRET }),
};
let failure: () => unknown;

@Injectable()
class Jobs {
  @Step({ name: 'find', retryStrategy: retryPresets.noRetry })
  async find(): Promise<never> {
    throw failure();
  }

  @Durable('job')
  async job(): Promise<unknown> {
    return this.find();
  }

  @Durable('side by side')
  async sideBySide(_input: unknown, context: DurableContext): Promise<unknown> {
    const [settled] = await context.promise.allSettled([this.byItself()]);
    const child = await context
      .runInChildContext('child', () => this.byItself())
      .catch((error: unknown) => (error as Error).message);
    const batch = await context.map('items', [1], () => this.byItself());
    const any = await context.promise.any([this.byItself()]).catch((error: unknown) => (error as Error).message);
    await context.wait('a night', { hours: 8 });
    return { settled, child, any, batch: batch.getErrors().map(({ message }) => message) };
  }

  @Durable('condition')
  async condition(_input: unknown, context: DurableContext): Promise<unknown> {
    const check = async (): Promise<never> => {
      throw failure();
    };
    return context.waitForCondition('ready', check, {
      initialState: 0,
      waitStrategy: () => ({ shouldContinue: false }),
    });
  }

  @Durable('by itself')
  async byItself(): Promise<never> {
    throw failure();
  }
}

async function everythingOf(
  method: 'job' | 'byItself' | 'condition' | 'sideBySide',
  options: DurableExecutionModuleOptions = {},
) {
  const logger = new RecordingLogger();
  await using test = await DurableTest.create({
    providers: [Jobs],
    imports: [DurableExecutionModule.forRoot({ redact, engine: { logger }, ...options })],
  });
  const run = await test.start(Jobs, method);
  const outcome = await run.outcome();
  return { outcome, text: JSON.stringify([outcome, run.events, logger.records]) };
}

describe('forRoot({ redact })', () => {
  it.each(Object.entries(failures))('keeps what it takes out of the history and the log: %s', async (_what, make) => {
    failure = make;
    for (const method of ['condition', 'job', 'byItself'] as const) {
      const { outcome, text } = await everythingOf(method);
      expect(outcome.status).toBe('FAILED');
      expect(text).toContain('[e-mail]');
      expect(text).not.toContain(SECRET);
    }
  });

  it.each(Object.entries(failures))(
    'keeps it out of what combinators, children and items record: %s',
    async (_what, make) => {
      failure = make;
      const { outcome, text } = await everythingOf('sideBySide');
      expect(outcome.status).toBe('SUCCEEDED');
      expect(text).not.toContain(SECRET);
    },
  );

  it('holds where no rules are asked too', async () => {
    failure = failures['a plain error']!;
    expect((await everythingOf('job', { errors: false })).text).not.toContain(SECRET);
  });

  const broken = {
    throws: () => {
      throw new Error('broken');
    },
    'is async': async (text: string) => text,
    rejects: () => Promise.reject(new Error('broken')),
    'returns nothing': () => undefined,
  };
  it.each(Object.entries(broken))('leaves out a text for which it %s', async (_what, redact) => {
    failure = failures['a plain error']!;
    const { text } = await everythingOf('job', { redact: redact as (text: string) => string });
    expect(text).not.toContain(SECRET);
    expect(text).toContain('not redacted, so left out');
    expect(text).not.toMatch(/object Promise|undefined/);
  });
});
