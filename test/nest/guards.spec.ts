import type { ServerResponse } from 'node:http';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  Module,
  Next,
  Post,
  Req,
  Scope,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  CheckpointService,
  createLambdaHandler,
  Durable,
  DurableCtx,
  DurableExecutionModule,
  isDurableContext,
  switchToDurable,
} from 'nestjs-durable-execution';
import type { DurableContext } from '../../lib/engine/context/durable-context.js';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';
import { quietLogger } from '../fixtures/quiet-logger.js';

const asked: string[] = [];
let tokenIsValid = true;

@Injectable()
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    asked.push(`token ${context.getType<string>()}`);
    if (context.getType() === 'http') context.switchToHttp().getRequest().user = { id: 7, since: new Date(0) };
    return tokenIsValid;
  }
}

@Injectable({ scope: Scope.REQUEST })
class ScopedGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    asked.push('scoped');
    return tokenIsValid;
  }
}

const instance: CanActivate = {
  canActivate: () => {
    asked.push('instance');
    return tokenIsValid;
  },
};

@Injectable()
class Shipping {
  @Durable('ship')
  @UseGuards(TokenGuard, instance)
  async ship(_input: unknown, context: DurableContext): Promise<string> {
    await context.wait({ days: 3 });
    return 'shipped';
  }
}

@Controller()
class Orders {
  @Post('orders')
  @Durable()
  @UseGuards(TokenGuard, instance)
  async place(@Req() request: { user: unknown }, @DurableCtx() context: DurableContext): Promise<unknown> {
    await context.wait({ days: 3 });
    return request.user;
  }

  @Get('orders')
  @UseGuards(TokenGuard)
  list(): unknown[] {
    return [];
  }
}

function start(input: unknown, providers: object[] = [], host: Type = Shipping) {
  const client = new MemoryService(input);
  @Module({
    imports: [DurableExecutionModule.forRoot({ client, engine: { logger: quietLogger } })],
    providers: [host, ...(providers as [])],
    controllers: [Orders],
  })
  class AppModule {}
  const handler = createLambdaHandler(AppModule, { nest: { logger: false } });
  return {
    client,
    handler,
    invoke: () => handler(client.event(), lambdaContext()) as Promise<Record<string, unknown>>,
  };
}

const httpInput = apiGatewayV2({ method: 'POST', path: '/orders', body: {} });

beforeEach(() => {
  asked.length = 0;
  tokenIsValid = true;
});

describe('Guards of a @Durable() method', () => {
  it('are asked in every invocation, and cannot refuse an execution that was admitted, on the direct route', async () => {
    const { client, invoke } = start({});
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    tokenIsValid = false;
    client.passTime();
    expect(await invoke()).toEqual({ Status: 'SUCCEEDED', Result: '"shipped"' });
    expect(asked).toEqual(['token durable', 'instance', 'token durable', 'instance']);
  });

  it('are asked in every invocation on the HTTP route, and the request keeps what they put on it', async () => {
    const { client, invoke } = start(httpInput);
    expect(await invoke()).toEqual({ Status: 'PENDING' });
    tokenIsValid = false;
    client.passTime();
    const { Status, Result } = await invoke();
    expect(Status).toBe('SUCCEEDED');
    expect(JSON.parse(JSON.parse(Result as string).body)).toEqual({ id: 7, since: '1970-01-01T00:00:00.000Z' });
    expect(asked).toEqual(['token http', 'instance', 'token http', 'instance']);
  });

  it('run again when an invocation ended before anything was saved', async () => {
    const { client, invoke } = start(httpInput);
    client.interfere = () =>
      Promise.reject(Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' }));
    await expect(invoke()).rejects.toThrow('slow down');
    client.interfere = undefined;
    tokenIsValid = false;
    expect(JSON.parse((await invoke())['Result'] as string)).toMatchObject({ statusCode: 403 });
  });

  it('run again when what they put on the request was not saved to the end', async () => {
    const { client, invoke } = start(httpInput);
    await invoke();
    client.change(client.operation('nest:guards').Id, { Status: 'STARTED', StepDetails: {} });
    client.passTime();
    expect(await invoke()).toMatchObject({ Status: 'SUCCEEDED' });
    expect(asked).toEqual(['token http', 'instance', 'token http', 'instance']);
  });

  it('fail the execution on the direct route when they refuse', async () => {
    tokenIsValid = false;
    const { client, invoke } = start({});
    expect(await invoke()).toEqual({
      Status: 'FAILED',
      Error: {
        ErrorType: 'ForbiddenException',
        ErrorMessage: 'Forbidden resource',
        ErrorData: JSON.stringify(new ForbiddenException('Forbidden resource').getResponse()),
      },
    });
    expect(client.calls).toEqual([]);
  });

  it('answer 403 on the HTTP route when they refuse', async () => {
    tokenIsValid = false;
    const { Status, Result } = await start(httpInput).invoke();
    expect(Status).toBe('SUCCEEDED');
    expect(JSON.parse(Result as string)).toMatchObject({ statusCode: 403 });
  });

  it.each([
    ['direct', {}],
    ['HTTP', httpInput],
  ])('do not refuse afterwards when they are global, also of request scope, on the %s route', async (_route, input) => {
    const { client, invoke } = start(input, [
      { provide: APP_GUARD, useClass: TokenGuard },
      { provide: APP_GUARD, useClass: ScopedGuard },
    ]);
    await invoke();
    const once = [...asked];
    expect(once).toHaveLength(4);
    expect(once).toContain('scoped');
    tokenIsValid = false;
    client.passTime();
    expect(await invoke()).toMatchObject({ Status: 'SUCCEEDED' });
    expect(asked).toEqual([...once, ...once]);
  });

  it('refuse every time before other routes', async () => {
    const { handler } = start({});
    const list = () => handler(apiGatewayV2({ path: '/orders' }), lambdaContext());
    await list();
    tokenIsValid = false;
    expect(await list()).toMatchObject({ statusCode: 403 });
  });

  it('see the execution, and may not use its operations', async () => {
    const seen: unknown[] = [];
    @Injectable()
    class CuriousGuard implements CanActivate {
      constructor(@Inject(CheckpointService) private readonly checkpoints: CheckpointService) {}
      canActivate(context: ExecutionContext): boolean {
        const { route, executionArn, isResumed, requestId } = switchToDurable(context);
        seen.push({ route, executionArn, isResumed, requestId, isDurable: isDurableContext(context) });
        void this.checkpoints.context;
        return true;
      }
    }
    const { client, invoke } = start({ id: 1 }, [{ provide: APP_GUARD, useClass: CuriousGuard }]);
    expect(await invoke()).toMatchObject({
      Status: 'FAILED',
      Error: {
        ErrorMessage: expect.stringContaining(
          'Middleware, guards, and interceptors before next.handle() cannot use them',
        ),
      },
    });
    const executionArn = client.event().DurableExecutionArn;
    expect(seen).toEqual([
      { route: 'direct', executionArn, isResumed: false, requestId: 'request-1', isDurable: true },
    ]);
  });
});

describe('A second @Durable() method of a request', () => {
  let verdict = true;
  const guard: CanActivate = { canActivate: () => verdict };

  @Controller('chain')
  class First {
    @Get(':next')
    @Durable('first')
    async first(@Next() next: () => void, @DurableCtx() context: DurableContext): Promise<void> {
      await context.wait('a day', { days: 1 });
      next();
    }
  }

  @Controller('chain')
  class Second {
    @Get('guarded')
    @UseGuards(guard)
    @Durable('guarded')
    async guarded(@DurableCtx() context: DurableContext): Promise<string> {
      await context.wait('another day', { days: 1 });
      return 'never';
    }
    @Get('open')
    @UseFilters({ catch: (_error, host) => host.switchToHttp().getResponse<ServerResponse>().end('caught') })
    @Durable('open')
    open(): string {
      return 'never';
    }
  }

  @Controller()
  class Same {
    @Get(['chain/again', 'chain/:any'])
    @UseGuards(guard)
    @Durable('again')
    async again(@Next() next: () => void, @DurableCtx() context: DurableContext): Promise<void> {
      await context.wait('a day', { days: 1 });
      next();
    }
  }

  it.each([
    ['guarded', 'warm'],
    ['guarded', 'cold'],
    ['open', 'warm'],
    ['again', 'warm'],
    ['again', 'cold'],
  ])('fails the execution at once, a route that is %s, in a %s sandbox', async (path, sandbox) => {
    verdict = true;
    const make = () => handlerOf({ controllers: path === 'again' ? [Same] : [First, Second] });
    const warm = make();
    const run = await runExecution(warm, apiGatewayV2({ path: `/chain/${path}` }), {
      handlerAt: () => (sandbox === 'warm' ? warm : make()),
      between: () => (verdict = false),
    });
    expect(run).toMatchObject({
      status: 'FAILED',
      names: ['a day'],
      error: { ErrorType: 'DurableConfigurationError' },
    });
    expect(run.error?.ErrorMessage).toContain(`as by next(): ${path}()`);
  });
});
