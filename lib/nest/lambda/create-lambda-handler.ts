import type { INestApplicationContext } from '@nestjs/common';
import type { LambdaContext } from '../../engine/lambda-context.js';
import type { ChosenHandler } from '../discovery/durable.registry.js';
import { DURABLE_HANDLER_VARIABLE } from '../durable-execution.constants.js';
import type { ApplicationHost, VerifyApplication } from './application-host.js';
import { GivenApplication } from './given-application.js';
import { LambdaAdapter, type PreloadedKind, verifyChosen } from './lambda-adapter.js';
import { ModuleApplication, type ModuleApplicationOptions, type RootModule } from './module-application.js';

/** Set by the Lambda runtime in every sandbox. */
const LAMBDA_INIT_VARIABLE = 'AWS_LAMBDA_INITIALIZATION_TYPE';

export interface LambdaHandlerOptions extends ModuleApplicationOptions {
  /**
   * The `@Durable()` method that runs executions whose input is no HTTP event.
   * @defaultValue the environment variable `DURABLE_HANDLER`, or else the only such method
   */
  handler?: string;
  /**
   * What the first event will be, so that Lambda's init phase can boot the application for it and load what it needs.
   * @defaultValue `direct` when a handler is named; otherwise the first event decides
   */
  preload?: PreloadedKind;
}

/** A Lambda handler; it may run any number of invocations at once. */
export type LambdaHandler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/**
 * Makes the one entry of a Lambda function: durable invocations, plain HTTP requests, and events of other sources, which go
 * to `@LambdaEvent()` methods.
 *
 * The application boots once, at the first invocation that needs it; a boot that failed is tried again at the next one.
 * An execution whose input is an HTTP event runs the route, and its response is the result; any other runs the
 * `@Durable()` method that was chosen.
 *
 * @param application - the root module, or an application that was made by `NestFactory` or in a test
 * @throws {DurableConfigurationError} (from the handler) when the application cannot run what it is asked to
 * @example
 * ```ts
 * export const handler = createLambdaHandler(AppModule);
 * ```
 */
export function createLambdaHandler(
  application: RootModule | INestApplicationContext,
  options: LambdaHandlerOptions = {},
): LambdaHandler {
  const chosen = chosenHandler(options);
  const verify: VerifyApplication = (app) => verifyChosen(app, chosen);
  const host: ApplicationHost = isApplication(application)
    ? new GivenApplication(application, verify)
    : new ModuleApplication(application, options, verify);
  const adapter = new LambdaAdapter(host, chosen);
  preloadOnLambda(adapter, options.preload ?? (chosen.name === undefined ? undefined : 'direct'));
  return (event, context) => adapter.handle(event, context);
}

/** A failure is not told here: the first invocation boots again, and tells. */
function preloadOnLambda(adapter: LambdaAdapter, kind: PreloadedKind | undefined): void {
  if (kind && process.env[LAMBDA_INIT_VARIABLE]) adapter.preload(kind).catch(() => undefined);
}

function chosenHandler({ handler }: LambdaHandlerOptions): ChosenHandler {
  if (handler !== undefined) return { name: handler, origin: 'option `handler` of createLambdaHandler()' };
  const name = process.env[DURABLE_HANDLER_VARIABLE] || undefined;
  return { name, origin: `environment variable ${DURABLE_HANDLER_VARIABLE}` };
}

function isApplication(value: RootModule | INestApplicationContext): value is INestApplicationContext {
  return typeof value === 'object' && 'init' in value && 'close' in value;
}
