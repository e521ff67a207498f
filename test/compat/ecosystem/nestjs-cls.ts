import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module, Post } from '@nestjs/common';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule, Step } from 'nestjs-durable-execution';
import { ClsModule, type ClsModuleOptions, ClsService } from 'nestjs-cls';
import { httpEvent, type UseCase } from './use-case.js';

/** By which door nestjs-cls opens its store. */
type Door = 'guard' | 'middleware' | 'interceptor';

@Injectable()
class Greeter {
  constructor(@Inject(ClsService) private readonly cls: ClsService) {}

  @Step('greet')
  async greet(): Promise<string> {
    return `hello ${this.cls.get('user')}`;
  }
}

@Controller()
class Greetings {
  constructor(
    @Inject(Greeter) private readonly greeter: Greeter,
    @Inject(ClsService) private readonly cls: ClsService,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Post('greet')
  @Durable()
  async greet(): Promise<object> {
    const before = this.cls.get('user');
    await this.context.wait('a while', { minutes: 5 });
    return { before, after: this.cls.get('user'), step: await this.greeter.greet() };
  }

  @Get('whoami')
  whoAmI(): object {
    return { user: this.cls.get('user') };
  }
}

function moduleWith(door: Door): object {
  const userOf = ({ headers }: { headers: Record<string, string> }) => headers['x-user'];
  const setup =
    door === 'middleware'
      ? (cls: ClsService, request: never) => cls.set('user', userOf(request))
      : (cls: ClsService, context: { switchToHttp(): { getRequest(): never } }) =>
          cls.set('user', userOf(context.switchToHttp().getRequest()));
  const options = { global: true, [door]: { mount: true, setup } } as ClsModuleOptions;
  @Module({
    imports: [DurableExecutionModule.forRoot(), ClsModule.forRoot(options)],
    controllers: [Greetings],
    providers: [Greeter],
  })
  class AppModule {}
  return AppModule;
}

export const clsUseCase = (door: Door): UseCase => ({
  handler: createLambdaHandler(moduleWith(door) as never),
  input: httpEvent({ method: 'POST', path: '/greet', headers: { 'x-user': 'Ada' } }),
  expected: { statusCode: 201, body: { before: 'Ada', after: 'Ada', step: 'hello Ada' } },
  request: httpEvent({ path: '/whoami', headers: { 'x-user': 'Bob' } }),
  answer: { status: 200, body: 'Bob' },
});
