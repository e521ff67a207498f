import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { MetadataScanner, ModulesContainer, NestFactory } from '@nestjs/core';
import { durableModules, explainedBoot } from '../nest/copies.js';
import type { DurableMark } from '../nest/decorators/durable-options.js';
import { placeOf } from '../nest/discovery/discovered-handler.js';
import type { HandlerMethod, InstanceWrapper } from '../nest/discovery/discovered-handler.js';
import { MethodExplorer } from '../nest/discovery/method-explorer.js';
import { durableMarkOf, isRoute, markOf } from '../nest/discovery/method-marks.js';
import {
  DURABLE_HANDLER_VARIABLE,
  DURABLE_METADATA,
  LAMBDA_EVENT_METADATA,
  NestMetadata,
  WEBHOOK_METADATA,
} from '../nest/durable-execution.constants.js';
import type { DurableExecutionModuleOptions } from '../nest/durable-execution.options.js';
import type { RootModule } from '../nest/lambda/boot-application.js';
import { findRoot } from './find-root.js';
import type { DeployedRoot } from './find-root.js';
import { injectedClassNames } from './injected.js';
import type { Manifest, ManifestEvent, ManifestFunction, ManifestHandler, ManifestRoute } from './manifest.js';
import {
  callbackSenderStatements,
  durableFunctionStatements,
  healthCheckStatements,
  operatorStatements,
  starterStatements,
} from './statements.js';

/**
 * Reads what the code of an application states about its deployment: handlers, routes, events, IAM statements,
 * environment. Nothing of the application is constructed and no hook is called, so it needs no database and no
 * credentials.
 *
 * @param exports what the function's file exports: handlers of `createLambdaHandler()`, or the root module
 * @param name the export to use, if there are several
 * @throws {TypeError} when there is no handler and no module, or the choice is ambiguous
 * @example
 * ```ts
 * const { iam, handlers } = await readManifest(await import('../dist/lambda.js'));
 * ```
 */
export async function readManifest(exports: Readonly<Record<string, unknown>>, name?: string): Promise<Manifest> {
  const root = findRoot(exports, name);
  const isGiven = isContext(root.application);
  const app = isGiven ? (root.application as INestApplicationContext) : await preview(root.application as RootModule);
  try {
    return manifestOf(app.get(ModulesContainer), root);
  } finally {
    if (!isGiven) await app.close();
  }
}

async function preview(root: RootModule): Promise<INestApplicationContext> {
  try {
    return await NestFactory.createApplicationContext(root, { preview: true, logger: false, abortOnError: false });
  } catch (error) {
    throw explainedBoot(error);
  }
}

function isContext(value: unknown): value is INestApplicationContext {
  return typeof value === 'object' && value !== null && 'init' in value && 'close' in value;
}

function manifestOf(modules: ModulesContainer, { functions }: DeployedRoot): Manifest {
  const explorer = MethodExplorer.of(modules);
  const handlers = handlersOf(explorer);
  const routes = routesOf(modules);
  const options = optionsOf(modules);
  const injected = injectedClassNames(modules, isOwn);
  const isOperator = injected.has('DurableControlClient');
  const sendsCallbacks = isOperator || routes.some(({ completesCallbacks }) => completesCallbacks);
  return {
    version: 1,
    functions: functions.map((each) => functionOf(each, handlers)),
    handlers,
    routes,
    events: explorer
      .ofProviders<EventMark>(LAMBDA_EVENT_METADATA)
      .map(({ mark, ...found }) => ({ at: placeOf(found), ...eventOf(mark) })),
    iam: {
      ...(handlers.length > 0 && { durableFunction: durableFunctionStatements() }),
      ...(injected.has('DurableClient') && { starter: starterStatements(Object.values(options?.functions ?? {})) }),
      ...(isOperator && { operator: operatorStatements() }),
      ...(sendsCallbacks && { callbackSender: callbackSenderStatements() }),
      ...(injected.has(HEALTH_INDICATOR) && { healthCheck: healthCheckStatements() }),
    },
    environment: environmentOf(handlers),
    warnings: handlers.filter(({ nameIsExplicit }) => !nameIsExplicit).map(renamable),
    notDerivable: [...notDerivable(options), ...(injected.has('DurableClient') ? [FURTHER_CALLS] : [])],
  };
}

/** Its one call needs less than `DurableControlClient`, which it injects. */
const HEALTH_INDICATOR = 'DurableHealthIndicator';

function isOwn(type: unknown): boolean {
  return durableModules.has(type) || (typeof type === 'function' && type.name === HEALTH_INDICATOR);
}

function handlersOf(explorer: MethodExplorer): ManifestHandler[] {
  const found = explorer.ofAll<DurableMark>(DURABLE_METADATA);
  return found.map(({ mark, ...method }) => ({
    name: mark.name ?? placeOf(method),
    at: placeOf(method),
    nameIsExplicit: mark.name !== undefined && mark.name !== placeOf(method),
    route: isRoute(method.method) ? 'http' : 'direct',
  }));
}

function functionOf(
  { name, declared }: DeployedRoot['functions'][number],
  all: readonly ManifestHandler[],
): ManifestFunction {
  const handlers = all.map((handler) => handler.name).filter((each) => declared.handlers?.includes(each) ?? true);
  const { handler: defaultHandler, servesHttp: http } = declared;
  return { export: name, handlers, ...(defaultHandler !== undefined && { defaultHandler }), http };
}

type EventMark = Omit<ManifestEvent, 'at'> & { matches?: unknown };

function eventOf({ source, from }: EventMark): Omit<ManifestEvent, 'at'> {
  return { ...(source !== undefined && { source }), ...(from !== undefined && { from }) };
}

/** All routes, also those of controllers without a decorator of this package. */
function routesOf(modules: ModulesContainer): ManifestRoute[] {
  const scanner = new MetadataScanner();
  const hosts = [...modules.values()].flatMap(({ controllers }) => [...controllers.values()]);
  return hosts.flatMap((host) => {
    const prototype = (host.metatype as { prototype?: Record<string, HandlerMethod> } | null)?.prototype;
    if (!prototype) return [];
    const methods = scanner.getAllMethodNames(prototype).map((name) => ({ name, method: prototype[name]! }));
    return methods
      .filter(({ method }) => isRoute(method))
      .flatMap((found) => routesOfMethod(host, { ...found, prototype }));
  });
}

function routesOfMethod(
  { metatype }: InstanceWrapper,
  { name, method, prototype }: { name: string; method: HandlerMethod; prototype: object },
): ManifestRoute[] {
  const verb = RequestMethod[Reflect.getMetadata(NestMetadata.ROUTE_METHOD, method) as RequestMethod];
  const prefixes = pathsOf(metatype as object);
  const route = {
    at: `${(metatype as { name: string }).name}.${name}`,
    method: verb,
    durable: durableMarkOf(method, prototype, name) !== undefined,
    completesCallbacks: markOf(WEBHOOK_METADATA, { target: prototype, name, method }) !== undefined,
  };
  return prefixes.flatMap((prefix) => pathsOf(method).map((path) => ({ ...route, path: joined(prefix, path) })));
}

function joined(...parts: string[]): string {
  return `/${parts.join('/')}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');
}

function pathsOf(target: object): string[] {
  return [(Reflect.getMetadata(NestMetadata.ROUTE_PATH, target) as string | string[] | undefined) ?? ''].flat();
}

/** `undefined` if a factory creates them, or the application does not import the module. */
function optionsOf(modules: ModulesContainer): DurableExecutionModuleOptions | undefined {
  for (const module of modules.values()) {
    const token = durableModules.get(module.metatype);
    const instance =
      token === undefined ? undefined : module.getProviderByKey<DurableExecutionModuleOptions>(token)?.instance;
    if (instance) return instance;
  }
  return undefined;
}

function environmentOf(handlers: readonly ManifestHandler[]): Manifest['environment'] {
  const values = handlers.filter(({ route }) => route === 'direct').map(({ name }) => name);
  if (values.length < 2) return [];
  const why = 'Names the handler for inputs that name none, such as those that DurableClient has not started.';
  return [{ name: DURABLE_HANDLER_VARIABLE, values, why }];
}

function renamable({ at }: ManifestHandler): string {
  return `@Durable() on ${at} has no explicit name: a bundler that renames classes changes it, also for running executions.`;
}

const FURTHER_CALLS =
  'What code calls on DurableClient beyond starting, listing, describing and awaiting executions: history() and onProgress need ' +
  'lambda:GetDurableExecutionHistory; stop(), pause(), resume() and delete() need lambda:StopDurableExecution, …Pause…, ' +
  '…Resume…, …Delete…; succeedCallback(), failCallback() and heartbeatCallback() need ' +
  'lambda:SendDurableExecutionCallbackSuccess, …Failure, …Heartbeat; all on <function ARN>:*.';

function notDerivable(options: DurableExecutionModuleOptions | undefined): string[] {
  return [
    'Timeouts, retention and the KMS key of DurableConfig; with a key, kms:Decrypt on it for every role.',
    'Targets of context.invoke(): lambda:InvokeFunction on the qualified ARN of each, for the role of the function that invokes.',
    'A global prefix and versions of routes, which configure() sets.',
    ...(options ? [] : ['The functions of forRootAsync(), which a factory creates.']),
  ];
}
