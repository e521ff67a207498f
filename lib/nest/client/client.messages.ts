import { shown } from '../../engine/adapter.js';
import { list } from '../list.js';

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

export const graceWithoutCompensation =
  'stop() has "graceSeconds" without `compensate: true`, so it would have no effect. Add that, or leave it out.';
