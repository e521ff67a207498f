import { AsyncResource } from 'node:async_hooks';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Req,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { Durable, type DurableContext, DurableCtx, LambdaEvent, Step } from 'nestjs-durable-execution';
import { storedStart } from '../../lib/wire/named-start.js';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext } from '../fixtures/memory-service.js';
import { handlerOf, rootModule, runExecution } from '../fixtures/nest-execution.js';

let boots = 0;
let charges = 0;
let chargeLate: () => Promise<number>;

@Injectable()
class Jobs {
  onModuleInit(): void {
    boots += 1;
  }
  @Durable('a')
  a(input: unknown): unknown {
    return { a: input };
  }
  @Durable('b')
  async b(_input: unknown, context: DurableContext): Promise<string> {
    await context.wait('a day', { days: 1 });
    return 'b';
  }
  @LambdaEvent((event) => event['source'] === 'warm-up')
  warmUp(): string {
    return 'warm';
  }
  @LambdaEvent((event) => event['source'] === 'durable-warm-up')
  @Durable('warm-up')
  durablyWarm(): string {
    return 'durably warm';
  }
  @Step('charge')
  async charge(): Promise<number> {
    return (charges += 1);
  }
}

class SetsUser {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<{ user?: number }>().user = 7;
    return true;
  }
}

@Catch()
class AnswersAll {
  catch(_error: unknown, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<{ json(body: object): void }>().json({ fine: true });
  }
}

@Controller()
class Health {
  @Get('later')
  @UseGuards(SetsUser)
  @UseFilters(AnswersAll)
  @Durable('later')
  async later(@Req() { user }: { user: number }, @DurableCtx() context: DurableContext): Promise<object> {
    await context.wait('a day', { days: 1 });
    return { user };
  }
  @Get('health')
  health(): string {
    return 'up';
  }
  @Get('charge')
  charge(): Promise<number> {
    return Jobs.prototype.charge.call(this).catch(() => 0);
  }
  @Get('charge-unawaited')
  chargeUnawaited(): string {
    void Jobs.prototype.charge.call(this);
    return 'charging';
  }
  @Get('charge-later')
  chargeLater(): string {
    chargeLate = AsyncResource.bind(() => Jobs.prototype.charge.call(this));
    return 'later';
  }
}

const parts = { providers: [Jobs], controllers: [Health] };
const request = apiGatewayV2({ path: '/health' });

describe('An execution', () => {
  it.each(['a', 'b'])('runs the method that its start names, whatever the function is for: %s', async (name) => {
    const run = await runExecution(handlerOf(parts, { handler: 'a' }), storedStart(name, 1));
    expect(run.result).toEqual(name === 'a' ? { a: 1 } : 'b');
  });

  it('reaches the router with an HTTP event only where the function serves HTTP', async () => {
    const root = rootModule(parts);
    boots = 0;
    const [named, http] = [handlerOf(root, { handler: 'a' }), handlerOf(root)];
    expect((await runExecution(named, request)).result).toEqual({ a: JSON.parse(JSON.stringify(request)) });
    expect((await runExecution(http, request)).statusCode).toBe(200);
    await expect(named(request, lambdaContext())).rejects.toThrow('this function does not serve HTTP');
    expect(boots).toBe(1);
  });

  it('never takes a named start for an HTTP event', async () => {
    expect((await runExecution(handlerOf(parts), storedStart('a', request))).result).toHaveProperty('a.rawPath');
  });

  it('runs the class that is provided for the named one', async () => {
    @Injectable()
    class Reports {
      @Durable()
      async build(): Promise<string> {
        return this.constructor.name;
      }
    }
    @Injectable()
    class FakeReports extends Reports {}
    const fake = new FakeReports();
    for (const providers of [
      [{ provide: Reports, useClass: FakeReports }],
      [{ provide: Reports, useFactory: () => new FakeReports() }],
      [{ provide: Reports, useExisting: FakeReports }, FakeReports],
      [{ provide: Reports, useFactory: (given: object) => given, inject: [FakeReports] }, FakeReports],
      [
        { provide: 'port', useValue: fake },
        { provide: Reports, useValue: fake },
      ],
    ]) {
      const app = { providers };
      for (const options of [{}, { handlers: ['Reports.build'] }, { handler: 'Reports.build' }]) {
        const start = storedStart('Reports.build', 1);
        expect(await runExecution(handlerOf(app, options), start)).toMatchObject({ result: 'FakeReports' });
      }
    }
  });

  it('fails for a name that is unknown, or that this function does not run', async () => {
    const handler = handlerOf(parts, { handlers: ['b'] });
    expect((await runExecution(handler, {})).result).toBe('b');
    for (const name of ['a', 'none']) {
      expect(await runExecution(handler, storedStart(name, 1))).toMatchObject({ status: 'FAILED', names: [] });
    }
  });

  it('fails for an input that names none where the function runs only routes', async () => {
    const run = await runExecution(handlerOf(parts, { handlers: ['later'] }), {});
    expect(run.error?.ErrorMessage).toContain('(later) names no @Durable() method of a provider');
  });

  it('fails at once on a route that this function does not run, whatever filters and guards do', async () => {
    const handler = handlerOf(parts, { handlers: ['b'] });
    const run = await runExecution(handler, apiGatewayV2({ path: '/later' }));
    expect(run).toMatchObject({ status: 'FAILED', names: [], error: { ErrorType: 'DurableConfigurationError' } });
    expect(run.error?.ErrorMessage).toMatch(/^This function does not run "later": .* has the option handlers: b\./);
  });

  it('continues on a route when the list of handlers is corrected', async () => {
    const [all, some] = [handlerOf(parts), handlerOf(parts, { handlers: ['b'] })];
    const later = apiGatewayV2({ path: '/later' });
    const run = (last: number) => runExecution(all, later, { handlerAt: (n) => (n > 1 && n <= last ? some : all) });
    await expect(run(2)).rejects.toThrow('This function does not run "later"');
    expect(await run(1)).toMatchObject({ status: 'SUCCEEDED', body: { user: 7 } });
  });

  it('fails for an event whose method this function does not run', async () => {
    const event = { source: 'durable-warm-up' };
    expect((await runExecution(handlerOf(parts), event)).result).toBe('durably warm');
    expect(await runExecution(handlerOf(parts, { handlers: ['b'] }), event)).toMatchObject({ status: 'FAILED' });
  });

  it('is thrown, not failed, when its method is gone after it has begun', async () => {
    const [before, after] = [handlerOf(parts), handlerOf({})];
    const run = runExecution(before, storedStart('b', 1), { handlerAt: (n) => (n === 1 ? before : after) });
    await expect(run).rejects.toThrow('no @Durable() provider method called "b"');
  });

  it('reaches the method for its event, and so does a plain event', async () => {
    const handler = handlerOf(parts, { handler: 'a' });
    const ping = { source: 'warm-up' };
    expect((await runExecution(handler, ping)).result).toBe('warm');
    expect(await handler(ping, lambdaContext())).toBe('warm');
  });

  it('fails when a route without @Durable() calls a @Step(), whatever the route makes of the error', async () => {
    charges = 0;
    const run = await runExecution(handlerOf(parts), apiGatewayV2({ path: '/charge' }));
    expect(run).toMatchObject({ status: 'FAILED', error: { ErrorType: 'DurableConfigurationError' } });
    expect(charges).toBe(0);
  });

  it('fails, and does not end the process, when nothing awaits a @Step() of a route without @Durable()', async () => {
    const run = await runExecution(handlerOf(parts), apiGatewayV2({ path: '/charge-unawaited' }));
    expect(run).toMatchObject({ status: 'FAILED', error: { ErrorType: 'DurableConfigurationError' } });
  });

  it('refuses a @Step() of a route without @Durable() by a promise, also when it has ended', async () => {
    charges = 0;
    const run = await runExecution(handlerOf(parts), apiGatewayV2({ path: '/charge-later' }));
    expect(run.status).toBe('SUCCEEDED');
    await expect(chargeLate()).rejects.toThrow('but not by its @Durable() method');
    expect(charges).toBe(0);
  });
});
