import { shown } from '../../engine/adapter.js';

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

export const durableTwice = (place: string): string =>
  `${place} has @Durable() twice, and only one would count. Keep one of them.`;

export const noFunctionOnInstance = (place: string, given: unknown): string =>
  `${place}: the instance has ${shown(given)} in place of this method. Remove the field of that name from its class or from ` +
  'one that extends it, or declare only its type (`declare`).';

export const functionOfTwoMethods = (place: string, other: string): string =>
  `${place}: the instance has the function of ${other} in place of this method, and Nest would call it with the guards and ` +
  `other decorators of ${other}. Give each method a function of its own.`;

export const operationOutsideHandler = (decorator: string, place: string): string =>
  `${decorator} ${place} was called in an execution, but not by its @Durable() method: it could not be saved, and would run ` +
  'again in every invocation. Put @Durable() on the method that calls it. Middleware, guards, and interceptors before ' +
  `next.handle() must call a method without ${decorator}.`;

export const noLambdaHere = (): string =>
  'No Lambda event is handled here, so there is neither an event nor a context of Lambda. ' +
  'Call this from code that createLambdaHandler() runs.';
