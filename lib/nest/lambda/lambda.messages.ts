import { shown } from '../../engine/adapter.js';

export const noRootModule = (given: unknown): string =>
  `createLambdaHandler() needs the root module, and received ${shown(given)}. Check what its file exports, and that ` +
  'modules do not import each other in a circle.';

export const promisedApplication = (): string =>
  'createLambdaHandler() has received a promise of an application. Pass the root module, or await the application before.';

export const moduleMissing = (): string =>
  'DurableExecutionModule is not part of the application. Add DurableExecutionModule.forRoot() to the imports of the root module.';

export const differentSettings = (rootModule: string, setting: string): string =>
  `Two handlers of ${rootModule} give createLambdaHandler() a different "${setting}". They share one application: ` +
  'set it in one of them, or the same in both.';

export const declaredTooLate = (rootModule: string, setting: string): string =>
  `A handler of ${rootModule} gives createLambdaHandler() "${setting}" after the application has booted. ` +
  'Create all handlers of a root module in the file that Lambda loads.';

export const configuredTooLate = (): string =>
  'The application given to createLambdaHandler() is initialised already, so "configure" cannot set it up. Set it up yourself before ' +
  'init() or listen(), call createLambdaHandler() before them, or pass the root module.';

export const noHttpAdapter = (): string =>
  'An HTTP event arrived, but the application given to createLambdaHandler() is an application context without HTTP. ' +
  'Pass the root module, or an application created by NestFactory.create().';

export const noHttpPlatform = (): string =>
  '@nestjs/platform-express is not installed, so this function cannot serve HTTP. Install it, pass another adapter ' +
  '(createLambdaHandler(AppModule, { adapter: () => new FastifyAdapter() })), or set { http: false }.';

export const httpNotServed = (): string =>
  'An HTTP event arrived, but this function does not serve HTTP: a handler is named, or { http: false } is set. ' +
  'To serve HTTP as well, call createLambdaHandler(AppModule, { http: true }).';

export const unsupportedEvent = (): string =>
  'The event is from an unknown source. Known are a durable invocation, an HTTP request, SQS, SNS, EventBridge, DynamoDB, Kinesis, ' +
  'Kafka and S3. For other events, put @LambdaEvent((event) => …) on a method of a provider. To run an execution, the function ' +
  'needs a DurableConfig, and the caller its alias or version.';
