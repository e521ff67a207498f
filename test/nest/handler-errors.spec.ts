import { Catch, Controller, HttpException, Injectable, Post, UseFilters } from '@nestjs/common';
import {
  Durable,
  type DurableContext,
  DurableExecutionModule,
  type DurableExecutionModuleOptions,
  Step,
} from 'nestjs-durable-execution';
import { InvocationError } from 'nestjs-durable-execution/engine';
import { DurableTest } from 'nestjs-durable-execution/testing';
import { RecordingLogger } from '../engine/support/recording-logger.js';

class LedgerBusy extends Error {
  override readonly name = 'LedgerBusy';
}

class PeriodClosed extends Error {
  override readonly name = 'PeriodClosed';
}

const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** What the handlers throw, in the order of their invocations. */
let failures: Array<() => unknown> = [];
const next = (): void => {
  const failure = failures.shift();
  if (failure) throw failure();
};
let attempts = 0;

@Catch()
class AnswersAll {
  catch(
    _error: unknown,
    host: { switchToHttp(): { getResponse(): { status(code: number): { json(body: unknown): void } } } },
  ) {
    host.switchToHttp().getResponse().status(200).json({ swallowed: true });
  }
}

@Injectable()
class Jobs {
  @Durable('plain')
  async plain(_input: unknown, context: DurableContext): Promise<string> {
    await context.step('first', async () => 1);
    next();
    return 'done';
  }

  @Durable('ruled', {
    errors: [
      { type: LedgerBusy, decide: 'retry-invocation' },
      { name: 'PeriodClosed', decide: 'fail-execution' },
      { rule: 'connect-*', decide: 'retry-invocation' },
    ],
  })
  async ruled(_input: unknown, context: DurableContext): Promise<string> {
    return this.plain(_input, context);
  }

  @Durable('step of a ruled one', { errors: [{ status: 409, decide: 'retry-step', maxAttempts: 3 }] })
  async stepOfRuled(): Promise<string> {
    return this.call().catch((error: unknown) => (error as Error).name);
  }

  @Step('call')
  async call(): Promise<string> {
    attempts += 1;
    throw new HttpException('taken', 409);
  }

  @Durable('failed step', { errors: [{ name: 'LedgerBusy', decide: 'retry-invocation' }] })
  async failedStep(_input: unknown, context: DurableContext): Promise<string> {
    const busy = async () => {
      attempts += 1;
      throw new LedgerBusy('recorded');
    };
    return context.step('busy', busy, { errors: [{ name: 'LedgerBusy', decide: 'fail-step' }] });
  }
}

@Controller('orders')
@UseFilters(AnswersAll)
class Routes {
  @Post()
  @Durable({ errors: [{ name: 'PeriodClosed', decide: 'fail-execution' }] })
  async place(): Promise<string> {
    next();
    return 'placed';
  }
}

const logger = new RecordingLogger();

function open(options: DurableExecutionModuleOptions = {}, parts: object = { providers: [Jobs] }) {
  return DurableTest.create({
    ...parts,
    imports: [DurableExecutionModule.forRoot({ engine: { logger }, ...options })],
  });
}

beforeEach(() => {
  failures = [];
  attempts = 0;
  logger.records.length = 0;
});

async function outcomeOf(
  method: 'plain' | 'ruled' | 'stepOfRuled' | 'failedStep',
  options?: DurableExecutionModuleOptions,
) {
  await using test = await open(options);
  const run = await test.start(Jobs, method);
  const outcome = await run.outcome();
  return { ...outcome, invocations: run.invocations.length };
}

describe('What a durable method throws itself', () => {
  it.each([
    ['an error that nobody knows', () => new LedgerBusy('busy')],
    ['a built-in transient error', refused],
  ])('fails the execution: %s', async (_what, failure) => {
    failures = [failure];
    await expect(outcomeOf('plain')).resolves.toMatchObject({ status: 'FAILED', invocations: 1 });
  });

  it.each([
    ['by class', () => new LedgerBusy('busy')],
    ['as a built-in rule knows it', refused],
    ['behind another error', () => new Error('wrapped', { cause: new LedgerBusy('busy') })],
  ])('has the invocation retried where a rule of the method says so, %s', async (_what, failure) => {
    failures = [failure, failure];
    await expect(outcomeOf('ruled')).resolves.toEqual({ status: 'SUCCEEDED', result: 'done', invocations: 3 });
  });

  it('obeys rules of the application, after those of the method', async () => {
    const errors = [{ name: ['LedgerBusy', 'PeriodClosed'], decide: 'retry-invocation' }] as const;
    failures = [() => new LedgerBusy('busy')];
    await expect(outcomeOf('plain', { errors })).resolves.toMatchObject({ status: 'SUCCEEDED', invocations: 2 });
    failures = [() => new PeriodClosed('closed')];
    await expect(outcomeOf('ruled', { errors })).resolves.toMatchObject({
      status: 'FAILED',
      error: { type: 'PeriodClosed', message: 'closed' },
      invocations: 1,
    });
  });

  it('is told in one line, with the rule', async () => {
    failures = [() => new LedgerBusy('busy'), () => new PeriodClosed('closed')];
    await outcomeOf('ruled');
    expect(logger.records.map(({ record }) => (record as { explanation?: string }).explanation)).toEqual([
      'transient by rule LedgerBusy (A rule of the application), found in error.cause: retry-invocation',
      'permanent by rule PeriodClosed (A rule of the application), found in error: fail-execution',
    ]);
  });

  it('is not made an answer by a filter where a rule fails the execution', async () => {
    await using test = await open({}, { controllers: [Routes] });
    failures = [() => new PeriodClosed('closed')];
    await test.request('POST', '/orders').catch(() => undefined);
    expect(test.runs[0]).toHaveFailedWith({ type: 'PeriodClosed' });
    failures = [() => new LedgerBusy('busy')];
    await expect(test.request('POST', '/orders')).resolves.toMatchObject({ status: 200, body: { swallowed: true } });
  });

  it('does not have the invocation retried for a step that has failed for good', async () => {
    await expect(outcomeOf('failedStep')).resolves.toMatchObject({ status: 'FAILED', invocations: 1 });
    expect(attempts).toBe(1);
  });
});

describe('The rules of a durable method', () => {
  it('hold for its steps as well', async () => {
    await expect(outcomeOf('stepOfRuled')).resolves.toMatchObject({ status: 'SUCCEEDED', result: 'HttpException' });
    expect(attempts).toBe(3);
  });

  it('leave errors that state their scope alone', async () => {
    failures = [() => new InvocationError('again', { cause: new PeriodClosed('closed') })];
    await expect(outcomeOf('ruled')).resolves.toMatchObject({ status: 'SUCCEEDED', invocations: 2 });
  });

  it('are looked at when the application boots, like those of steps', async () => {
    class Wrong {
      @Durable({ errors: [{ decide: 'fail-step' } as never] })
      async run(): Promise<void> {}
    }
    await expect(open({}, { providers: [Wrong] })).rejects.toThrow(
      '@Durable() on Wrong.run: errors[0] matches nothing',
    );
    class WrongStep {
      @Step({ errors: [{ status: 42, decide: 'fail-step' }] })
      async run(): Promise<void> {}
    }
    await expect(open({}, { providers: [WrongStep] })).rejects.toThrow(
      '@Step() on WrongStep.run: errors[0] names the status 42',
    );
    await expect(open({ errors: false })).rejects.toThrow(
      '@Durable() on Jobs.ruled has rules in `errors`, but DurableExecutionModule.forRoot({ errors: false }) turns rules off',
    );
  });
});
