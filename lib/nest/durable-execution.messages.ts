import { DURABLE_HANDLER_VARIABLE } from './durable-execution.constants.js';

/** Every sentence the module says to a developer: the fact first, then the remedy. */

const list = (names: readonly string[]): string => (names.length ? names.join(', ') : 'none');

export const duplicateHandler = (name: string, places: readonly string[]): string =>
  `Two @Durable() methods are called "${name}": ${places.join(' and ')}. ` +
  `Give each a name of its own: @Durable('another-name'). If it is one class in two modules, provide it in one and export it.`;

export const controllerMethodWithoutRoute = (place: string): string =>
  `@Durable() on ${place}: a controller's method needs a route, such as @Post(), for Nest skips class-based guards of other ` +
  `controller methods. Add the route, or move the method to a provider.`;

export const unknownHandler = (name: string, origin: string, known: readonly string[]): string =>
  `There is no @Durable() provider method called "${name}" (${origin}). Known: ${list(known)}. ` +
  `Correct the name, or provide the class of the method in a module that the application imports.`;

export const noHandler = (): string =>
  'The execution has an input that is no HTTP event, but no provider has a @Durable() method. ' +
  'Put @Durable() on a method of a provider, and provide its class in a module that the application imports.';

export const ambiguousHandler = (known: readonly string[]): string =>
  `Several @Durable() methods could run this execution: ${list(known)}. ` +
  `Choose one: createLambdaHandler(AppModule, { handler: 'name' }), or the environment variable ${DURABLE_HANDLER_VARIABLE}.`;

export const moduleMissing = (): string =>
  'DurableExecutionModule is not part of the application. Add DurableExecutionModule.forRoot() to the imports of the root module.';

export const notDurable = (place: string): string =>
  `${place} is a @Durable() method, and this call is not part of a durable execution. ` +
  'Give the Lambda function a DurableConfig (ExecutionTimeout, RetentionPeriodInDays), publish a version, ' +
  'and send the request to that version or an alias of it.';

export const noHttpAdapter = (): string =>
  'An HTTP event arrived, but the application given to createLambdaHandler() is an application context without HTTP. ' +
  'Give it the root module, or an application made by NestFactory.create().';

export const outsideExecution = (): string =>
  'There is no durable execution here. Call this from a @Durable() method, or from what it calls.';

export const insideStep = (): string =>
  'There are no durable operations inside a step: its body is one operation. ' +
  'Call the operation beside the step, or group both with runInChildContext().';

export const beforeHandler = (): string =>
  'Durable operations start with the pipes of a @Durable() method. Middleware, guards, and interceptors before ' +
  'next.handle() cannot use them: guards are skipped once an execution has saved its first operation.';

export const durableMethods = (className: string, methodNames: readonly string[]): string =>
  `Which method of ${className}? Its @Durable() methods are: ${list(methodNames)}. ` +
  `Name one of them: client.for(${className}, '${methodNames[0] ?? 'method'}').`;

export const unknownFunction = (handlerName: string): string =>
  `It is not known which Lambda function runs "${handlerName}". Name it, with an alias or a version: ` +
  `DurableExecutionModule.forRoot({ functions: { '${handlerName}': 'my-function:live' } }).`;

export const rawBodyMissing = (): string =>
  'The signature of a webhook is that of its raw body, which this server does not keep. Pass { rawBody: true } to ' +
  'NestFactory.create(), and let it parse the content type, as with app.useBodyParser("text"). ' +
  'On Lambda, createLambdaHandler() always keeps it.';

export const secretMissing = (place: string): string =>
  `${place} has no secret to check a signature with: it is missing, empty, or no key in this scheme. Every request is refused. ` +
  'Set it where the option `secret` looks for it, such as in the environment of the function.';

export const secretUnknown = (place: string, reason: unknown): string =>
  `The secret of ${place} could not be had at boot, and will be asked for again with each request: ${String(reason)}`;

export const noSuchDependency = (name: string): string =>
  `The secret of a webhook is made of ${name}, which the application does not provide, or not as a singleton. ` +
  'Provide it in a module that the application imports, or correct the list `inject` of the secret.';

export const unknownScheme = (scheme: unknown, known: readonly string[]): string =>
  `There is no signature scheme "${String(scheme)}" for webhooks. Known: ${list(known)}.`;

export const unknownDigest = (algorithm: string): string =>
  `There is no digest "${algorithm}" to sign webhooks with. Give one that node:crypto knows, such as sha256.`;

export const wrongTolerance = (seconds: number): string =>
  `The signature of a webhook has a toleranceSeconds of ${seconds}. Give a number of seconds above 0, such as 300.`;

export const callbackIdMissing = (place: string, parameter: string): string =>
  `The route of ${place} has no parameter ":${parameter}", so @CompletesCallback() cannot know which callback to complete. ` +
  `Add it to the path, as in @Post(':${parameter}'), or give @CompletesCallback({ parameter }) or ({ callbackId }).`;

export const duplicateEventHandler = (
  { source, from }: { source: string; from?: string },
  places: readonly string[],
): string =>
  `Two @LambdaEvent('${source}') methods are for the same events${from ? ` from "${from}"` : ''}: ${places.join(' and ')}. ` +
  `Keep one, or tell them apart: @LambdaEvent('${source}', { from: 'name' }).`;

export const noEventHandler = (source: string, names: readonly string[]): string =>
  `An event of ${source} from "${names[0] ?? 'an unknown origin'}" arrived, and no provider has a method for it. ` +
  `Put @LambdaEvent('${source}') on a method of a provider. The invocation fails, so that the event is not lost.`;

export const unsupportedEvent = (): string =>
  'The event is of no source that is known: a durable invocation, an HTTP request, SQS, SNS, EventBridge, DynamoDB, Kinesis, ' +
  'Kafka or S3. To run an execution, the function needs a DurableConfig, and the caller its alias or version.';
