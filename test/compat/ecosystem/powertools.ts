import './xray.setup.js';
import './powertools.setup.js';
import 'reflect-metadata';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { IdempotencyItemAlreadyExistsError, IdempotencyItemNotFoundError } from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { Logger } from '@aws-lambda-powertools/logger';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { Controller, Get, Injectable, Logger as NestLogger, Module } from '@nestjs/common';
import {
  createLambdaHandler,
  Durable,
  type DurableContext,
  DurableExecutionModule,
  DurableLoggerService,
} from 'nestjs-durable-execution';
import { fileOfRun, httpEvent, tellWorld, type UseCase } from './use-case.js';

const tracer = new Tracer();

/** A table that outlives processes. */
class FileTable extends BasePersistenceLayer {
  protected async _getRecord(key: string): Promise<IdempotencyRecord> {
    const file = fileOf(key);
    if (!existsSync(file)) throw new IdempotencyItemNotFoundError();
    return new IdempotencyRecord(JSON.parse(readFileSync(file, 'utf8')));
  }
  protected async _putRecord(record: IdempotencyRecord): Promise<void> {
    if (existsSync(fileOf(record.idempotencyKey))) throw new IdempotencyItemAlreadyExistsError('It is there.');
    await this._updateRecord(record);
  }
  protected async _updateRecord(record: IdempotencyRecord): Promise<void> {
    const { idempotencyKey, expiryTimestamp, responseData } = record;
    const status = record.getStatus();
    writeFileSync(fileOf(idempotencyKey), JSON.stringify({ idempotencyKey, expiryTimestamp, responseData, status }));
  }
  protected async _deleteRecord({ idempotencyKey }: IdempotencyRecord): Promise<void> {
    rmSync(fileOf(idempotencyKey), { force: true });
  }
}

const fileOf = (key: string): string => fileOfRun(encodeURIComponent(key));

/** Once for each order, for every caller: a step may run again when its sandbox is lost. */
const charge = makeIdempotent(
  async ({ id }: { id: number }) => {
    tellWorld(`charged ${id}`);
    return { receipt: `receipt ${id}` };
  },
  { persistenceStore: new FileTable() },
);

/** A subsegment around the body of a step: those of handlers would end with the invocation. */
const traced = <T>(name: string, body: () => Promise<T>): Promise<T> =>
  tracer.provider.captureAsyncFunc(name, async (segment) => {
    try {
      return await body();
    } catch (error) {
      segment?.addError(error as Error);
      throw error;
    } finally {
      segment?.close();
    }
  }) as Promise<T>;

@Injectable()
class Orders {
  private readonly logger = new NestLogger('orders');

  @Durable('order')
  async order(_input: unknown, context: DurableContext): Promise<object> {
    this.logger.log('accepted');
    const first = await context.step('charge', () => traced('charge', () => charge({ id: 7 })));
    await context.wait('a while', { minutes: 5 });
    this.logger.log('goes on');
    const second = await context.step('charge again', () => traced('charge again', () => charge({ id: 7 })));
    return { first, second };
  }
}

@Controller()
class Health {
  @Get('health')
  health(): object {
    return { ok: true };
  }
}

@Module({ imports: [DurableExecutionModule.forRoot()], controllers: [Health], providers: [Orders] })
class AppModule {}

const receipt = { receipt: 'receipt 7' };

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule, { nest: { logger: new DurableLoggerService(new Logger()) } }),
  input: {},
  expected: { first: receipt, second: receipt },
  request: httpEvent({ path: '/health' }),
  answer: { status: 200 },
  seen: {
    'charged 7': 1,
    '"message":"accepted"': 1,
    '"message":"goes on"': 1,
    'segment charge fine': 1,
    'segment charge again fine': 1,
    broken: 0,
  },
};
