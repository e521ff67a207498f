import { ConflictException, Inject, Injectable, Logger, Module } from '@nestjs/common';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  type DurableExecutionModuleOptions,
  DurableLoggerService,
  Step,
} from 'nestjs-durable-execution';
import { lambdaContext, MemoryService, TEST_ARN } from '../fixtures/memory-service.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

type Said = Record<string, unknown>;

/** A logger of the application's own. */
class Notes {
  readonly said: Array<[level: string, message: unknown, context: unknown]> = [];
  log = (message: unknown, context: unknown) => void this.said.push(['log', message, context]);
  warn = (message: unknown, context: unknown) => void this.said.push(['warn', message, context]);
  error = (message: unknown, ...rest: unknown[]) => void this.said.push(['error', message, rest.at(-1)]);
  debug = (message: unknown, context: unknown) => void this.said.push(['debug', message, context]);

  ours(): Array<[string, Said]> {
    return this.said
      .filter(([, , context]) => context === 'DurableExecution')
      .map(([level, said]) => [level, said as Said]);
  }
}

class Declined extends Error {}

let reason = 'no money';

@Injectable()
class Payments {
  @Step({ name: 'charge', retryStrategy: (_error, attempt) => ({ shouldRetry: attempt < 2, delay: { seconds: 7 } }) })
  async charge(): Promise<string> {
    throw new Declined(reason, { cause: new Error('card expired') });
  }
}

@Injectable()
class Orders {
  constructor(@Inject(Payments) private readonly payments: Payments) {}

  @Durable('order')
  async order(_input: unknown, { logger }: DurableContext): Promise<void> {
    logger.info('order %s taken', 'A-1', { express: true });
    await this.payments.charge();
  }
}

function application(options: DurableExecutionModuleOptions = {}, logger: object = new Notes()) {
  const client = new MemoryService({});
  @Module({ imports: [DurableExecutionModule.forRoot({ client, ...options })], providers: [Payments, Orders] })
  class AppModule {}
  const handler = createLambdaHandler(AppModule, { nest: { logger: logger as Notes } });
  const invoke = () => handler(client.event(), lambdaContext());
  return { client, invoke };
}

afterAll(() => Logger.overrideLogger(false));

const subject = { executionArn: TEST_ARN, requestId: 'request-1' };
const thrown = {
  errorType: 'Error',
  errorMessage: 'no money',
  stackTrace: expect.arrayContaining([expect.stringContaining('failure-logs.spec')]),
  cause: { errorType: 'Error', errorMessage: 'card expired', stackTrace: expect.any(Array) },
};

describe("The application's own logger", () => {
  it('is told of failed attempts, and of the failure of the execution', async () => {
    const notes = new Notes();
    const { client, invoke } = application({}, notes);
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    const step = { ...subject, operationId: expect.any(String), operationName: 'charge' };
    const first = { ...step, attempt: 1, nextAttemptDelaySeconds: 7, ...thrown };
    expect(notes.ours().filter(([level]) => level !== 'log')).toEqual([
      [
        'warn',
        { message: 'Attempt 1 of Step "charge" failed: Error: no money. The next attempt is due in 7 s.', ...first },
      ],
    ]);

    notes.said.length = 0;
    client.passTime();
    expect(await invoke()).toMatchObject({ Status: 'FAILED' });
    expect(notes.ours()).toEqual([
      [
        'warn',
        expect.objectContaining({ message: expect.stringContaining('It is not retried.'), attempt: 2, ...thrown }),
      ],
      ['error', expect.objectContaining({ errorType: 'StepError', ...step, cause: thrown })],
    ]);
  });

  it('is told the reason of a failed attempt as a sentence, whatever its end', async () => {
    const notes = new Notes();
    reason = 'Is there no money?';
    await application({}, notes).invoke();
    reason = 'no money';
    expect(notes.ours().at(-1)).toEqual([
      'warn',
      expect.objectContaining({ message: expect.stringContaining('failed: Error: Is there no money? The next') }),
    ]);
  });

  it('is given what context.logger says, in full, and once', async () => {
    const notes = new Notes();
    const { client, invoke } = application({}, notes);
    await invoke();
    client.passTime();
    await invoke();
    expect(notes.said.filter(([level, message]) => level === 'log' && String(message).includes('taken'))).toEqual([
      ['log', 'order A-1 taken', { express: true }],
    ]);
  });

  it('may be DurableLoggerService, which then tells of failures of replaying handlers too', async () => {
    const records: Said[] = [];
    const keep = (record: object) => void records.push(record as Said);
    const sink = { debug: keep, info: keep, warn: keep, error: keep };
    const { client, invoke } = application({}, new DurableLoggerService(sink));
    await invoke();
    client.passTime();
    await invoke();
    const errors = records.filter(({ context, errorType }) => context === 'DurableExecution' && errorType);
    expect(errors.map(({ errorType, attempt }) => [errorType, attempt])).toEqual([
      ['Error', 1],
      ['Error', 2],
      ['StepError', undefined],
    ]);
  });

  it('is not used where the engine has a logger of its own', async () => {
    const [notes, own] = [new Notes(), new Notes()];
    const logger = { ...own, info: own.log };
    const { invoke } = application({ engine: { logger } }, notes);
    await invoke();
    expect(notes.ours()).toEqual([]);
    expect(own.said.map(([level]) => level)).toEqual(['log', 'warn']);
  });
});

describe('Hooks of forRoot()', () => {
  it('are given the live errors, beside those of the engine', async () => {
    const told: Array<[string, unknown]> = [];
    const hook = (name: string) => ({
      onStepFailed: ({ error }: { error: unknown }) => void told.push([`${name} step`, error]),
      onExecutionFailed: ({ error }: { error: unknown }) => void told.push([`${name} execution`, error]),
    });
    const { client, invoke } = application({ ...hook('module'), engine: hook('engine') });
    await invoke();
    client.passTime();
    await invoke();
    const step = [
      ['module step', expect.any(Declined)],
      ['engine step', expect.any(Declined)],
    ];
    expect(told).toEqual([
      ...step,
      ...step,
      ['module execution', expect.objectContaining({ name: 'StepError' })],
      ['engine execution', expect.objectContaining({ name: 'StepError' })],
    ]);
  });

  it('are given an HttpException of a direct call as itself, not in the form in which it is recorded', async () => {
    const told: unknown[] = [];
    @Injectable()
    class Refusing {
      @Durable('refuse')
      async refuse(): Promise<void> {
        throw new ConflictException('sold out');
      }
    }
    const forRoot: DurableExecutionModuleOptions = { onExecutionFailed: ({ error }) => void told.push(error) };
    await runExecution(handlerOf({ providers: [Refusing], forRoot }), {});
    expect(told).toEqual([expect.any(ConflictException)]);
  });
});
