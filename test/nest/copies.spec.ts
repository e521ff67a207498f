import { execFileSync } from 'node:child_process';

/** Runs a program on the built package, where `import()` and `require()` load two copies of it. */
function output(program: string): string {
  const setup = `
    import 'reflect-metadata';
    import { createRequire } from 'node:module';
    import { Module, NotFoundException } from '@nestjs/common';
    const require = createRequire(process.cwd() + '/program.js');
    const decorate = (host, name, decorator) => {
      const descriptor = Object.getOwnPropertyDescriptor(host.prototype, name);
      decorator(host.prototype, name, descriptor);
      Object.defineProperty(host.prototype, name, descriptor);
    };
    const moduleOf = (durable, providers, client) => {
      class App {}
      Module({ imports: [durable.DurableExecutionModule.forRoot({ client })], providers })(App);
      return durable.createLambdaHandler(App, { nest: { logger: false } });
    };
    const lambda = { awsRequestId: 'r', getRemainingTimeInMillis: () => 60000 };
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/n/5f0c0a52-7a3e-4a57-9f0e-9d6f4a1f2c11';
    const execution = { Id: arn.split('/').at(-1), Type: 'EXECUTION', Status: 'STARTED', StartTimestamp: 1, ExecutionDetails: {} };
    const event = { DurableExecutionArn: arn, CheckpointToken: 't', InitialExecutionState: { Operations: [execution] } };
  `;
  const args = ['--experimental-require-module', '--no-warnings', '--input-type=module', '-e', setup + program];
  return execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

describe('Two copies of this package in one process', () => {
  it.each([
    ['CommonJS', 'ES modules'],
    ['ES modules', 'CommonJS'],
  ])('work as one: a library with the copy in %s, an application with that in %s', (library) => {
    const saved = output(`
      const copies = [require('nestjs-durable-execution'), await import('nestjs-durable-execution')];
      const [library, application] = ${library === 'CommonJS'} ? copies : copies.toReversed();
      class Payments { async charge() { return 1; } async refuse() { throw new NotFoundException(); } }
      decorate(Payments, 'charge', library.Step('charge'));
      decorate(Payments, 'refuse', library.Step('refuse'));
      class Orders {
        constructor(payments, context) { Object.assign(this, { payments, context }); }
        async order() {
          await this.payments.charge();
          await this.payments.refuse().catch(() => undefined);
          return typeof this.context.step;
        }
      }
      Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: Payments }, { index: 1, param: library.DurableContext }], Orders);
      decorate(Orders, 'order', application.Durable('order'));
      const names = [];
      const client = {
        checkpoint: async ({ Updates }) => (names.push(...Updates.map(({ Name, Action }) => Name + ' ' + Action)), { CheckpointToken: 't', NewExecutionState: { Operations: [] } }),
        getExecutionState: async () => ({ Operations: [] }),
      };
      const { Status } = await moduleOf(application, [Payments, Orders], client)(event, lambda);
      console.log(JSON.stringify({ Status, names }));
    `);
    expect(JSON.parse(saved)).toEqual({
      Status: 'SUCCEEDED',
      names: ['charge START', 'charge SUCCEED', 'refuse START', 'refuse FAIL'],
    });
  });

  it.each(['before', 'after'])(
    'work as one: an entry with the copy that is loaded %s the module was declared',
    (when) => {
      const answers = output(`
      const module = require('nestjs-durable-execution');
      const load = () => import('nestjs-durable-execution');
      if (${when === 'before'}) await load();
      class Jobs { async run() { return 'done'; } async queue() { return 'seen'; } }
      decorate(Jobs, 'run', module.Durable('job'));
      decorate(Jobs, 'queue', module.LambdaEvent((given) => given.ping === 1));
      class App {}
      Module({ imports: [module.DurableExecutionModule.forRoot({})], providers: [Jobs] })(App);
      const { createLambdaHandler } = await load();
      const handler = createLambdaHandler(App, { nest: { logger: false } });
      const { Result } = await handler(event, lambda);
      console.log(JSON.stringify([Result, await handler({ ping: 1 }, lambda)]));
    `);
      expect(JSON.parse(answers)).toEqual(['"done"', 'seen']);
    },
  );

  it.each(['forRoot', 'forRootAsync'])(
    'work as one: a library that has called %s() before the copy of the application was loaded',
    (forRoot) => {
      const seen = output(`
      const library = require('nestjs-durable-execution');
      const client = { checkpoint: () => undefined, getExecutionState: () => undefined };
      class Library {}
      const options = ${forRoot === 'forRoot'} ? { client } : { useFactory: () => ({ client }) };
      Module({ imports: [library.DurableExecutionModule.${forRoot}(options)] })(Library);
      const { createLambdaHandler, Durable, DurableContext } = await import('nestjs-durable-execution');
      class Jobs { constructor(context) { this.context = context; } async run() { return typeof this.context.step; } }
      Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: DurableContext }], Jobs);
      decorate(Jobs, 'run', Durable('job'));
      class App {}
      Module({ imports: [Library], providers: [Jobs] })(App);
      const { Result } = await createLambdaHandler(App, { nest: { logger: false } })(event, lambda);
      console.log(Result);
    `);
      expect(seen).toBe('"function"');
    },
  );

  it.each([
    ['CommonJS', 'ES modules'],
    ['ES modules', 'CommonJS'],
  ])('work as one: the module of the copy in %s, an entry and its logger of that in %s', (moduleCopy) => {
    const seen = output(`
      const copies = [require('nestjs-durable-execution'), await import('nestjs-durable-execution')];
      const [{ Durable, DurableExecutionModule }, { createLambdaHandler, DurableLoggerService }] =
        ${moduleCopy === 'CommonJS'} ? copies : copies.toReversed();
      class Jobs {
        async run(_input, context) {
          context.configureLogger({ modeAware: false });
          context.logger.info('told in every invocation');
          const once = { retryStrategy: () => ({ shouldRetry: false }) };
          const fail = (name, failure) => context.step(name, async () => { throw failure; }, once).catch((error) => error);
          await fail('second', await fail('first', new TypeError('the cause')));
          throw new NotFoundException('gone');
        }
      }
      decorate(Jobs, 'run', Durable('job'));
      const [updates, lines, hooked] = [[], [], []];
      const client = {
        checkpoint: async ({ Updates }) => (updates.push(...Updates), { CheckpointToken: 't', NewExecutionState: { Operations: [] } }),
        getExecutionState: async () => ({ Operations: [] }),
      };
      class App {}
      const onExecutionFailed = ({ error }) => void hooked.push(error instanceof NotFoundException);
      Module({ imports: [DurableExecutionModule.forRoot({ client, onExecutionFailed })], providers: [Jobs] })(App);
      const write = (record) => lines.push(record);
      const logger = new DurableLoggerService({ debug: write, info: write, warn: write, error: write });
      const handler = createLambdaHandler(App, { nest: { logger } });
      await handler(event, lambda);
      const failed = updates
        .filter(({ Type, Action }) => Type === 'STEP' && Action === 'FAIL')
        .map(({ Action, Error, ...members }) => ({ ...members, Status: 'FAILED', StepDetails: { Attempt: 1, Error } }));
      await handler({ ...event, InitialExecutionState: { Operations: [execution, ...failed] } }, lambda);
      const told = lines.filter(({ message }) => message === 'told in every invocation').length;
      const cause = lines.find(({ operationName }) => operationName === 'second').cause;
      console.log(JSON.stringify({ told, hooked, cause: [cause.errorMessage, Array.isArray(cause.stackTrace)] }));
    `);
    expect(JSON.parse(seen)).toEqual({ told: 2, hooked: [true, true], cause: ['the cause', true] });
  });

  it('work as one: the testing kit of one, and an application with the other', () => {
    const seen = output(`
      const { Durable, DurableClient, DurableExecutionModule } = require('nestjs-durable-execution');
      const { DurableTest } = await import('nestjs-durable-execution/testing');
      class Jobs {
        constructor(client) { this.client = client; }
        async run() { return 'done'; }
        async start() { return (await this.client.for(Jobs, 'run').start()).result(); }
      }
      Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: DurableClient }], Jobs);
      decorate(Jobs, 'run', Durable('job'));
      class App {}
      Module({ imports: [DurableExecutionModule.forRoot({})], providers: [Jobs] })(App);
      const test = await DurableTest.create({ imports: [App] });
      console.log(await test.get(Jobs).start(), test.runs.length);
      await test.close();
    `);
    expect(seen).toBe('done 1');
  });

  it('of different versions are a boot error', () => {
    const message = output(`
      globalThis[Symbol.for('nestjs-durable-execution')] = { version: '0.0.9', values: new Map(), otherVersions: new Set() };
      const durable = await import('nestjs-durable-execution');
      await moduleOf(durable, [], {})(event, lambda).catch(({ message }) => console.log(message));
    `);
    expect(message).toMatch(/Several versions of nestjs-durable-execution are loaded: 0\.0\.9, \d+\.\d+\.\d+/);
  });
});
