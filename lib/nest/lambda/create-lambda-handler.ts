import type { INestApplicationContext } from '@nestjs/common';
import type { LambdaContext } from '../../engine/base/lambda-context.js';
import { shared } from '../../process-state.js';
import type { ChosenHandler } from '../discovery/durable.registry.js';
import { DURABLE_HANDLER_VARIABLE } from '../durable-execution.constants.js';
import { noRootModule } from './lambda.messages.js';
import { assertOptions, type OptionTypes } from '../errors/assert-options.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { Application } from './application.js';
import { type ApplicationSettings, type HttpKind, isApplication, type RootModule } from './boot-application.js';
import { declareHandler } from './declared-handlers.js';
import { Dispatcher } from './dispatcher.js';

/** Set by the Lambda runtime in every sandbox. */
const LAMBDA_INIT_VARIABLE = 'AWS_LAMBDA_INITIALIZATION_TYPE';

export interface LambdaHandlerOptions extends ApplicationSettings {
  /**
   * The `@Durable()` method for executions whose input names none, because `DurableClient` has not started them.
   * @defaultValue the environment variable `DURABLE_HANDLER`, or else the only such method
   */
  handler?: string;
  /** The `@Durable()` methods that this function runs, routes included. @defaultValue all of the application */
  handlers?: readonly string[];
  /**
   * Whether HTTP events reach the router, directly and as inputs of executions; the application then boots with HTTP.
   * `true` makes a missing HTTP platform an error of the boot.
   * @defaultValue true, unless a handler is named
   */
  http?: boolean;
  /**
   * The prefix of the application's routes in the paths of HTTP events, such as `/v1`: the mapping key of an HTTP API's
   * custom domain, which events do not name. `false` leaves every path unchanged.
   * @defaultValue stages, and mappings of REST APIs, are removed; nothing else is
   */
  basePath?: string | false;
  /**
   * Whether Lambda's init phase boots the application and loads what events will need.
   * @defaultValue true
   */
  preload?: boolean;
}

const OPTIONS: OptionTypes<LambdaHandlerOptions> = {
  adapter: 'function',
  basePath: 'string or false',
  configure: 'function',
  enableShutdownHooks: 'boolean',
  handler: 'string',
  handlers: 'array',
  http: 'boolean',
  nest: 'object',
  preload: 'boolean',
};

/** A Lambda handler; it may run any number of invocations concurrently. */
export type LambdaHandler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/**
 * Creates the entry of a Lambda function for durable invocations, plain HTTP requests, and events of other sources,
 * which go to `@LambdaEvent()` methods.
 *
 * The application boots once, and all handlers of a root module share it; a failed boot is retried in the next
 * invocation. An execution runs the `@Durable()` method that its caller has named. Without a name it runs the route if
 * its input is an HTTP event, and otherwise the method that is configured here.
 *
 * @param application - the root module, or an application that was made by `NestFactory` or in a test: then `nest` and
 *   `adapter` have no effect
 * @throws {DurableConfigurationError} without a root module, or for a wrong option; (from the handler) when the application cannot run the event
 * @example
 * ```ts
 * export const handler = createLambdaHandler(AppModule);
 * ```
 */
export function createLambdaHandler(
  application: RootModule | INestApplicationContext,
  options: LambdaHandlerOptions = {},
): LambdaHandler {
  if (!isApplication(application) && !isRootModule(application))
    throw new DurableConfigurationError(noRootModule(application));
  assertOptions('createLambdaHandler()', options, OPTIONS);
  const { handler, handlers, http, basePath, preload = true, ...settings } = options;
  const chosen = chosenHandler(handler);
  const kind = httpKind(http, chosen);
  const one = isApplication(application)
    ? Application.given(application, settings)
    : Application.of(application, settings, kind);
  const dispatcher = new Dispatcher(one, { chosen, handlers, servesHttp: kind !== 'none', basePath });
  if (preload && process.env[LAMBDA_INIT_VARIABLE]) preloadSoon(dispatcher);
  // Tests and scripts may call it with nothing but an event.
  const lambdaHandler: LambdaHandler = (event, context?: LambdaContext) =>
    dispatcher.handle(event, context ?? ({} as LambdaContext));
  declareHandler(lambdaHandler, { application, handler: chosen.name, handlers, servesHttp: kind !== 'none' });
  return lambdaHandler;
}

/** The preloads of this process; the local service reads them, to report a failed boot before the first invocation. */
const preloads = shared('preloads', () => new Set<Promise<void>>());

/**
 * Preloads when every handler of the file was created. A failure is not reported here: the first invocation boots
 * again, and reports it.
 */
function preloadSoon(dispatcher: Dispatcher): void {
  queueMicrotask(() => {
    const preload = dispatcher.preload();
    preloads.add(preload);
    preload.catch(() => undefined);
  });
}

function httpKind(http: boolean | undefined, { name }: ChosenHandler): HttpKind {
  if (http === undefined) return name === undefined ? 'wanted' : 'none';
  return http ? 'required' : 'none';
}

function chosenHandler(handler: string | undefined): ChosenHandler {
  if (handler !== undefined) return { name: handler, origin: 'option `handler` of createLambdaHandler()' };
  const name = process.env[DURABLE_HANDLER_VARIABLE] || undefined;
  return { name, origin: `environment variable ${DURABLE_HANDLER_VARIABLE}` };
}

/**
 * A class, or what Nest takes in its place: a dynamic module, a `forwardRef()`, the metadata of a module, which imports
 * the durable module at least, or a promise of these.
 */
function isRootModule(value: unknown): boolean {
  // An arrow function, as around the module, is no class.
  if (typeof value === 'function') return 'prototype' in value;
  if (typeof value !== 'object' || value === null) return false;
  return ['module', 'forwardRef', 'then', 'imports'].some((member) => member in value);
}
