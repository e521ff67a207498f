import { shown } from '../engine/adapter.js';
import { DURABLE_HANDLER_VARIABLE } from './durable-execution.constants.js';

/** All messages of the module for developers: the fact first, then the remedy. */

const list = (names: readonly string[]): string => (names.length ? names.join(', ') : 'none');

export const duplicateHandler = (name: string, places: readonly string[]): string =>
  `Two @Durable() methods are called "${name}": ${places.join(' and ')}. ` +
  `Give each its own name: @Durable('another-name'). If it is one class in two modules, provide it in one and export it.`;

export const unknownDependencies = (className: string): string =>
  `Nest would construct ${className} without its dependencies, because no metadata names them. Put @Injectable() or @Controller() ` +
  'on the class, and compile it by tsc or SWC with "emitDecoratorMetadata": esbuild, tsx and Node.js emit no metadata, so bundle ' +
  'the output of nest build, or put @Inject() on each parameter.';

export const controllerMethodWithoutRoute = (place: string): string =>
  `@Durable() on ${place}: a controller's method needs a route, such as @Post(), because Nest skips class-based guards of other ` +
  `controller methods. Add the route, or move the method to a provider.`;

export const transientController = (place: string): string =>
  `@Durable() on ${place}: Nest gives a controller of Scope.TRANSIENT no dependencies. Leave out the scope, or use Scope.REQUEST.`;

export const durableResolver = (place: string): string =>
  `@Durable() on ${place}: a GraphQL request may call several resolvers, and turns their errors into a response. Move the code to a ` +
  '@Durable() method of another provider, and let the resolver start it with DurableClient.';

export const wrongLimit = (place: string, most: unknown): string =>
  `@Durable() on ${place}: maxFailedInvocations is ${shown(most)}. Give a whole number of at least 1, or false for no limit.`;

export const parameterWithoutDecorator = (place: string, position: number): string =>
  `Nest passes undefined as parameter ${position} of ${place}, because it has no decorator. Put @DurableInput() or @DurableCtx() on ` +
  'it, give it a default value, or remove it. Or remove the decorators of all: without any, a method is called with the input and ' +
  'the context.';

export const parameterOfRequest = (place: string, position: number): string =>
  `Parameter ${position} of ${place} has a decorator for HTTP requests, and a provider's method is called without one. ` +
  'Use @DurableInput(), or make the method a route of a controller.';

export const noOptionsObject = (place: string, given: unknown): string =>
  `${place} needs an object as its options, and received ${shown(given)}. Pass an object, or leave it out.`;

export const noOptionsFactory = (place: string): string =>
  `${place} needs one of: useFactory, useClass, useExisting. Options that are known already belong into forRoot().`;

export const enhancerNotMade = (kind: string, enhancer: string, place: string): string =>
  `The ${kind} ${enhancer} of ${place} would not run: Nest makes no ${kind}s of classes for a provider of a factory or a value, nor ` +
  `below a decorator that replaces the method. Provide the class itself, move that decorator below the ${kind}, or give an ` +
  `instance: new ${enhancer}().`;

export const scopedEnhancerNotMade = (kind: string, place: string): string =>
  `A global ${kind} of request scope would run for ${place} without its dependencies: Nest constructs it only for providers that it ` +
  `makes of their classes. Provide the class of ${place} itself, or make the ${kind} a singleton.`;

export const unknownOption = (place: string, name: string, known: readonly string[]): string =>
  `${place} has no option "${name}". Its options are: ${list(known)}.`;

/** @param given - what kind of value it is; the value itself may be a secret */
export const wrongOption = (
  place: string,
  name: string,
  { expected, given }: { expected: string; given: string },
): string => `The option "${name}" of ${place} has a wrong value (${given}). It must be: ${expected}.`;

export const unknownHandler = (name: string, origin: string, known: readonly string[]): string =>
  `There is no @Durable() provider method called "${name}" (${origin}). Known: ${list(known)}. ` +
  `Correct the name, or provide the class of the method in a module that the application imports; a module that is loaded ` +
  'lazily is not searched, and neither is a factory of request or transient scope, unless its token is the class.';

export const noHandler = (handlers: readonly string[] | undefined): string =>
  'The execution has an input that is not an HTTP event, but ' +
  (handlers
    ? `the option handlers of createLambdaHandler() (${list(handlers)}) names no @Durable() method of a provider. Add one.`
    : 'no provider has a @Durable() method. Put @Durable() on a method of a provider, and provide its class in a module ' +
      'that the application imports.');

export const ambiguousHandler = (known: readonly string[]): string =>
  `Several @Durable() methods could run this execution: ${list(known)}. ` +
  `Choose one: createLambdaHandler(AppModule, { handler: 'name' }), or the environment variable ${DURABLE_HANDLER_VARIABLE}. ` +
  'Or let the caller name it: DurableClient does, and context.invoke() with the input { "@durable": "name", "input": … }.';

export const moduleMissing = (): string =>
  'DurableExecutionModule is not part of the application. Add DurableExecutionModule.forRoot() to the imports of the root module.';

export const noOptions = (): string =>
  'DurableExecutionModule has no options. Import DurableExecutionModule.forRoot(), rather than the class, or return an object ' +
  'from the factory of forRootAsync().';

export const scopedOptions = (): string =>
  'The options of DurableExecutionModule are read when the application boots, and forRootAsync() injects a provider of ' +
  'request scope, which exists only for a request. Inject providers of the default scope.';

export const noRootModule = (given: unknown): string =>
  `createLambdaHandler() needs the root module, and received ${shown(given)}. Check what its file exports, and that ` +
  'modules do not import each other in a circle.';

export const promisedApplication = (): string =>
  'createLambdaHandler() has received a promise of an application. Pass the root module, or await the application before.';

export const wrongClient = (): string =>
  'DurableExecutionModule.forRoot({ client }) needs an object with the methods checkpoint() and getExecutionState(). A client of the ' +
  'AWS SDK belongs into forRoot({ lambda: { client } }).';

export const notDurable = (place: string): string =>
  `${place} is a @Durable() method, and this call is not part of a durable execution. ` +
  'Give the Lambda function a DurableConfig (ExecutionTimeout, RetentionPeriodInDays), publish a version, ' +
  'and send the request to that version or an alias of it.';

export const noHttpAdapter = (): string =>
  'An HTTP event arrived, but the application given to createLambdaHandler() is an application context without HTTP. ' +
  'Pass the root module, or an application created by NestFactory.create().';

export const responseDestroyed = (): string =>
  'The application has destroyed the response, so there is none. End it instead, with a status that tells the caller.';

export const severalCookies = (): string =>
  'Of several cookies only the last was sent: the load balancer accepts one value for each header. ' +
  'Enable multi-value headers on its target group.';

export const httpNotServed = (): string =>
  'An HTTP event arrived, but this function does not serve HTTP: a handler is named, or { http: false } is set. ' +
  'To serve HTTP as well, call createLambdaHandler(AppModule, { http: true }).';

export const noHttpPlatform = (): string =>
  '@nestjs/platform-express is not installed, so this function cannot serve HTTP. Install it, pass another adapter ' +
  '(createLambdaHandler(AppModule, { adapter: () => new FastifyAdapter() })), or set { http: false }.';

export const noLambdaHere = (): string =>
  'No Lambda event is handled here, so there is neither an event nor a context of Lambda. ' +
  'Call this from code that createLambdaHandler() runs.';

export const outsideExecution = (): string =>
  'There is no durable execution here. Call this from a @Durable() method, or from code that it calls. A @Durable() method ' +
  'that other code calls is a plain method: start an execution of it with DurableClient.';

export const outsideStep = (): string =>
  'There is no step here, so there is neither an attempt nor an idempotency key. Use this in the body of a step. A method with ' +
  '@Step() that is also called outside executions checks `isRunning` first, and needs its own key for that case.';

export const beforeHandler = (): string =>
  'Durable operations start with the pipes of a @Durable() method. Middleware, guards, and interceptors before ' +
  'next.handle() cannot use them, nor can a route or an event method without @Durable().';

export const operationOutsideHandler = (decorator: string, place: string): string =>
  `${decorator} ${place} was called in an execution, but not by its @Durable() method: it could not be saved, and would run ` +
  'again in every invocation. Put @Durable() on the method that calls it. Middleware, guards, and interceptors before ' +
  `next.handle() must call a method without ${decorator}.`;

export const duplicateUndo = (className: string, step: string, methods: readonly string[]): string =>
  `Two methods of ${className} undo the step "${step}": ${methods.join(' and ')}. Remove @Compensate() from one of them.`;

export const undoOfNothing = (place: string, step: string, steps: readonly string[]): string =>
  `@Compensate('${step}') on ${place}: its class has no @Step() of that name. It has: ${list(steps)}. Correct the name, or move ` +
  'the method to the class of the step.';

export const irreversibleStep = (className: string, step: string): string =>
  `The step "${step}" of ${className} is declared irreversible, but nothing undoes it. Put @Compensate('${step}') on a method of ` +
  'the class, or remove `irreversible`.';

export const undoInChildContext = (step: string): string =>
  `"${step}" has a @Compensate() method, and was called in a child context: the body of a completed child is not run again, so ` +
  'the undo would be lost. Call the step from the durable method itself, or use context.saga() in the child context.';

export const problemAt = (place: string, problem: unknown): string =>
  `${place}: ${problem instanceof Error ? problem.message : String(problem)}`;

export const rulesWithoutEffect = (place: string): string =>
  `${place} has rules in \`errors\`, but DurableExecutionModule.forRoot({ errors: false }) turns rules off. Remove one of the two.`;

export const notAMethod = (decorator: string, place: string, mayBeStatic: boolean): string =>
  `${decorator} on ${place || 'something without a name'}: it decorates methods${mayBeStatic ? '' : ' of instances'}, and this is ` +
  `${mayBeStatic ? 'none' : 'none, or a static one'}. Make it a method, rather than a property, an accessor or a class; ` +
  'TypeScript needs "experimentalDecorators": true.';

export const generatorMethod = (decorator: string, place: string): string =>
  `${decorator} on ${place}: a call of a generator runs nothing of its body. Make it an async method.`;

export const parenthesesMissing = (decorator: string, className: string): string =>
  `${decorator} in ${className || 'a class'} lacks its parentheses, without which it decorates nothing. Write ${decorator}.`;

export const namedBySymbol = (decorator: string, className: string, key: symbol): string =>
  `${decorator} on ${[className, String(key)].filter(Boolean).join('.')}: a method whose name is a symbol is not found by Nest, ` +
  'and would never be called. Give it a name of text.';

export const durableAndOperation = (place: string, decorator: string): string =>
  `${place} has @Durable() and ${decorator}: it cannot be both the body of an execution and an operation in one. ` +
  `Keep one of them, or call a method with ${decorator} from the one with @Durable().`;

export const durableTwice = (place: string): string =>
  `${place} has @Durable() twice, and only one would count. Keep one of them.`;

export const unknownNest = (): string =>
  'This version of @nestjs/core calls guards in an unknown way, so it is impossible to tell whether an execution was ' +
  'admitted. Use a version that nestjs-durable-execution supports, or a newer version of nestjs-durable-execution.';

export const notRunHere = (handler: string, handlers: readonly string[]): string =>
  `This function does not run "${handler}": createLambdaHandler() has the option handlers: ${list(handlers)}. ` +
  'Add the name, or start the function that runs it.';

export const clashingCopies = (versions: readonly string[]): string =>
  `Several versions of nestjs-durable-execution are loaded: ${list(versions)}. They cannot work together: ` +
  'use one version of it in the application and in the libraries that it uses.';

export const differentConfigurations = (): string =>
  'DurableExecutionModule.forRoot() was called twice with different options. Import it once, in the root module: it is global.';

export const differentSettings = (rootModule: string, setting: string): string =>
  `Two handlers of ${rootModule} give createLambdaHandler() a different "${setting}". They share one application: ` +
  'set it in one of them, or the same in both.';

export const declaredTooLate = (rootModule: string, setting: string): string =>
  `A handler of ${rootModule} gives createLambdaHandler() "${setting}" after the application has booted. ` +
  'Create all handlers of a root module in the file that Lambda loads.';

export const configuredTooLate = (): string =>
  'The application given to createLambdaHandler() is initialised already, so "configure" cannot set it up. Set it up yourself before ' +
  'init() or listen(), call createLambdaHandler() before them, or pass the root module.';

export const durableMethods = (className: string, method: string | undefined, known: readonly string[]): string =>
  !known.length
    ? `${className} has no @Durable() method. Put @Durable() on the method that you want to start.`
    : (method === undefined ? `Which method of ${className}?` : `${className} has no @Durable() method "${method}".`) +
      ` Its @Durable() methods are: ${list(known)}. Name one of them: client.for(${className}, '${known[0]}').`;

export const noHostClass = (given: unknown): string =>
  `A class with @Durable() methods is needed, and ${String(given)} was given. If it is imported, two files may import each other: ` +
  'move the class to a file of its own.';

export const startedRoute = (place: string): string =>
  `${place} is a route, and an HTTP request starts a route. Send one to its URL, or move the code that you want to start to a ` +
  '@Durable() method of a provider.';

export const unstableName = (method: string): string =>
  `@Durable() on ${method}() of a class that mixin() has made needs a name, because that class has another name in each ` +
  `process: the execution could not find its method again. Write @Durable('a-name').`;

export const unknownFunction = (handlerName: string): string =>
  `It is unknown which Lambda function runs "${handlerName}". Name it, with an alias or a version: ` +
  `DurableExecutionModule.forRoot({ functions: { '${handlerName}': 'my-function:live' } }).`;

export const wrongFunction = (handlerName: string, given: unknown): string =>
  `The option \`functions\` of DurableExecutionModule.forRoot() gives "${handlerName}" the function ${shown(given)}. Give a name ` +
  'with an alias or a version, such as "my-function:live": is an environment variable missing? Without an entry it is this function.';

export const noFunctionToAskAbout = (): string =>
  'The health check lists the executions of a function, and outside Lambda none is known. Name one: ' +
  "isHealthy('durable', { functionName: 'my-function' }).";

export const rawBodyMissing = (place: string): string =>
  `The signature of ${place} covers the raw body of the request, which this server does not keep. ` +
  'Pass { rawBody: true } to ' +
  'NestFactory.create(), and let it parse the content type, as with app.useBodyParser("text"). ' +
  'On Lambda, createLambdaHandler() always keeps it.';

export const callbackNotCompleted = (place: string, reason: string): string =>
  `${place} could not complete a callback, and has responded with 502: ${reason}`;

export const secretMissing = (place: string): string =>
  `${place} has no secret to check a signature with: it is missing, empty, or not a key in this scheme. Every request is refused. ` +
  'Set it where the option `secret` reads it, such as in the environment of the function.';

export const secretUnknown = (place: string, reason: unknown): string =>
  `The secret of ${place} could not be read at boot, and will be read again for each request: ${String(reason)}`;

export const noSuchDependency = (name: string): string =>
  `The secret of a webhook is created from ${name}, which the application does not provide, or not as a singleton. ` +
  'Provide it in a module that the application imports, or correct the list `inject` of the secret.';

export const unknownScheme = (scheme: unknown, known: readonly string[]): string =>
  `There is no signature scheme "${String(scheme)}" for webhooks. Known: ${list(known)}.`;

export const unknownDigest = (algorithm: string): string =>
  `There is no digest "${algorithm}" to sign webhooks with. Use one that node:crypto supports, such as sha256.`;

export const unknownEncoding = (encoding: unknown): string =>
  `There is no encoding "${String(encoding)}" for the signature of a webhook. Use hex, base64 or base64url.`;

export const wrongVerify = (): string =>
  'The signature of a webhook needs both or neither of: the scheme "custom", and a function `verify` that checks it.';

export const wrongTolerance = (seconds: number): string =>
  `The signature of a webhook has a toleranceSeconds of ${seconds}. Give a number of seconds above 0, such as 300.`;

export const optionOfHmac = (option: string, scheme: string): string =>
  `The signature of a webhook states ${option}, which its scheme "${scheme}" does not check. Remove it, or use the scheme "hmac".`;

export const toleranceWithoutTime = (): string =>
  'The signature of a webhook has toleranceSeconds, but no timestampHeader, so no request would expire. Name the header with ' +
  'the time, which the sender signs too, or remove toleranceSeconds.';

export const webhookNotRoute = (place: string): string =>
  `@CompletesCallback() on ${place}: the method needs a route, such as @Post(':callbackId'), in a controller.`;

export const webhookAndDurable = (place: string): string =>
  `${place} has @Durable() and @CompletesCallback(): it cannot be both the body of an execution and the webhook that completes ` +
  'a callback of one. Keep one of them.';

export const replacedOnInstance = (place: string): string =>
  `${place}: the instance has another function in place of this method, such as one that its constructor has bound, or one ` +
  'of a proxy. Nest calls that without guards and other decorators. Keep the method and bind it where it is passed on, or ' +
  'copy its metadata to that function, as by Reflect.getMetadataKeys().';

export const noFunctionOnInstance = (place: string, given: unknown): string =>
  `${place}: the instance has ${shown(given)} in place of this method. Remove the field of that name from its class or from ` +
  'one that extends it, or declare only its type (`declare`).';

export const functionOfTwoMethods = (place: string, other: string): string =>
  `${place}: the instance has the function of ${other} in place of this method, and Nest would call it with the guards and ` +
  `other decorators of ${other}. Give each method a function of its own.`;

export const accessorInPlace = (decorator: string, place: string): string =>
  `${decorator} on ${place}: a decorator above it has made an accessor of the method, as those do that bind it, and Nest ` +
  'finds only methods. Remove that decorator, or bind the method in the constructor.';

export const webhookWrapped = (place: string): string =>
  `@CompletesCallback() on ${place}: a decorator between it and the route replaces the method, and drops the metadata that ` +
  'signature check and completion depend on. Put @CompletesCallback() above that decorator, directly below the route.';

export const webhookReads = (place: string, verb: string): string =>
  `@CompletesCallback() on ${place}: a ${verb} request must not complete a callback, because link previews and scanners send it ` +
  'too. Use @Post(); for a link that a person follows, show a page that sends the POST.';

export const callbackIdMissing = (place: string, parameter: string): string =>
  `The route of ${place} has no parameter ":${parameter}", so @CompletesCallback() cannot know which callback to complete. ` +
  `Add it to the path, as in @Post(':${parameter}'), or set @CompletesCallback({ parameter }) or ({ callbackId }).`;

export const callbackIdTooLong = (place: string, longest: number): string =>
  `The route of ${place} takes the callback id from its path, where Fastify accepts ${longest} characters, and responds to longer ` +
  'ids with 414. An id has up to 1024: new FastifyAdapter({ routerOptions: { maxParamLength: 1024 } }). Or send the id elsewhere, ' +
  'and read it by @CompletesCallback({ callbackId }).';

export const duplicateEventHandler = (
  { source, from }: { source: string; from?: string },
  places: readonly string[],
): string =>
  `Two @LambdaEvent('${source}') methods are for the same events${from ? ` from "${from}"` : ''}: ${places.join(' and ')}. ` +
  `Keep one, or tell them apart: @LambdaEvent('${source}', { from: 'name' }).`;

export const unknownEventSource = (source: unknown): string =>
  `@LambdaEvent(${shown(source)}) names no known source. Known are 'dynamodb', 'eventbridge', 'kafka', 'kinesis', 's3', 'sns' and 'sqs'; ` +
  'for other events pass a function: @LambdaEvent((event) => …). Modules that import each other in a circle give undefined.';

export const emptyOrigin = (place: string, source: string, names: readonly string[]): string =>
  `An event of ${source} from "${names[0] ?? 'an unknown origin'}" arrived. ${place} is for events of ${source}, but its ` +
  '`from` is empty: is an environment variable missing? Name the origin, or leave `from` out for all events.';

export const twoEventDecorators = (place: string): string =>
  `${place} has two decorators for events, and only one would count. Select all of its events with one function: ` +
  '@LambdaEvent((event) => …).';

export const eventsOfController = (place: string): string =>
  `${place} is for Lambda events, and on a controller, where Nest skips class-based guards of such methods. Move it to a provider.`;

export const unknownStatus = (status: unknown, known: readonly string[]): string =>
  `@OnExecutionStatus() has the status ${shown(status)} in \`statuses\`, which this package does not know. Known: ${list(known)}. ` +
  'For one that AWS has added, use @LambdaEvent() with a matcher function.';

export const durableListener = (place: string): string =>
  `${place} has @OnExecutionStatus() and @Durable(). Let it start an execution of another method, with DurableClient.`;

export const matcherFailed = (place: string, how: string): string =>
  `The function that selects the events of ${place} ${how}. It is called for every event, of any form, and must return ` +
  'true or false for each.';

export const noEventHandler = (source: string, names: readonly string[]): string =>
  `An event of ${source} from "${names[0] ?? 'an unknown origin'}" arrived, but no provider has a method for it. ` +
  `Put @LambdaEvent('${source}') on a method of a provider. The invocation fails, so that the event is not lost.`;

export const unsupportedEvent = (): string =>
  'The event is from an unknown source. Known are a durable invocation, an HTTP request, SQS, SNS, EventBridge, DynamoDB, Kinesis, ' +
  'Kafka and S3. For other events, put @LambdaEvent((event) => …) on a method of a provider. To run an execution, the function ' +
  'needs a DurableConfig, and the caller its alias or version.';
