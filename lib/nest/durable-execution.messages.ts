import { list } from './list.js';

export const noOptions = (): string =>
  'DurableExecutionModule has no options. Import DurableExecutionModule.forRoot(), rather than the class, or return an object ' +
  'from the factory of forRootAsync().';

export const scopedOptions = (): string =>
  'The options of DurableExecutionModule are read when the application boots, and forRootAsync() injects a provider of ' +
  'request scope, which exists only for a request. Inject providers of the default scope.';

export const circularOptions = (name: string): string =>
  `forRootAsync() injects ${name}, which is made of the options that it returns: the application would never boot. Inject what ` +
  'the options need, such as a configuration service, and create a DurableControlClient of your own if you need one.';

export const differentConfigurations = (): string =>
  'DurableExecutionModule.forRoot() was called twice with different options. Import it once, in the root module: it is global.';

export const clashingCopies = (versions: readonly string[]): string =>
  `Several versions of nestjs-durable-execution are loaded: ${list(versions)}. They cannot work together: ` +
  'use one version of it in the application and in the libraries that it uses.';

export const severalNests = (found: string): string =>
  'Two copies of Nest are loaded, and neither knows the providers of the other. Install @nestjs/common and @nestjs/core once for ' +
  'the application and the libraries that it uses ("npm ls @nestjs/core" shows them). A bundle holds a copy: give the manifest ' +
  `the output of the build that was bundled. Nest said: ${found.split('\n')[0]}`;

export const wrongClient = (): string =>
  'DurableExecutionModule.forRoot({ client }) needs an object with the methods checkpoint() and getExecutionState(). A client of the ' +
  'AWS SDK belongs into forRoot({ lambda: { client } }).';

export const outsideStep = (): string =>
  'There is no step here, so there is neither an attempt nor an idempotency key. Use this in the body of a step. A method with ' +
  '@Step() that is also called outside executions checks `isRunning` first, and needs its own key for that case.';
