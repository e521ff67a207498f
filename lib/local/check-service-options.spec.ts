import { assertServiceOptions } from './check-service-options.js';
import { ManualClock } from './clock/manual-clock.js';
import { WorkerFunctions } from './functions/worker-functions.js';
import type { WorkerFunctionDefinition } from './functions/worker-function-definition.js';
import type { LocalServiceOptions } from './local-service-options.js';

const handler = () => 'done';
const order = (spec: object) => ({ functions: { order: spec } });

describe('assertServiceOptions', () => {
  it('accepts options in which everything is set, and absent ones', () => {
    const durable = { executionTimeoutSeconds: 0.5, retentionPeriodInDays: 7, kmsKeyArn: 'arn:aws:kms:x' };
    const options: LocalServiceOptions = {
      functions: {
        order: { handler, durable, timeoutSeconds: 0.2 },
        resize: {
          module: './resize.mjs',
          export: 'resize',
          environment: { TZ: '', UNSET: undefined as never },
          concurrency: 2,
          memorySizeMb: 64,
        },
      },
      host: '127.0.0.1',
      port: 0,
      allowedHosts: ['service', '192.168.1.5', '[FD00::5]'],
      timeScale: 60,
      skipTime: false,
      dataDirectory: undefined,
      limits: { operationPayloadBytes: 10, pageBytes: Infinity },
      retryPolicy: { maxAttempts: 3, firstDelaySeconds: 0 },
      region: 'us-east-1',
      accountId: '123456789012',
      includeExecutionData: true,
      random: Math.random,
      onFailure: () => undefined,
      log: () => undefined,
      workers: { idleMs: 0, watch: { onReload: () => undefined, onError: () => undefined } },
      clock: new ManualClock(0),
    };
    expect(() => assertServiceOptions(options)).not.toThrow();
  });

  it('accepts what code gives that shares its settings: definitions with their names, and no limit', () => {
    const definition: WorkerFunctionDefinition = { name: 'order', module: './order.mjs', concurrency: Infinity };
    const shared = { timeoutSeconds: Infinity, durable: undefined };
    const functions = { order: definition, ship: { ...shared, handler, name: 'ship' } };
    expect(() => assertServiceOptions({ functions })).not.toThrow();
  });

  it('leaves functions to a runtime that is given', () => {
    const runtime = { invoke: handler, close: handler } as never;
    expect(() => assertServiceOptions({ functions: [{ name: 'order' }], runtime })).not.toThrow();
    expect(() => assertServiceOptions({ functions: { order: {} as never }, runtime })).not.toThrow();
  });

  it.each<[unknown, string]>([
    [undefined, 'options is missing; it must be an object.'],
    [{}, 'functions is missing; it must be an object.'],
    [{ functions: {}, skiptime: true }, 'skiptime is not a known key; known are '],
    [{ functions: { 'no spaces': { handler } } }, 'the name in functions must be 1 to 64 letters'],
    [order({}), 'functions.order must have a handler or a module.'],
    [order({ handler: 'order' }), 'functions.order.handler must be a function, not "order".'],
    [order({ handler, module: './order.mjs' }), 'functions.order has a handler and a module; give one of them.'],
    [order({ handler, timeout: 5 }), 'functions.order.timeout is not a known key'],
    [order({ handler, durable: 'yes' }), 'functions.order.durable must be an object, not "yes".'],
    [order({ handler, durable: {} }), 'functions.order.durable.executionTimeoutSeconds is missing'],
    [
      order({ handler, timeoutSeconds: '5' }),
      'functions.order.timeoutSeconds must be a number greater than 0, not "5".',
    ],
    [{ functions: {}, retryPolicy: { attempts: 3 } }, 'retryPolicy.attempts is not a known key'],
    [{ functions: {}, limits: { pageBytes: NaN } }, 'limits.pageBytes must be a number of at least 0, not NaN.'],
    [{ functions: {}, timeScale: Infinity }, 'timeScale must be a number greater than 0, not Infinity.'],
    [
      order({ handler, timeoutSeconds: 5n }),
      'functions.order.timeoutSeconds must be a number greater than 0, not bigint.',
    ],
    [{ functions: {}, log: 'quiet' }, 'log must be a function, not "quiet".'],
    [{ functions: {}, allowedHosts: 'service' }, 'allowedHosts must be an array, not "service".'],
    [{ functions: {}, allowedHosts: ['a', ''] }, 'allowedHosts[1] must be the name of a host, without a port, not "".'],
    [{ functions: {}, allowedHosts: ['service:80'] }, 'allowedHosts[0] must be the name of a host, without a port'],
    [{ functions: {}, clock: null }, 'clock must be an object with a method now().'],
    [{ functions: {}, clock: Date }, 'clock must be an object with a method schedule().'],
    [{ functions: {}, runtime: {} }, 'runtime must be an object with a method invoke().'],
    [{ functions: null, runtime: { invoke: handler, close: handler } }, 'functions must be an object, not null.'],
    [{ functions: {}, workers: { idelMs: 5 } }, 'workers.idelMs is not a known key; known are '],
    [{ functions: {}, workers: { idleMs: NaN } }, 'workers.idleMs must be a number of at least 0, not NaN.'],
    [{ functions: {}, workers: { watch: true } }, 'workers.watch must be an object, not true.'],
    [order({ module: './m.mjs', concurency: 2 }), 'functions.order.concurency is not a known key; known are '],
    [order({ module: './m.mjs', environment: 'A=1' }), 'functions.order.environment must be an object, not "A=1".'],
    [
      order({ module: './m.mjs', environment: { PORT: 80 } }),
      'functions.order.environment.PORT must be a text, not 80.',
    ],
    [
      order({ module: './m.mjs', environment: { TZ: null } }),
      'functions.order.environment.TZ must be a text, not null.',
    ],
  ])('refuses %p', (options, problem) => {
    const start = () => assertServiceOptions(options as LocalServiceOptions);
    expect(start).toThrow(TypeError);
    expect(start).toThrow(`startLocalService(): ${problem}`);
  });

  it.each<[unknown, string]>([
    [undefined, 'options is missing; it must be an object.'],
    [{ functions: [] }, 'serviceEndpoint is missing; it must be a function.'],
    [{ functions: {}, serviceEndpoint: handler }, 'functions must be an array, not {}.'],
    [
      { functions: [{ module: 'm.mjs' }], serviceEndpoint: handler },
      'functions[0].name is missing; it must be 1 to 64',
    ],
    [{ functions: [], serviceEndpoint: handler, idelMs: 5 }, 'idelMs is not a known key; known are '],
  ])('refuses %p of WorkerFunctions', (options, problem) => {
    expect(() => new WorkerFunctions(options as never)).toThrow(`WorkerFunctions: ${problem}`);
  });

  it('names the option whose value refers to itself, as loggers do', () => {
    const log: Record<string, unknown> = {};
    log.parent = log;
    const start = () => assertServiceOptions({ functions: {}, log: log as never });
    expect(start).toThrow('startLocalService(): log must be a function, not object.');
  });
});
