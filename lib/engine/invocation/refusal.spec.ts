import { RecordingLogger } from '../../../test/engine/support/recording-logger.js';
import { connectionReset, StrictService } from '../../../test/engine/support/strict-service.js';
import { turns } from '../../../test/engine/support/turns.js';
import { lambdaContext } from '../../../test/fixtures/memory-service.js';
import { NotDeployedError } from '../../wire/not-deployed.js';
import type { EngineConfig } from './engine-config.js';
import { ConfigValidationError } from '../base/errors/context-errors.js';
import { PluginLoadError } from './plugins/plugin-load-error.js';
import { type InvocationRequest, refuseInvocation, runInvocation } from './run-invocation.js';

type Mistake = Partial<InvocationRequest> & { config?: EngineConfig };

const problem = new ConfigValidationError('There is no handler "ship". Name one of these: order, bill.');
const notThere = new NotDeployedError('The package `aws4` cannot be loaded. Install it.');

/** An execution in which nothing has happened, or one that has done a step and is resumed. */
function serviceOf({ underWay = false, pages = false } = {}): StrictService {
  const service = new StrictService({ id: 'A-1' });
  if (underWay) service.operations.set('s', { Id: 's', Type: 'STEP', Status: 'SUCCEEDED', Name: 'charge' });
  if (pages) Object.assign(service, { firstPageItems: 0, pageItems: 1 });
  return service;
}

class Deployment {
  readonly logger = new RecordingLogger();
  bodies = 0;

  constructor(
    readonly service: StrictService,
    private readonly mistake: Mistake,
  ) {}

  invoke(): Promise<unknown> {
    const { client = this.service, config, ...others } = this.mistake;
    return runInvocation({
      event: this.service.event(),
      lambdaContext: lambdaContext(),
      client,
      config: { logger: this.logger, ...config },
      body: async () => (this.bodies += 1),
      ...others,
    });
  }

  get lines(): unknown[] {
    return this.logger.records.map(({ level, record }) => [level, record.path, record.errorType]);
  }
}

const withoutTransport = (service: StrictService, failure: Error = notThere): Mistake => ({
  client: {
    checkpoint: (request) => service.checkpoint(request),
    getExecutionState: (request) => service.getExecutionState(request),
    preload: () => Promise.reject(failure),
  },
});

const mistakes: Array<[what: string, errorType: string, mistake: (service: StrictService) => Mistake]> = [
  ['a transport that is not there', 'TransportLoadError', withoutTransport],
  [
    'a plugin that is not there',
    'PluginLoadError',
    () => ({ plugins: Promise.reject(new PluginLoadError('Plugin module "x" could not be loaded.')) }),
  ],
  [
    'a setting that can never be valid',
    'ConfigValidationError',
    () => ({ config: { pluginsConfig: { childOperationsDepth: -1 } } }),
  ],
  [
    'a handler that turns out not to be there',
    'ConfigValidationError',
    () => ({ body: (invocation) => invocation.refuse(problem) }),
  ],
];

afterEach(() => turns(3));

describe.each(mistakes)('%s', (_, errorType, mistake) => {
  it.each([
    ['at once', false],
    ['as its further pages show', true],
  ])('fails an execution without operations, %s', async (__, pages) => {
    const service = serviceOf({ pages });
    const deployment = new Deployment(service, mistake(service));
    await expect(deployment.invoke()).resolves.toMatchObject({ Status: 'FAILED', Error: { ErrorType: errorType } });
    expect([deployment.bodies, deployment.lines]).toEqual([0, [['error', 'deployment', errorType]]]);
    expect(service.updates).toEqual([]);
  });

  it.each([
    ['in the event', false],
    ['on further pages', true],
  ])('is thrown in an execution whose operations are %s', async (__, pages) => {
    const service = serviceOf({ underWay: true, pages });
    const deployment = new Deployment(service, mistake(service));
    await expect(deployment.invoke()).rejects.toMatchObject({ name: errorType });
    expect([deployment.bodies, deployment.lines]).toEqual([0, [['error', 'deployment', errorType]]]);
    expect(service.updates).toEqual([]);
  });
});

describe('a mistake of the deployment', () => {
  it('is thrown where nobody can tell whether the execution is new', async () => {
    const service = serviceOf({ pages: true });
    service.interfere = () => {
      throw connectionReset();
    };
    const deployment = new Deployment(service, withoutTransport(service));
    await expect(deployment.invoke()).rejects.toMatchObject({ name: 'TransportLoadError' });
  });

  it.each([
    ['the event', false],
    ['all pages', true],
  ])('is thrown where the EXECUTION operation is missing in %s', async (_, pages) => {
    const service = serviceOf({ pages });
    service.operations.clear();
    const deployment = new Deployment(service, { plugins: Promise.reject(new PluginLoadError('It is not there.')) });
    await expect(deployment.invoke()).rejects.toMatchObject({ name: 'PluginLoadError' });
  });

  it('tells the hook for failed executions, once', async () => {
    const failures: unknown[] = [];
    const service = serviceOf();
    const hooks = { onExecutionFailed: (failure: unknown) => void failures.push(failure) };
    await new Deployment(service, { ...withoutTransport(service), config: hooks }).invoke();
    expect(failures).toEqual([expect.objectContaining({ error: expect.objectContaining({ cause: notThere }) })]);
  });

  it('is not what a preload failed with that has nothing to do with it: the calls tell', async () => {
    const service = serviceOf();
    const deployment = new Deployment(service, withoutTransport(service, new Error('The vault is closed.')));
    await expect(deployment.invoke()).resolves.toEqual({ Status: 'SUCCEEDED', Result: '1' });
  });

  it('is waited for before user code runs, beside the pages of the state', async () => {
    const service = serviceOf({ pages: true });
    let load!: () => void;
    const loading = new Promise<void>((resolve) => (load = resolve));
    const client: Mistake['client'] = {
      checkpoint: (request) => service.checkpoint(request),
      getExecutionState: (request) => service.getExecutionState(request),
      preload: () => loading,
    };
    const deployment = new Deployment(service, { client });
    const ending = deployment.invoke();
    await turns(6);
    expect([deployment.bodies, service.calls.length]).toEqual([0, 1]);
    load();
    await expect(ending).resolves.toMatchObject({ Status: 'SUCCEEDED' });
  });
});

describe('refuseInvocation', () => {
  const refuse = (service: StrictService, event: object = service.event()) =>
    refuseInvocation(
      {
        event: event as never,
        lambdaContext: lambdaContext(),
        client: service,
        config: { logger: new RecordingLogger() },
      },
      problem,
    );

  it('fails a new execution with the problem, and throws it where one is under way', async () => {
    const { message: ErrorMessage } = problem;
    await expect(refuse(serviceOf())).resolves.toMatchObject({ Status: 'FAILED', Error: { ErrorMessage } });
    await expect(refuse(serviceOf({ underWay: true }))).rejects.toBe(problem);
  });

  it('throws for an event without readable state, and for one that is not durable', async () => {
    const service = serviceOf();
    await expect(refuse(service, { ...service.event(), InitialExecutionState: {} })).rejects.toBe(problem);
    await expect(refuse(service, { orderId: 7 })).rejects.toMatchObject({ code: 'NOT_DURABLE' });
  });
});
