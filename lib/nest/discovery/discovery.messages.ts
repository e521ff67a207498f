import { shown } from '../../engine/adapter.js';
import { DURABLE_HANDLER_VARIABLE } from '../durable-execution.constants.js';
import { list } from '../list.js';

export const duplicateHandler = (name: string, places: readonly string[]): string =>
  `Two @Durable() methods are called "${name}": ${places.join(' and ')}. ` +
  `Give each its own name: @Durable('another-name'). If it is one class in two modules, provide it in one and export it. ` +
  'Leave out the name of a method that several classes inherit: it is then called by the class and the method.';

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

export const enhancerNotMade = (kind: string, enhancer: string, place: string): string =>
  `The ${kind} ${enhancer} of ${place} would not run: Nest makes no ${kind}s of classes for a provider of a factory or a value, nor ` +
  `below a decorator that replaces the method. Provide the class itself, move that decorator below the ${kind}, or give an ` +
  `instance: new ${enhancer}().`;

export const scopedEnhancerNotMade = (kind: string, place: string): string =>
  `A global ${kind} of request scope would run for ${place} without its dependencies: Nest constructs it only for providers that it ` +
  `makes of their classes. Provide the class of ${place} itself, or make the ${kind} a singleton.`;

export const durableAndOperation = (place: string, decorator: string): string =>
  `${place} has @Durable() and ${decorator}: it cannot be both the body of an execution and an operation in one. ` +
  `Keep one of them, or call a method with ${decorator} from the one with @Durable().`;

export const undoOfNothing = (place: string, step: string, steps: readonly string[]): string =>
  `@Compensate('${step}') on ${place}: its class has no @Step() of that name. It has: ${list(steps)}. Correct the name, or move ` +
  'the method to the class of the step.';

export const irreversibleStep = (className: string, step: string): string =>
  `The step "${step}" of ${className} is declared irreversible, but nothing undoes it. Put @Compensate('${step}') on a method of ` +
  'the class, or remove `irreversible`.';

export const replacedOnInstance = (place: string): string =>
  `${place}: the instance has another function in place of this method, such as one that its constructor has bound, or one ` +
  'of a proxy. Nest calls that without guards and other decorators. Keep the method and bind it where it is passed on, or ' +
  'copy its metadata to that function, as by Reflect.getMetadataKeys().';

export const accessorInPlace = (decorator: string, place: string): string =>
  `${decorator} on ${place}: a decorator above it has made an accessor of the method, as those do that bind it, and Nest ` +
  'finds only methods. Remove that decorator, or bind the method in the constructor.';

export const eventsOfController = (place: string): string =>
  `${place} is for Lambda events, and on a controller, where Nest skips class-based guards of such methods. Move it to a provider.`;

export const durableListener = (place: string): string =>
  `${place} has @OnExecutionStatus() and @Durable(). Let it start an execution of another method, with DurableClient.`;

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
