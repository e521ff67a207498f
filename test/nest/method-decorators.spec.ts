import { Controller, Injectable, Post, type Type } from '@nestjs/common';
import { ChildContext, Durable, DurableContext, LambdaEvent, Step } from 'nestjs-durable-execution';
import { apiGatewayV2 } from '../fixtures/http-events.js';
import { lambdaContext } from '../fixtures/memory-service.js';
import { handlerOf, runExecution } from '../fixtures/nest-execution.js';

/** As those for audits, caches and transactions: replaces the method, and forgets what was said of it. */
const audited = (): MethodDecorator => (_target, _key, descriptor: PropertyDescriptor) => {
  const method = descriptor.value as (...args: unknown[]) => unknown;
  descriptor.value = function (this: unknown, ...args: unknown[]) {
    return method.apply(this, args);
  };
};

/** A provider whose only method has these decorators, the innermost first. */
function hostWith(decorators: MethodDecorator[]): Type {
  @Injectable()
  class Host {
    async run(input: unknown): Promise<unknown> {
      return input;
    }
  }
  for (const decorate of decorators) {
    const descriptor = Object.getOwnPropertyDescriptor(Host.prototype, 'run')!;
    decorate(Host.prototype, 'run', descriptor);
    Object.defineProperty(Host.prototype, 'run', descriptor);
  }
  return Host;
}

const step = Step() as MethodDecorator;
const child = ChildContext() as MethodDecorator;

describe('A decorator that replaces the method', () => {
  it.each<[string, MethodDecorator[]]>([
    ['above', [Durable('job'), audited()]],
    ['below', [audited(), Durable('job')]],
    ['twice above', [Durable('job'), audited(), audited()]],
  ])('leaves @Durable() what it is, %s', async (_where, decorators) => {
    const run = await runExecution(handlerOf({ providers: [hostWith(decorators)] }), { '@durable': 'job', input: 7 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', result: 7 });
  });

  it('leaves a durable route and its steps what they are, above and below', async () => {
    let charges = 0;
    @Injectable()
    class Payments {
      @audited()
      @Step()
      @audited()
      async charge(): Promise<number> {
        return (charges += 1);
      }
    }
    @Controller()
    class Orders {
      constructor(
        readonly payments: Payments,
        readonly context: DurableContext,
      ) {}

      @Post('order')
      @audited()
      @Durable('order')
      @audited()
      async order(): Promise<unknown> {
        const charge = await this.payments.charge();
        await this.context.wait('a day', { days: 1 });
        return { charge };
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Payments, DurableContext], Orders);
    const handler = handlerOf({ controllers: [Orders], providers: [Payments] });
    const run = await runExecution(handler, apiGatewayV2({ method: 'POST', path: '/order' }));
    expect(run).toMatchObject({ status: 'SUCCEEDED', body: { charge: 1 }, invocations: 2 });
    expect(charges).toBe(1);
  });

  it('leaves each heir of a class its own name', async () => {
    abstract class Job {
      abstract readonly of: string;

      @audited()
      @Durable()
      async run(): Promise<string> {
        return this.of;
      }
    }
    @Injectable()
    class Import extends Job {
      readonly of = 'import';
    }
    @Injectable()
    class Export extends Job {
      readonly of = 'export';
    }
    const handler = handlerOf({ providers: [Import, Export] });
    expect(await runExecution(handler, { '@durable': 'Import.run' })).toMatchObject({ result: 'import' });
    expect(await runExecution(handler, { '@durable': 'Export.run' })).toMatchObject({ result: 'export' });
  });

  it('leaves @LambdaEvent() what it is', async () => {
    const handler = handlerOf({ providers: [hostWith([LambdaEvent((event) => 'ping' in event), audited()])] });
    await expect(handler({ ping: 1 }, lambdaContext())).resolves.toEqual({ ping: 1 });
  });
});

describe('A method that is the body of an execution and an operation of one', () => {
  it.each<[string, MethodDecorator[]]>([
    ['@Step()', [step, Durable('job')]],
    ['@Step()', [Durable('job'), step]],
    ['@ChildContext()', [child, Durable('job')]],
    ['@ChildContext()', [Durable('job'), child]],
    ['@Step()', [step, audited(), Durable('job')]],
    ['@Step()', [Durable('job'), audited(), step]],
  ])('does not boot (%s)', async (operation, decorators) => {
    const handler = handlerOf({ providers: [hostWith(decorators)] });
    await expect(runExecution(handler, {})).rejects.toThrow(`Host.run has @Durable() and ${operation}`);
  });
});
