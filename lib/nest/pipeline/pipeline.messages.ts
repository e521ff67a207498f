import { list } from '../list.js';

export const outsideExecution = (): string =>
  'There is no durable execution here. Call this from a @Durable() method, or from code that it calls. A @Durable() method ' +
  'that other code calls is a plain method: start an execution of it with DurableClient.';

export const beforeHandler = (): string =>
  'Durable operations start with the pipes of a @Durable() method. Middleware, guards, and interceptors before ' +
  'next.handle() cannot use them, nor can a route or an event method without @Durable().';

export const unknownNest = (): string =>
  'This version of @nestjs/core calls guards in an unknown way, so it is impossible to tell whether an execution was ' +
  'admitted. Use a version that nestjs-durable-execution supports, or a newer version of nestjs-durable-execution.';

export const notRunHere = (handler: string, handlers: readonly string[]): string =>
  `This function does not run "${handler}": createLambdaHandler() has the option handlers: ${list(handlers)}. ` +
  'Add the name, or start the function that runs it.';
