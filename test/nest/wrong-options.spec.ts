import { Injectable, Module } from '@nestjs/common';
import {
  CheckpointService,
  ChildContext,
  Compensate,
  CompletesCallback,
  createLambdaHandler,
  Durable,
  DurableClient,
  DurableControlClient,
  DurableExecutionModule,
  type DurableExecutionModuleOptions,
  LambdaEvent,
  type LambdaHandlerOptions,
  OnExecutionStatus,
  Step,
} from 'nestjs-durable-execution';
import { DurableTest } from 'nestjs-durable-execution/testing';

/** What the compiler would refuse: a JavaScript file, or options that are put together at run time. */
const unseen = (options: unknown): never => options as never;

@Module({ imports: [DurableExecutionModule.forRoot()] })
class AppModule {}

async function boot(options: DurableExecutionModuleOptions): Promise<void> {
  await using test = await DurableTest.create({ imports: [DurableExecutionModule.forRoot(options)] });
  expect(test.runs).toEqual([]);
}

describe('An option that does not exist is refused, with the names that do', () => {
  it('by forRoot()', async () => {
    await expect(boot(unseen({ function: { ship: 'shop:live' } }))).rejects.toThrow(
      /DurableExecutionModule\.forRoot\(\) has no option "function"\. Its options are: .*functions/,
    );
    await expect(boot(unseen({ direct: { globalGuard: false } }))).rejects.toThrow(
      /direct has no option "globalGuard"/,
    );
    await expect(boot(unseen({ engine: { plugin: [] } }))).rejects.toThrow(/engine has no option "plugin".*plugins/);
    await expect(boot(unseen({ lambda: { url: 'http://127.0.0.1:9090' } }))).rejects.toThrow(
      /no option "url".*endpoint/,
    );
  });

  it('also with a name that every object inherits', async () => {
    await expect(boot(unseen({ constructor: 1 }))).rejects.toThrow(/has no option "constructor"/);
  });

  it('by createLambdaHandler()', () => {
    expect(() => createLambdaHandler(AppModule, unseen({ handlr: 'ship' }))).toThrow(
      /createLambdaHandler\(\) has no option "handlr"\. Its options are: .*handler, handlers/,
    );
  });

  it('by decorators', () => {
    expect(() => Step(unseen({ retries: 3 }))).toThrow(/@Step\(\) has no option "retries".*retryStrategy/);
    expect(() => Step('charge', unseen({ retry: 3 }))).toThrow(/@Step\(\) has no option "retry"/);
    expect(() => Durable('ship', unseen({ retries: 3 }))).toThrow(/@Durable\(\) has no option "retries"/);
    expect(() => ChildContext(unseen({ retries: 3 }))).toThrow(/@ChildContext\(\) has no option "retries"/);
    expect(() => Compensate('charge', unseen({ retry: 3 }))).toThrow(/@Compensate\(\) has no option "retry"/);
    expect(() => LambdaEvent('sqs', unseen({ queue: 'orders' }))).toThrow(/@LambdaEvent\(\) has no option "queue"/);
    expect(() => OnExecutionStatus(unseen({ status: ['FAILED'] }))).toThrow(/has no option "status".*statuses/);
  });

  it.each([[DurableClient], [{ token: DurableControlClient, optional: true }], [CheckpointService]])(
    'by forRootAsync() that injects what is made of the options: %p',
    (injected) => {
      const inject = ['CONFIG', injected];
      expect(() => DurableExecutionModule.forRootAsync({ inject, useFactory: () => ({}) })).toThrow(
        /^forRootAsync\(\) injects \w+, which is made of the options that it returns/,
      );
    },
  );

  it('by forRootAsync()', () => {
    expect(() => DurableExecutionModule.forRootAsync(unseen({ client: {}, useFactory: () => ({}) }))).toThrow(
      /DurableExecutionModule\.forRootAsync\(\) has no option "client"\. Its options are: .*useFactory/,
    );
    expect(() => DurableExecutionModule.forRootAsync({ inject: ['CONFIG'] })).toThrow(
      /needs one of: useFactory, useClass, useExisting/,
    );
  });

  it('by a webhook, which would accept unsigned requests', () => {
    expect(() => CompletesCallback(unseen({ secret: 'x' }))).toThrow(
      /@CompletesCallback\(\) has no option "secret"\. Its options are: callbackId, parameter, signature\./,
    );
    expect(() => CompletesCallback({ signature: unseen({ secret: 'x', timestampheader: 'x-time' }) })).toThrow(
      /signature has no option "timestampheader".*timestampHeader/,
    );
  });
});

describe('A value of another type is refused', () => {
  it.each<[string, object]>([
    ['adapter', { adapter: {} }],
    ['basePath', { basePath: true }],
    ['configure', { configure: {} }],
    ['handlers', { handlers: 'ship' }],
    ['http', { http: 'false' }],
  ])('by createLambdaHandler(): %s', (name, options) => {
    expect(() => createLambdaHandler(AppModule, options as LambdaHandlerOptions)).toThrow(
      new RegExp(`The option "${name}" of createLambdaHandler\\(\\) has a wrong value`),
    );
  });

  it.each<[string, object]>([
    ['admission', { admission: true }],
    ['admission', { admission: { save: () => 1 } }],
    ['errors', { errors: { match: 'Error' } }],
    ['looksPerSecond', { looksPerSecond: '10' }],
    ['onStepFailed', { onStepFailed: 'log' }],
    ['redact', { redact: /secret/ }],
  ])('by forRoot(): %s', async (name, options) => {
    await expect(boot(unseen(options))).rejects.toThrow(
      new RegExp(`The option "${name}" of DurableExecutionModule\\.forRoot\\(\\) has a wrong value`),
    );
  });

  it('by decorators', () => {
    expect(() => Step(unseen({ idempotent: 'yes' }))).toThrow(
      'The option "idempotent" of @Step() has a wrong value (a string). It must be: boolean.',
    );
    expect(() => Step(unseen({ name: 5 }))).toThrow(/"name" of @Step\(\) has a wrong value \(5\)/);
    expect(() => Step(unseen({ name: null }))).toThrow(/a wrong value \(null\)/);
    expect(() => Step(unseen({ name: {} }))).toThrow(/a wrong value \(an object\)/);
    expect(() => OnExecutionStatus(unseen({ statuses: ['FAILD'] }))).toThrow(
      /has the status 'FAILD' in `statuses`, which this package does not know\. Known: .*FAILED.*@LambdaEvent\(\)/,
    );
  });

  it('by a webhook, with its method', () => {
    class Approvals {
      decide(): void {}
    }
    const decide = Object.getOwnPropertyDescriptor(Approvals.prototype, 'decide')!;
    const signature = unseen({ secret: 'x', scheme: 'githb' });
    expect(() => CompletesCallback({ signature })(Approvals.prototype, 'decide', decide)).toThrow(
      /^@CompletesCallback\(\) on Approvals\.decide: There is no signature scheme "githb"/,
    );
  });

  it('by @Durable(), when the application boots', async () => {
    @Injectable()
    class Orders {
      @Durable('place', { admission: unseen({ restore: () => undefined }) })
      async place(): Promise<void> {}
    }
    await expect(DurableTest.create({ providers: [Orders] })).rejects.toThrow(
      /The option "admission" of @Durable\(\) on Orders\.place .* both save and restore/,
    );
  });
});

describe('Options that are no object are refused', () => {
  it.each<[string, (given: never) => unknown]>([
    ['DurableExecutionModule.forRoot()', (given) => DurableExecutionModule.forRoot(given)],
    ['DurableExecutionModule.forRootAsync()', (given) => DurableExecutionModule.forRootAsync(given)],
    ['createLambdaHandler()', (given) => createLambdaHandler(AppModule, given)],
    ['@Step()', (given) => Step(given)],
  ])('by %s', (place, take) => {
    for (const given of [null, 5, []])
      expect(() => take(unseen(given))).toThrow(`${place} needs an object as its options, and received`);
  });
});

it('A value of null is refused where it would silently mean something else', async () => {
  expect(() => createLambdaHandler(AppModule, unseen({ handler: null }))).toThrow(/"handler" .* wrong value/);
  expect(() => CompletesCallback(unseen({ signature: null }))).toThrow(/"signature" .* wrong value/);
  await expect(boot(unseen({ admission: null }))).rejects.toThrow(/"admission" .* wrong value/);
});

it('Options without a value, and `false` where it has a meaning, are no mistakes', async () => {
  await expect(boot({ redact: undefined, errors: false, admission: false })).resolves.toBeUndefined();
  expect(createLambdaHandler(AppModule, { basePath: false, handler: undefined })).toBeInstanceOf(Function);
});
