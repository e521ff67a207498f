import { ConflictException, type HttpException, Injectable, Module } from '@nestjs/common';
import {
  Durable,
  DurableError,
  type DurableContext,
  DurableExecutionModule,
  Step,
  createLambdaHandler,
} from 'nestjs-durable-execution';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { RecordingLogger } from '../engine/support/recording-logger.js';

const SECRET = 'planted-8f3a';

@DurableError('SoldOut')
class SoldOut extends Error {
  constructor(readonly sku: string) {
    super(`No ${sku} left`);
  }
}

/** As Axios throws it: its JSON holds the header and the body. */
const axiosError = (status: number) =>
  Object.assign(new Error(`Request failed with status code ${status}`), {
    isAxiosError: true,
    code: 'ERR_BAD_REQUEST',
    config: { method: 'post', headers: { Authorization: SECRET }, data: SECRET },
    response: { status, data: SECRET },
    cause: new Error(`Duplicate entry '${SECRET}' for key 'u.email'`),
  });

let thrown: Error;
let attempts = 0;
const caught: unknown[] = [];

@Injectable()
class Shop {
  @Step('call')
  async call(): Promise<never> {
    attempts += 1;
    throw thrown;
  }

  @Durable('order')
  async order(_input: unknown, context: DurableContext): Promise<unknown> {
    await this.call().catch((error: unknown) => caught.push(error));
    await context.wait('a night', { hours: 8 });
    return 'done';
  }
}

/** Runs an execution in which the step throws, each invocation in its own application. */
async function run(error: Error, options: Parameters<typeof DurableExecutionModule.forRoot>[0] = {}) {
  [thrown, attempts, caught.length] = [error, 0, 0];
  const service = new MemoryService({});
  const logger = new RecordingLogger();
  for (let invocation = 0; invocation < 20; invocation += 1) {
    @Module({
      imports: [DurableExecutionModule.forRoot({ client: service, ...options, engine: { logger } })],
      providers: [Shop],
    })
    class App {}
    const output = await createLambdaHandler(App, { handler: 'order' })(service.event(), lambdaContext());
    if ((output as { Status: string }).Status !== 'PENDING') return { service, logger, output };
    service.passTime();
  }
  throw new Error('still pending');
}

const told = (value: unknown) => JSON.stringify(value);

describe('The error of a step in a Nest application', () => {
  it('is tried again only if that can help, and says in the log by which rule', async () => {
    const { logger } = await run(axiosError(409));
    expect(attempts).toBe(1);
    expect(told(logger.records)).toMatch(/It is permanent by rule http-conflict \(.*\), found in error: fail-step\./);
  });

  it('is judged by the rules of the application first', async () => {
    await run(axiosError(409), { errors: [{ rule: 'http-conflict', decide: 'retry-step', maxAttempts: 2 }] });
    expect(attempts).toBe(2);
  });

  it('is left to the retry strategy where no rules are wanted', async () => {
    await run(axiosError(409), { errors: false });
    expect(attempts).toBe(6);
  });

  it('takes no secret into the history or the log', async () => {
    const { service, logger } = await run(axiosError(409));
    expect(told([...service.operations.values()])).not.toContain(SECRET);
    expect(told(logger.records)).not.toContain(SECRET);
    expect(caught[0]).toMatchObject({ rule: 'http-conflict', cause: { code: 'ERR_BAD_REQUEST', status: 409 } });
  });

  it('is of its class on every run: an HttpException', async () => {
    await run(new ConflictException({ reason: 'sold out', left: 0 }));
    expect(caught).toHaveLength(2);
    for (const error of caught as HttpException[]) {
      expect(error).toBeInstanceOf(ConflictException);
      expect([error.getStatus(), error.getResponse()]).toEqual([409, { reason: 'sold out', left: 0 }]);
    }
    expect(caught[1]).toEqual(caught[0]);
  });

  it('is of its class on every run: one that is registered', async () => {
    await run(new SoldOut('beans'), { errors: [{ type: SoldOut, decide: 'fail-step' }] });
    expect(caught).toEqual([expect.any(SoldOut), expect.any(SoldOut)]);
    expect(caught[1]).toEqual(caught[0]);
  });

  it('is judged at boot by rules that make sense only', async () => {
    await expect(run(axiosError(409), { errors: [{ rule: 'nothing-such', decide: 'fail-step' }] })).rejects.toThrow(
      'names the built-in rule "nothing-such", which does not exist',
    );
  });
});
