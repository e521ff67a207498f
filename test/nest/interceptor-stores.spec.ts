import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  Post,
  UseInterceptors,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { Durable, type DurableContext, DurableCtx, Step } from 'nestjs-durable-execution';
import { DurableTest } from 'nestjs-durable-execution/testing';

const tenants = new AsyncLocalStorage<string>();

@Injectable()
class RunsHandler implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return tenants.run('blue', () => next.handle());
  }
}

@Injectable()
class RunsSubscription implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return new Observable((subscriber) => tenants.run('blue', () => next.handle().subscribe(subscriber)));
  }
}

class Work {
  @Step('read')
  async read(): Promise<string | undefined> {
    return tenants.getStore();
  }
  async seen(context: DurableContext): Promise<unknown[]> {
    const first = [tenants.getStore(), await this.read()];
    await context.wait('a while', { minutes: 5 });
    return [...first, tenants.getStore(), await context.step('again', async () => tenants.getStore())];
  }
}

@Controller()
class Routes extends Work {
  @Post('handler')
  @UseInterceptors(RunsHandler)
  @Durable()
  handler(@DurableCtx() context: DurableContext): Promise<unknown> {
    return this.seen(context);
  }
  @Post('subscription')
  @UseInterceptors(RunsSubscription)
  @Durable()
  subscription(@DurableCtx() context: DurableContext): Promise<unknown> {
    return this.seen(context);
  }
}

@Injectable()
class Jobs extends Work {
  @UseInterceptors(RunsHandler)
  @Durable()
  handler(@DurableCtx() context: DurableContext): Promise<unknown> {
    return this.seen(context);
  }
  @UseInterceptors(RunsSubscription)
  @Durable()
  subscription(@DurableCtx() context: DurableContext): Promise<unknown> {
    return this.seen(context);
  }
}

describe('A store in which an interceptor calls the handler is there in each invocation', () => {
  it.each(['handler', 'subscription'] as const)('of a route and of a direct call: %s', async (method) => {
    await using test = await DurableTest.create({ providers: [Jobs], controllers: [Routes] });
    const blue = ['blue', 'blue', 'blue', 'blue'];
    expect(await (await test.start(Jobs, method)).result()).toEqual(blue);
    expect((await test.request('POST', `/${method}`)).body).toEqual(blue);
  });
});
