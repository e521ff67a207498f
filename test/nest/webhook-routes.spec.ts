import { createRequire } from 'node:module';
import { All, Controller, Get, Head, Injectable, Module, Post, type Type } from '@nestjs/common';
import { NestFactory, RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CompletesCallback, Durable, DurableExecutionModule } from 'nestjs-durable-execution';

const ofNest = createRequire(createRequire(import.meta.url).resolve('@nestjs/platform-fastify'));
const fastifyOf = ofNest('fastify') as (options: object) => object;

interface Parts {
  controllers?: Type[];
  providers?: Type[];
  /** Before the paths of the module with the controllers. */
  modulePath?: string;
  prefix?: string;
  /** The settings of Fastify, or an instance of it, in place of Express. */
  fastify?: object;
}

async function boot({ controllers = [], providers = [], modulePath, prefix, fastify }: Parts): Promise<void> {
  @Module({ controllers, providers })
  class Hooks {}
  @Module({
    imports: [
      DurableExecutionModule.forRoot(),
      Hooks,
      ...(modulePath ? [RouterModule.register([{ path: modulePath, module: Hooks }])] : []),
    ],
  })
  class AppModule {}
  const adapter = fastify ? new FastifyAdapter(fastify) : new ExpressAdapter();
  const app = await NestFactory.create(AppModule, adapter, { logger: false, abortOnError: false });
  if (prefix) app.setGlobalPrefix(prefix);
  await app.init();
  await app.close();
}

/** A controller with one webhook. */
function hooksAt(path: string | string[], route: MethodDecorator, webhook = CompletesCallback()): Type {
  class Hooks {
    complete(): void {}
  }
  const descriptor = Object.getOwnPropertyDescriptor(Hooks.prototype, 'complete')!;
  webhook(Hooks.prototype, 'complete', descriptor);
  route(Hooks.prototype, 'complete', descriptor);
  Controller(path)(Hooks);
  return Hooks;
}

describe('A route that completes callbacks', () => {
  it.each<[string, Parts]>([
    ['its own path', { controllers: [hooksAt('hooks', Post(':callbackId'))] }],
    ['the path of its controller', { controllers: [hooksAt('hooks/:callbackId', Post('done'))] }],
    ['each of several paths', { controllers: [hooksAt(['a/:callbackId', 'b/:callbackId'], Post())] }],
    ['the middle of a segment', { controllers: [hooksAt('hooks', Post('job-:callbackId.done'))] }],
    ['the path of its module', { controllers: [hooksAt('hooks', Post())], modulePath: '/for/:callbackId' }],
    ['the global prefix', { controllers: [hooksAt('hooks', Post())], prefix: 'for/:callbackId' }],
    ['what reads the request', { controllers: [hooksAt('', Post(), CompletesCallback({ callbackId: () => 'id' }))] }],
  ])('may find the id in %s', async (_where, parts) => {
    await expect(boot(parts)).resolves.toBeUndefined();
  });

  it.each<[string, Parts]>([
    ['has no such parameter', { controllers: [hooksAt('hooks', Post(':id'))] }],
    ['has one whose name only begins like it', { controllers: [hooksAt('hooks', Post(':callbackIdOfOrder'))] }],
    ['has it in one of its paths alone', { controllers: [hooksAt(['a/:callbackId', 'b'], Post())] }],
  ])('does not boot when it %s', async (_what, parts) => {
    await expect(boot(parts)).rejects.toThrow(/The route of Hooks\.complete has no parameter ":callbackId"/);
  });

  it('does not boot on Fastify where the limit of a parameter is its default: ids would be refused', async () => {
    const controllers = [hooksAt('hooks', Post(':callbackId'))];
    await expect(boot({ controllers, fastify: {} })).rejects.toThrow(
      /Fastify accepts 100 characters.*maxParamLength: 1024/,
    );
  });

  it('boots on Fastify where ids have room, or are not in the path', async () => {
    const instance = fastifyOf({ maxParamLength: 500, routerOptions: { caseSensitive: false } });
    for (const room of [{ routerOptions: { maxParamLength: 500 } }, { maxParamLength: 500 }, instance]) {
      const controllers = [hooksAt('hooks', Post(':callbackId'))];
      await expect(boot({ controllers, fastify: room })).resolves.toBeUndefined();
    }
    const read = CompletesCallback({ callbackId: ({ query }) => query['id'] });
    await expect(boot({ controllers: [hooksAt('hooks', Post(), read)], fastify: {} })).resolves.toBeUndefined();
  });

  it.each<[string, MethodDecorator]>([
    ['GET', Get(':callbackId')],
    ['HEAD', Head(':callbackId')],
    ['ALL', All(':callbackId')],
  ])('does not boot when it answers %s, which link previews send', async (verb, route) => {
    await expect(boot({ controllers: [hooksAt('', route)] })).rejects.toThrow(
      new RegExp(`Hooks\\.complete: a ${verb} request must not complete a callback`),
    );
  });

  it('does not boot when a decorator has lost its signature check', async () => {
    const audited = (): MethodDecorator => (_target, _key, descriptor: PropertyDescriptor) => {
      const method = descriptor.value as (...args: unknown[]) => unknown;
      descriptor.value = function (this: unknown, ...args: unknown[]) {
        return method.apply(this, args);
      };
    };
    @Controller()
    class Lost {
      @Post(':callbackId')
      @audited()
      @CompletesCallback({ signature: { secret: 'k' } })
      complete(): void {}
    }
    @Controller()
    class Kept {
      @Post(':callbackId')
      @CompletesCallback({ signature: { secret: 'k' } })
      @audited()
      complete(): void {}
    }
    await expect(boot({ controllers: [Lost] })).rejects.toThrow(/Lost\.complete: a decorator between it and the route/);
    await expect(boot({ controllers: [Kept] })).resolves.toBeUndefined();
  });

  it('does not boot without a route', async () => {
    @Injectable()
    class Hooks {
      @CompletesCallback()
      complete(): void {}
    }
    await expect(boot({ providers: [Hooks] })).rejects.toThrow(/Hooks\.complete: the method needs a route/);
  });

  it('does not boot when it is a durable method too', async () => {
    @Controller()
    class Hooks {
      @Post(':callbackId')
      @Durable()
      @CompletesCallback()
      complete(): void {}
    }
    await expect(boot({ controllers: [Hooks] })).rejects.toThrow(
      /Hooks\.complete has @Durable\(\) and @CompletesCallback/,
    );
  });
});
